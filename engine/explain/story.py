"""The life of one record, as it is told: what happened by the memory, what a pass would decide now,
what is and was sent, and what each value comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.diagnostics import Place
from engine.explain.origins import Origin
from engine.explain.sources import Source
from engine.explain.suggesting import Advice
from engine.model.decision import Decision
from engine.ports.ledger import InboxItem

Kind = Literal["order", "product", "transaction"]
From = Literal["memory", "now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a key means: an order or a product of the channel by its id there, or a booking of the
    floor. `names` are what the memory may call it otherwise: parts, numbers, a SKU.
    """

    kind: Kind
    key: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: where it is known `of`, at what time, in which flow or system."""

    at: datetime
    of: From
    where: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a request: where it stands in the body, and where its value comes from.

    `changed`: by the record and the rules of today it is not what was sent, but `today`; both are
    starred out where they hold buyer's data.
    """

    pointers: tuple[str, ...]
    origin: Origin
    changed: bool = False
    today: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A write. `state` is that of its effect in the memory; empty where it would be sent now.

    `request` is the plan file's form: whoever shows it stars out its `private` pointers. It is
    empty where the body was erased. `fixed` are pointers that the site profile fills by itself.
    `legs` are the shares of bookings that make up a change of stock: leg (booking:DC) -> quantity.
    `by` says what the values come from of a request that no expression makes.
    """

    operation: str
    key: str
    target: str
    state: str
    request: Mapping[str, Any]
    members: tuple[Member, ...] = ()
    fixed: tuple[str, ...] = ()
    legs: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a pass would decide now, the place of the rule (None: it is built in), what the rule
    looked at, and what would let the record through where it was stopped.
    """

    decision: Decision
    place: Place | None = None
    text: str = ""
    sources: tuple[Source, ...] = ()
    members: tuple[Origin, ...] = ()
    requests: tuple[Request, ...] = ()
    advice: Advice | None = None
    note: str = ""

    @property
    def flows(self) -> bool:
        """Whether nothing stops it."""
        return self.decision.outcome.value in ("send", "no-op")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What was read and decided now; `away` says what could not be had, and why."""

    read: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All of it; `events` and `requests` are in the order of time."""

    customer: str
    subject: Subject
    fresh: Fresh
    events: tuple[Event, ...] = ()
    requests: tuple[Request, ...] = ()
    inbox: tuple[InboxItem, ...] = ()
    remembered: bool = False
