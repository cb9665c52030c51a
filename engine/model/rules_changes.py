"""What becomes of orders that change after they were sent, and what is written back to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.model.pieces import Template

Kind = Literal[
    "display",
    "address",
    "shipping-method",
    "quantity-down",
    "quantity-up",
    "line-added",
    "line-removed",
    "dc-moved",
    "un-cancelled",
    "blanked",
]
State = Literal["hold", "available", "batched", "in-process", "complete"]
Action = Literal["ignore", "report", "alert", "wos-hold", "recreate"]
CancelAction = Literal["ignore", "report", "alert", "wos-hold", "delete"]
Absent = Literal["resubmit-when-touched", "report", "hold", "ignore"]

KINDS: tuple[Kind, ...] = (
    "display",
    "address",
    "shipping-method",
    "quantity-down",
    "quantity-up",
    "line-added",
    "line-removed",
    "dc-moved",
    "un-cancelled",
    "blanked",
)
STATES: tuple[State, ...] = ("hold", "available", "batched", "in-process", "complete")
LOCKED: frozenset[str] = frozenset({"batched", "in-process", "complete"})
"""The states in which nobody but a person may delete an order (documented for batched ones)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRules:
    """The `orders.changes` section: two total tables, and what happens to a deleted order.

    `table` is kind of change -> state in the warehouse -> action; `cancelled` the same for an
    order that was called off, whose shipping status is one of `cancelled_when`. An order that
    somebody deleted by hand is in no state: `absent` says what becomes of it.
    """

    table: Mapping[str, Mapping[str, Action]]
    cancelled: Mapping[str, CancelAction]
    absent: Absent
    cancelled_when: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBackRules:
    """Whether the number goes to the channel's order, and the text that its notes get once."""

    number: bool
    note: Template | None
