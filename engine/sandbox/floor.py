"""The floor of a sandbox: controls that the real system does not have, all under `/_floor/`.

GET, DELETE /_floor/log       the requests that reached the twin (floor requests are not among them)
POST        /_floor/clock     {"now": ISO text with offset, or null for real time}
GET         /_floor/state     the whole state, as JSON
GET, POST   /_floor/settings  the settings; posted members replace the present ones
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FLOOR = "/_floor/"
SETTINGS = TypeVar("SETTINGS", bound="DataclassInstance")

_SECRET = re.compile(r"([?&][^=&]*(?:token|key|secret)=)[^&]*", re.IGNORECASE)


class FloorError(ValueError):
    """A floor request that cannot be done; its text says what to send instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One request that reached the twin; `target` has path and query with secrets starred."""

    method: str
    target: str
    status: int


class Floor(Generic[SETTINGS]):
    """Log, clock, settings and state of one sandbox. `settings` is a frozen dataclass."""

    def __init__(self, settings: SETTINGS, state: Callable[[], Any]) -> None:
        self.settings = settings
        self.log: list[LogEntry] = []
        self._state = state
        self._set_clock: datetime | None = None
        self._routes: Mapping[tuple[str, str], Callable[[SandboxRequest], Any]] = {
            ("GET", "log"): self._show_log,
            ("DELETE", "log"): self._clear_log,
            ("POST", "clock"): self._change_clock,
            ("GET", "state"): self._show_state,
            ("GET", "settings"): self._show_settings,
            ("POST", "settings"): self._change_settings,
        }

    def clock(self, now: datetime) -> datetime:
        """The sandbox's time: the one that was set, else the real one that is passed in."""
        return self._set_clock or now

    def note(self, request: SandboxRequest, response: SandboxResponse) -> None:
        """Writes a request into the log."""
        target = _SECRET.sub(r"\1***", request.target)
        self.log.append(LogEntry(method=request.method, target=target, status=response.status))

    def route(self, request: SandboxRequest) -> SandboxResponse | None:
        """Answers the generic floor requests; None where the path is not one of them."""
        action = self._routes.get((request.method, request.path.removeprefix(FLOOR)))
        if action is None:
            return None
        value = action(request)
        return SandboxResponse(status=204) if value is None else SandboxResponse.json(200, value)

    # Methods, no lambdas: those of a copied floor would go on telling of the one it came from.
    def _show_log(self, _: SandboxRequest) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.log]

    def _clear_log(self, _: SandboxRequest) -> None:
        self.log.clear()

    def _show_state(self, _: SandboxRequest) -> Any:
        return self._state()

    def _show_settings(self, _: SandboxRequest) -> dict[str, Any]:
        return asdict(self.settings)

    def _change_clock(self, request: SandboxRequest) -> None:
        text = members_of(request).get("now")
        self._set_clock = None if text is None else _time_of(text)

    def _change_settings(self, request: SandboxRequest) -> None:
        members = members_of(request)
        known = [field.name for field in fields(self.settings)]
        unknown = sorted(set(members) - set(known))
        if unknown:
            raise FloorError(f"Unknown settings {unknown}. Known are {known}.")
        try:
            self.settings = replace(self.settings, **members)
        except (TypeError, ValueError) as problem:
            raise FloorError(f"Settings refused: {problem}") from problem


class FloorSandbox(Sandbox, Generic[SETTINGS]):
    """A sandbox with a floor: keeps the log and stamps every answer with the sandbox's time."""

    floor: Floor[SETTINGS]

    @abstractmethod
    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        """What the real system would answer."""

    @abstractmethod
    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        """This twin's own floor controls; None where the path is none. May raise FloorError."""

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        now = self.floor.clock(now)
        if request.path.startswith(FLOOR):
            return dated(self._control(request, now), now)
        response = self.answer(request, now)
        self.floor.note(request, response)
        return dated(response, now)

    def _control(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        try:
            response = self.floor.route(request) or self.control(request, now)
        except FloorError as problem:
            return SandboxResponse.json(400, {"error": str(problem)})
        if response is None:
            return SandboxResponse.json(404, {"error": f"No floor control {request.path}."})
        return response


def dated(response: SandboxResponse, now: datetime) -> SandboxResponse:
    """The response with a `Date` header of this time, unless it has one."""
    stamp = format_datetime(now.astimezone(UTC), usegmt=True)
    return replace(response, headers={"Date": stamp, **response.headers})


def members_of(request: SandboxRequest) -> dict[str, Any]:
    """The JSON object in the body. Raises FloorError for anything else."""
    try:
        members = json.loads(request.body)
    except ValueError as problem:
        raise FloorError("Send a JSON object as the body.") from problem
    if not isinstance(members, dict):
        raise FloorError("Send a JSON object as the body.")
    return members


def _time_of(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as problem:
        raise FloorError(f"Not a time: {text!r}. Send e.g. 2026-11-20T08:00:00Z.") from problem
    if moment.tzinfo is None:
        raise FloorError(f"{text!r} has no offset. Send e.g. 2026-11-20T08:00:00Z.")
    return moment
