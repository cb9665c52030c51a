"""HTTP without sockets: requests go straight to the twins, and meet what the tape has for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from engine.errors import NoAnswerError, NotSentError
from engine.ports.world import Clock, Request, Response, WriteTransport
from engine.sandbox.faults import FaultRule, Faulty
from engine.sandbox.wire import SandboxRequest, SandboxResponse
from tests.simulation.clock import SimClock
from tests.simulation.life import Life

LATENCY = 0.2
"""Seconds that any request takes."""
UNSENT, TWICE = "refused", "twice"
"""Faults that a proxy could not play: no connection; and a request that arrives two times."""
Choose = Callable[[str, Request], FaultRule | str | None]
"""System and request -> what goes wrong with it."""
_IDS = re.compile(r"\d+")


@dataclass(slots=True, kw_only=True)
class Net:
    """Both twins by the host of their address, and what went wrong on the way to them.

    `struck` counts faults by kind, and requests that met none; `writes` are those that are neither
    a GET nor a call for a token.
    """

    clock: SimClock
    twins: Mapping[str, Faulty]
    choose: Choose = lambda _system, _request: None
    struck: Counter[str] = field(default_factory=Counter)
    writes: int = 0

    def exchange(self, request: Request) -> Response:
        """One request and its answer; raises NotSentError and NoAnswerError as a socket would."""
        system = urlsplit(request.url).hostname or ""
        fault = self.choose(system, request)
        self.struck[_name(fault)] += 1
        self.clock.sleep(LATENCY)
        if fault == UNSENT:
            raise NotSentError(f"{request.method}: nobody answers there")
        twin = self.twins[system]
        twin.rules, twin._seen = ([fault], [0]) if isinstance(fault, FaultRule) else ([], [])
        arriving = _arriving(request)
        if fault == TWICE:
            twin.handle(arriving, self.clock.true)
        answer = twin.handle(arriving, self.clock.true)
        return self._delivered(request, answer)

    def _delivered(self, request: Request, answer: SandboxResponse) -> Response:
        """What arrives of an answer, and when."""
        if answer.delay:
            self.clock.sleep(min(answer.delay, request.timeout))
        if answer.delay >= request.timeout or answer.delivery != "whole":
            raise NoAnswerError(f"{request.method}: no answer in time, or only half of one")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, headers=headers, body=answer.body)


def _name(fault: FaultRule | str | None) -> str:
    return fault.kind if isinstance(fault, FaultRule) else fault or "none"


def _arriving(request: Request) -> SandboxRequest:
    """The request as its system sees it."""
    url = urlsplit(request.url)
    return SandboxRequest(
        method=request.method,
        target=url.path + (f"?{url.query}" if url.query else ""),
        origin=f"{url.scheme}://{url.netloc}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body or b"",
    )


def boundary_of(method: str, system: str, path: str) -> str:
    """What a request is called as a boundary: ids make no difference."""
    return f"request {method} {system} {_IDS.sub('#', path)}"


class SimTransport(WriteTransport):
    """The transport of one process, which may die before and after each request."""

    def __init__(
        self,
        net: Net,
        clock: Clock,
        life: Life,
        leaves: Callable[[Life, str], None] = lambda _life, _request: None,
    ) -> None:
        self._net = net
        self._clock = clock
        self._life = life
        self._leaves = leaves

    def get(self, request: Request) -> Response:
        return self._around(request)

    def token(self, request: Request) -> Response:
        return self._around(request)

    def write(self, request: Request, not_after: datetime) -> Response:
        name = self._before(request)
        if self._clock.now() >= not_after:
            raise NotSentError("the send window was missed: nothing was sent")
        self._leaves(self._life, name)
        self._net.writes += 1
        return self._after(name, request)

    def _around(self, request: Request) -> Response:
        return self._after(self._before(request), request)

    def _before(self, request: Request) -> str:
        url = urlsplit(request.url)
        name = boundary_of(request.method, url.hostname or "", url.path)
        self._life.boundary(f"before:{name}")
        return name

    def _after(self, name: str, request: Request) -> Response:
        """Also where no answer came: the process may die before it takes note of that."""
        try:
            return self._net.exchange(request)
        finally:
            self._life.boundary(f"after:{name}")


def rule(kind: str, **more: Any) -> FaultRule:
    """A fault that strikes the very next request."""
    return FaultRule(kind=kind, **more)
