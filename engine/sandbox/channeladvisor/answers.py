"""The three error shapes of the wire, and the exception that carries one to the twin's door."""

from __future__ import annotations

from engine.sandbox.wire import SandboxResponse

ENTITY_TYPE = "application/json; odata.metadata=minimal; odata.streaming=true"


class RefusedError(Exception):
    """A request that ends in this answer."""

    def __init__(self, response: SandboxResponse) -> None:
        super().__init__(response.status)
        self.response = response


def odata_error(message: str, status: int = 400) -> RefusedError:
    """OData's shape, with the empty code that recorded answers have."""
    return RefusedError(SandboxResponse.json(status, {"error": {"code": "", "message": message}}))


def web_error(status: int, message: str, **headers: str) -> RefusedError:
    """Web API's shape, without `$id` (recorded for 401)."""
    return RefusedError(SandboxResponse.json(status, {"Message": message}, **headers))


def not_found(address: str) -> RefusedError:
    """Web API's shape for a path or key that is not there (recorded)."""
    message = f"No HTTP resource was found that matches the request URI '{address}'."
    return RefusedError(SandboxResponse.json(404, {"$id": "1", "Message": message}))


def denied() -> RefusedError:
    """What a missing, invalid or expired access token gets (documented)."""
    return web_error(
        401, "Authorization has been denied for this request.", **{"WWW-Authenticate": "Bearer"}
    )


def oauth_error(code: str) -> RefusedError:
    """OAuth's shape, from the token endpoint (inferred; clients read the `error` member)."""
    return RefusedError(SandboxResponse.json(400, {"error": code}))


def odata(status: int, value: object) -> SandboxResponse:
    """An entity or a collection, with the headers of recorded answers."""
    return SandboxResponse.json(
        status, value, **{"Content-Type": ENTITY_TYPE, "OData-Version": "4.0"}
    )


NO_CONTENT = SandboxResponse(status=204, headers={"OData-Version": "4.0"})
