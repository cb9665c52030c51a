"""Decisions and the changes that they hold; the lines of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.model.desired import PreparedRequest


class Outcome(StrEnum):
    """How a part of an order (or another record) ends in a plan. Silence is not an outcome."""

    SEND = "send"
    NOOP = "no-op"
    SKIP = "skip"
    HOLD = "hold"
    REJECT = "reject"
    REPORT = "report"


class ChangeStatus(StrEnum):
    """What became of a change."""

    APPLIED = "applied"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stock transaction's share of a change, for one DC; its key exists once for ever."""

    key: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A member that a change replaces: its name in the ruleset, what is there now (None: nobody
    can tell), what will be. Fit for a screen: no buyer's data.
    """

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write: its effect key, the connection it goes to, and the exact request.

    `rests_on` are the reads that must still be true when it is sent: name -> fingerprint.
    `needs` are parts that must be bound, `after` effects that must be DONE before it may be sent.
    `memo` is what the memory keeps of it when its body is erased: no buyer's data. `units` are
    what a gate on units counts. `legs` are claimed with it, or it is not sent. `about` is what a
    person calls it, the decision's key where it is empty. `summary` is fit for a screen.
    `differences` are all that it changes, where that is known.
    """

    operation: str
    key: str
    target: str
    subject: str
    marker: str
    request: PreparedRequest
    rests_on: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    binding: Mapping[str, Any] | None = None
    memo: Mapping[str, Any] | None = None
    units: int = 0
    legs: tuple[Leg, ...] = ()
    about: str = ""
    summary: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens to one part of an order (or another record), by which rule, and why.

    `order` is the record that a later pass looks at again: the channel's order, a product.
    `urgent`: what a person is told of should be looked at at once.
    `settles` are the keys of the messages that need no look any more once this is on record.
    `binding` is recorded when the decision is carried out without a change of its own: the part
    was found in the sink. `unchecked` are items that the sink could not be asked about.
    """

    flow: str
    key: str
    order: str
    outcome: Outcome
    rule: str
    reason: str
    changes: tuple[Change, ...] = ()
    link: str | None = None
    number: str | None = None
    binding: Mapping[str, Any] | None = None
    unchecked: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    urgent: bool = False
