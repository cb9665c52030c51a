"""Coverage: which rules, mapped fields and rows of tables a ruleset's cases have touched.

The compiled pieces of a customer are replaced by ones that tell when they answered: a condition
that was true, a field that had a value, a row that was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from engine.compiler.collecting import CompiledField, CompiledRule
from engine.compiler.expressions import CompiledExpression
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.stock import CompiledWay
from engine.compiler.templates import CompiledTemplate
from engine.config.nodes import Node, find, key_place
from engine.customers import Customer
from engine.diagnostics import Place
from engine.model.decision import Decision
from engine.model.ruleset import OrderFilter, Table

Note = Callable[[], None]
Path = tuple[str, ...]
SECTIONS = ("orders", "items", "shipments", "stock", "tables")
Rule = TypeVar("Rule", CompiledRule, CompiledWay)


@dataclass(slots=True)
class Touched:
    """What there is to touch, by its path in the ruleset, and what was touched of it."""

    there: dict[Path, None] = field(default_factory=dict)
    hit: set[Path] = field(default_factory=set)

    def known(self, path: Path) -> Note:
        """Takes note of a piece; calling the result says that it was touched."""
        self.there[path] = None
        return lambda: self.hit.add(path)

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Criteria of the filter answer before anything compiled is asked: decisions name them."""
        self.hit |= {tuple(one.rule.split(".")) for one in decisions} & self.there.keys()

    def missed(self, tree: Node | None) -> list[tuple[str, Place | None]]:
        """What no case touched, section by section, each with its place."""
        there = sorted(self.there, key=lambda path: SECTIONS.index(path[0]))
        return [
            (".".join(path), key_place(tree, path) if tree and find(tree, path) else None)
            for path in there
            if path not in self.hit
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Predicate(CompiledPredicate):
    note: Note = field(compare=False, repr=False)

    def test(self, scope: Mapping[str, Any]) -> bool:
        answer = CompiledPredicate.test(self, scope)
        if answer:
            self.note()
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expression(CompiledExpression):
    note: Note = field(compare=False, repr=False)

    def search(self, scope: Mapping[str, Any]) -> Any:
        value = CompiledExpression.search(self, scope)
        if value is not None:
            self.note()
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template(CompiledTemplate):
    note: Note = field(compare=False, repr=False)

    def render(self, scope: Mapping[str, Any]) -> str:
        text = CompiledTemplate.render(self, scope)
        if text:
            self.note()
        return text


class _Rows(dict[str, Any]):
    """The rows of a table, each with what to tell when it is found."""

    def __init__(self, rows: Mapping[str, Any], notes: Mapping[str, Note]) -> None:
        super().__init__(rows)
        self._notes = notes

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        self._notes[key]()
        return value


def watched(customer: Customer, touched: Touched) -> Customer:
    """The same customer, whose rules tell `touched` what they did."""
    of_orders = customer.compiled
    rows = {name: _rows(("tables", name, "rows"), one, touched) for name, one in _tables(customer)}
    _note_criteria(of_orders.rules.only, touched)
    orders = replace(
        of_orders,
        skip=_rules(of_orders.skip, touched),
        hold=_rules(of_orders.hold, touched),
        wos_hold=_rules(of_orders.wos_hold, touched),
        fields=_fields(("orders", "map"), of_orders.fields, rows, touched),
    )
    return replace(
        customer,
        compiled=orders,
        items=_items(customer, rows, touched),
        stock=_stock(customer, touched),
        shipments=_shipments(customer, touched),
    )


def _items(customer: Customer, rows: Mapping[str, Table], touched: Touched) -> Any:
    items = customer.items
    if items is None:
        return None
    return replace(
        items,
        skip=_rules(items.skip, touched),
        fields=_fields(("items", "map"), items.fields, rows, touched),
    )


def _stock(customer: Customer, touched: Touched) -> Any:
    stock = customer.stock
    return None if stock is None else replace(stock, named=_rules(stock.named, touched))


def _shipments(customer: Customer, touched: Touched) -> Any:
    shipments = customer.shipments
    if shipments is None:
        return None
    path = ("shipments", "carriers")
    carriers = shipments.rules.carriers
    notes = {name: touched.known((*path, name)) for name in carriers}
    return replace(shipments, rules=replace(shipments.rules, carriers=_Rows(carriers, notes)))


def _tables(customer: Customer) -> Iterable[tuple[str, Table]]:
    return customer.ruleset.tables.items()


def _rows(path: Path, table: Table, touched: Touched) -> Table:
    notes = {name: touched.known((*path, name)) for name in table.rows}
    return replace(table, rows=_Rows(table.rows, notes))


def _note_criteria(only: OrderFilter, touched: Touched) -> None:
    for one in fields(only):
        if one.name != "since" and getattr(only, one.name) is not None:
            touched.known(("orders", "only", one.name))


def _rules(rules: tuple[Rule, ...], touched: Touched) -> tuple[Rule, ...]:
    return tuple(
        replace(
            rule, predicate=_predicate(rule.predicate, touched.known(tuple(rule.id.split("."))))
        )
        for rule in rules
    )


def _predicate(predicate: CompiledPredicate, note: Note) -> CompiledPredicate:
    return _Predicate(**_members(predicate), note=note)


def _fields(
    path: Path, mapped: tuple[CompiledField, ...], rows: Mapping[str, Table], touched: Touched
) -> tuple[CompiledField, ...]:
    return tuple(_field(one, rows, touched.known((*path, one.rule.target))) for one in mapped)


def _field(one: CompiledField, rows: Mapping[str, Table], note: Note) -> CompiledField:
    return replace(
        one,
        value=None if one.value is None else _Expression(**_members(one.value), note=note),
        text=None if one.text is None else _Template(**_members(one.text), note=note),
        table=None if one.table is None else rows[one.table.name],
    )


def _members(piece: Any) -> dict[str, Any]:
    return {one.name: getattr(piece, one.name) for one in fields(piece)}
