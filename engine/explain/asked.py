"""What a story is told with: whose record it is, what looks at both systems, and what has been had
so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.compiler.items import CompiledItems
from engine.compiler.stock import CompiledStock
from engine.errors import CrossdockError
from engine.executor.change_view import ChangeDesk
from engine.executor.item_runner import ItemDesk
from engine.executor.order_runner import OrderDesk
from engine.executor.runner import Runner
from engine.executor.shipment_gather import ShipmentDesk
from engine.executor.stock_runner import StockDesk
from engine.explain.sources import Seeing
from engine.explain.story import Judged, Subject
from engine.explain.subjects import Memory
from engine.ports.ledger import LedgerReader

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What looks at both systems now, and at the memory; None where no rule wants it."""

    orders: OrderDesk
    runners: Mapping[str, Runner]
    seeing: Seeing
    changes: ChangeDesk | None = None
    shipments: ShipmentDesk | None = None
    items: ItemDesk | None = None
    stock: StockDesk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose record is told of; `eyes` is None where no system can be looked at, `away` says why.

    `items` and `stock` are the customer's rules, where the ruleset has these flows.
    """

    customer: str
    items: CompiledItems | None = None
    stock: CompiledStock | None = None
    subject: Subject
    ledger: LedgerReader
    memory: Memory
    eyes: Eyes | None = None
    away: str = ""


@dataclass(slots=True, kw_only=True)
class Told:
    """What has been had so far."""

    away: list[str] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def have(self, what: str, get: Callable[[], T]) -> T | None:
        """What can be had; where a system gives no answer, why not is kept."""
        try:
            return get()
        except CrossdockError as error:
            self.away.append(f"{what}: {error.summary}")
            return None

    def decide(self, flow: str, get: Callable[[], Iterable[Judged]]) -> None:
        """The decisions of one flow."""
        self.judged += self.have(flow, lambda: list(get())) or []
