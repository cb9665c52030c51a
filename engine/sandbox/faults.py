"""The fault proxy: a sandbox before a sandbox that spoils chosen requests and answers.

GET, POST, DELETE /_floor/faults  the rules with their counts; POST takes a list of rules in place
of the present ones, DELETE leaves none. Other floor requests are never spoilt. Requests that a
fault keeps away from the twin are not in its log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.sandbox.floor import FLOOR, FloorError, FloorSandbox, dated
from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse

Proceed = Callable[[SandboxRequest], SandboxResponse]
"""Hands a request on to the twin."""

_PLACE = f"{FLOOR}faults"
_LINK = "@odata.nextLink"
_FOREIGN = "http://foreign.example.com"
_SKIP = re.compile(r"(?<=[?&])(?:\$|%24)skip=[1-9]\d*&?", re.IGNORECASE)
_CUT = SandboxResponse(status=500, delivery="none")
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """When and how to fail: from the `nth` matching request on, `count` times (None: always).

    `method` "" matches every method; `path` is a regular expression searched in path and query.
    `kind` is one of KINDS. `seconds` is for `slow` and `late`, `retry_after` for `429`.
    """

    kind: str
    method: str = ""
    path: str = ""
    nth: int = 1
    count: int | None = 1
    seconds: float = 1.0
    retry_after: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is none of {KINDS}")
        re.compile(self.path)

    def matches(self, request: SandboxRequest) -> bool:
        """Whether this rule is about such a request."""
        right_method = self.method.upper() in ("", request.method)
        return right_method and re.search(self.path, request.target) is not None

    def strikes(self, seen: int) -> bool:
        """Whether the rule strikes the matching request of this number, counted from 1."""
        return seen >= self.nth and (self.count is None or seen < self.nth + self.count)


class Faulty(Sandbox):
    """The twin with faults. Of several rules that strike at once, the first is taken.

    `late` closes the connection at once and hands the request on when the twin's clock has moved
    on by `seconds`, before whatever comes next: a write that is applied after its sender gave up.
    """

    def __init__(self, inner: FloorSandbox[Any], rules: Iterable[FaultRule] = ()) -> None:
        self.inner = inner
        self.rules = list(rules)
        self._seen = [0] * len(self.rules)
        self._waiting: list[tuple[datetime, SandboxRequest]] = []

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        self._catch_up(now)
        if request.path == _PLACE:
            return self._control(request)
        rule = None if request.path.startswith(FLOOR) else self._strike(request)
        if rule is None:
            return self.inner.handle(request, now)
        clock = self.inner.floor.clock(now)
        if rule.kind == "late":
            self._waiting.append((clock + timedelta(seconds=rule.seconds), request))
            return _CUT
        spoil = _FAULTS[rule.kind]
        return dated(spoil(rule, request, lambda asked: self.inner.handle(asked, now)), clock)

    def _strike(self, request: SandboxRequest) -> FaultRule | None:
        """The rule that strikes; every rule counts the requests that it matches."""
        struck: FaultRule | None = None
        for place, rule in enumerate(self.rules):
            if rule.matches(request):
                self._seen[place] += 1
                if struck is None and rule.strikes(self._seen[place]):
                    struck = rule
        return struck

    def _catch_up(self, now: datetime) -> None:
        """Hands on the late requests whose time has come."""
        clock = self.inner.floor.clock(now)
        due = [request for moment, request in self._waiting if moment <= clock]
        self._waiting = [(moment, request) for moment, request in self._waiting if moment > clock]
        for request in due:
            self.inner.handle(request, now)

    def _control(self, request: SandboxRequest) -> SandboxResponse:
        if request.method == "GET":
            counted = zip(self.rules, self._seen, strict=True)
            rows = [{**asdict(rule), "seen": seen} for rule, seen in counted]
            return SandboxResponse.json(200, rows)
        try:
            self.rules = [] if request.method == "DELETE" else _rules_of(request)
        except FloorError as problem:
            return SandboxResponse.json(400, {"error": str(problem)})
        self._seen = [0] * len(self.rules)
        return SandboxResponse(status=204)


def _rules_of(request: SandboxRequest) -> list[FaultRule]:
    try:
        return [FaultRule(**members) for members in json.loads(request.body)]
    except (TypeError, ValueError, re.error) as problem:
        raise FloorError(f"Send a list of fault rules as the body: {problem}") from problem


def _too_many(rule: FaultRule, _request: SandboxRequest, _proceed: Proceed) -> SandboxResponse:
    wait = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return SandboxResponse.json(429, {"Message": "Too many requests"}, **wait)


def _slow(rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    return replace(proceed(request), delay=rule.seconds)


def _truncated(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    response = proceed(request)
    return replace(response, delivery="half" if response.body else "none")


def _cut_after(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    proceed(request)
    return _CUT


def _failed_after(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    proceed(request)
    return _FAILED


def _repeated(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    return _linked(proceed(request), request.origin + request.target)


def _foreign(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    return _linked(proceed(request), _FOREIGN + request.target)


def _page_one(_rule: FaultRule, request: SandboxRequest, proceed: Proceed) -> SandboxResponse:
    """A page past the end is the first one instead (seen in client code)."""
    response = proceed(request)
    page = _page(response)
    if page is None or page["value"]:
        return response
    return proceed(replace(request, target=_SKIP.sub("", request.target)))


def _linked(response: SandboxResponse, link: str) -> SandboxResponse:
    """A list with this next link; anything else as it is."""
    page = _page(response)
    if page is None:
        return response
    return replace(response, body=json.dumps({**page, _LINK: link}, ensure_ascii=False).encode())


def _page(response: SandboxResponse) -> dict[str, Any] | None:
    """The body of an answer that is a list, else None."""
    body = json.loads(response.body) if response.body else None
    return body if isinstance(body, dict) and isinstance(body.get("value"), list) else None


def _always(response: SandboxResponse) -> _Fault:
    return lambda _rule, _request, _proceed: response


_Fault = Callable[[FaultRule, SandboxRequest, Proceed], SandboxResponse]
_DENIED = {"Message": "Authorization has been denied for this request."}
_FAILED = SandboxResponse.json(500, {"Message": "An error has occurred."})
_FAULTS: Mapping[str, _Fault] = {
    "cut-before": _always(_CUT),
    "cut-after": _cut_after,
    "401-once": _always(SandboxResponse.json(401, _DENIED)),
    "429": _too_many,
    "500": _always(_FAILED),
    "500-after": _failed_after,
    "html-502": _always(
        SandboxResponse(status=502, headers={"Content-Type": "text/html"}, body=_HTML)
    ),
    "slow": _slow,
    "truncated": _truncated,
    "repeat-next-link": _repeated,
    "page-one": _page_one,
    "foreign-next-link": _foreign,
}
KINDS = (*_FAULTS, "late")
"""Every fault. `slow`, `truncated` and those on links are handled by the twin first."""
