"""How a site says no, in its own shape."""

from __future__ import annotations

from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.wire import SandboxRequest, SandboxResponse

UNAUTHORISED = "Authorization has been denied for this request."


class RefusedError(Exception):
    """`kind` is one of the site profile's answers (duplicate, locked, not-found), or a code.

    `field` is the wire's name of the member that is to blame, where one is.
    """

    def __init__(self, kind: str, text: str, field: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.field = field


def refusal(dialect: Dialect, problem: RefusedError) -> SandboxResponse:
    """The profile's answer where it has one; else 400 in the shape of the site's framework.

    A site that says no with 200 says it so here too. All shapes are inferred: no real answer has
    been seen.
    """
    known = dialect.answers.get(problem.kind)
    if known is not None:
        return _unsuccessful(dialect, known["status"], known["code"], problem.text)
    if dialect.says_no_with_200:
        return _unsuccessful(dialect, 200, problem.kind, problem.text)
    return invalid(problem.text, problem.field)


def invalid(text: str, field: str = "") -> SandboxResponse:
    """400 as .NET's default does it: a message, and what is wrong per member."""
    state = {"ModelState": {field: [text]}} if field else {"MessageDetail": text}
    return SandboxResponse.json(400, {"Message": "The request is invalid.", **state})


def unauthorised() -> SandboxResponse:
    """401 for a missing or wrong key."""
    return SandboxResponse.json(401, {"Message": UNAUTHORISED})


def no_such_address(request: SandboxRequest) -> SandboxResponse:
    """404 for a path or method that this site does not have."""
    address = f"{request.origin}{request.path}"
    text = f"No HTTP resource was found that matches the request URI '{address}'."
    return SandboxResponse.json(404, {"Message": text})


def _unsuccessful(dialect: Dialect, status: int, code: str, text: str) -> SandboxResponse:
    error = dialect.speak("error", {"code": code, "message": text})
    body = dialect.speak("error", {"success": False, "errors": [error]})
    return SandboxResponse.json(status, body)
