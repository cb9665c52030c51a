"""All rules of one customer as a set: what is dead, what is missing, what is not decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.compiler.items import CompiledItems
from engine.compiler.orders import CompiledOrders
from engine.compiler.stock import CompiledStock
from engine.config.nodes import Node
from engine.consistency.chain import Undecided
from engine.consistency.changes import check_changes
from engine.consistency.gaps import check_gaps
from engine.consistency.orders_world import OrdersWorld
from engine.consistency.rules import check_items, check_orders, check_stock
from engine.consistency.tables import check_tables
from engine.diagnostics import Diagnostic
from engine.model.ruleset import Ruleset

ALWAYS = frozenset(["nothing-left", "status-two-ways"])
"""What harms a customer whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A customer's rules, compiled, and the merged tree that they were built of; `file` is the
    customer's own. `mirrors` (raw member -> word of a ruleset) are raw members of an order that say
    the same as a word does, `words` all that its statuses can be.
    """

    ruleset: Ruleset
    orders: CompiledOrders
    items: CompiledItems | None = None
    stock: CompiledStock | None = None
    tree: Node | None = None
    file: str | None = None
    mirrors: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def world(self) -> OrdersWorld:
        """Orders for these rules."""
        return OrdersWorld(self.orders, self.tree, self.mirrors, self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with the rules as a set, and the rules that are not decided."""

    diagnostics: tuple[Diagnostic, ...] = ()
    undecided: tuple[Undecided, ...] = ()


def check(compiled: Compiled) -> Verdict:
    """Checks the rules of a ruleset that has no errors.

    What a base says for all its customers may be of no use to one of them: it is told only where
    the base itself is in its way.
    """
    found = [*_named_rules(compiled), *_rest(compiled)]
    diagnostics = [one for one in found if isinstance(one, Diagnostic)]
    return Verdict(
        diagnostics=tuple(one for one in diagnostics if _concerns(one, compiled.file)),
        undecided=tuple(one for one in found if isinstance(one, Undecided)),
    )


def _named_rules(compiled: Compiled) -> Iterator[Diagnostic | Undecided]:
    yield from check_orders(compiled.world)
    if compiled.items is not None:
        yield from check_items(compiled.items, compiled.tree)
    if compiled.stock is not None:
        yield from check_stock(compiled.stock, compiled.tree)


def _rest(compiled: Compiled) -> Iterator[Diagnostic | Undecided]:
    others = compiled.items.fields if compiled.items is not None else ()
    yield from check_tables(compiled.world, others, compiled.tree)
    yield from check_gaps(compiled.ruleset, compiled.orders.rules, compiled.tree)
    yield from check_changes(compiled.orders, compiled.tree)


def _concerns(diagnostic: Diagnostic, file: str | None) -> bool:
    """Whether a customer is to be told: it is of the own file, or of two places of another one."""
    if diagnostic.severity == "error" or diagnostic.place is None or file is None:
        return True
    note = diagnostic.note
    alone = note is not None and note.place.file == diagnostic.place.file
    return diagnostic.place.file == file or alone or diagnostic.id in ALWAYS
