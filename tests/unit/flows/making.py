"""Rules, links and lines for the flow's tests, as short as they can be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.compiler.collecting import Surroundings
from engine.compiler.orders import CompiledOrders, compile_orders
from engine.diagnostics import Diagnostic, Place
from engine.model.order import AllocatedItem, Allocation, Component, Line, Order
from engine.model.ruleset import (
    Expression,
    FieldRule,
    Link,
    NamedRule,
    OrderFilter,
    OrderRules,
    Ruleset,
    Table,
    Template,
)

PLACE = Place("ruleset.yaml", 7, 20, 5)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CLOSED = frozenset(["Complete"])


def expression(text: str) -> Expression:
    """A JMESPath text somewhere in a file."""
    return Expression(text, PLACE)


def template(text: str) -> Template:
    """A Jinja2 text somewhere in a file."""
    return Template(text, PLACE)


def named(name: str, when: str) -> NamedRule:
    """A rule with its predicate."""
    return NamedRule(name, expression(when))


def member(target: str, **more: Any) -> FieldRule:
    """A mapped member."""
    return FieldRule(target=target, place=PLACE, **more)


def table(**more: Any) -> Table:
    """The table `ways` with one row."""
    return Table(**{"name": "ways", "rows": {"Standard": "GROUND"}, **more})


def link(name: str, dc: str | int) -> Link:
    """A link with one area of its own name."""
    return Link(name=name, dc=dc, areas=(name,), pick=name, stock=None, place=PLACE)


def rules(**more: Any) -> OrderRules:
    """The orders section: closed is what is Complete, the number is the key."""
    plain: dict[str, Any] = {
        "source": "ca",
        "sink": "wos",
        "only": OrderFilter(),
        "number": template("{{ key }}{{ '' if part.single else link.name }}"),
        "since": NOON,
        "overlap": timedelta(minutes=5),
        "not_open": CLOSED,
    }
    return OrderRules(**{**plain, **more})


def ruleset(
    orders: OrderRules | None, *links: Link, tables: dict[str, Table] | None = None
) -> Ruleset:
    """A ruleset of the customer `acme` with one profile."""
    return Ruleset(
        customer="acme",
        hash="h",
        timezone="UTC",
        connections={},
        profiles={"us": 1},
        links={one.name: one for one in links or (link("east", 7),)},
        orders=orders,
        tables=tables or {},
        gates={},
    )


def compiled(*links: Link, tables: dict[str, Table] | None = None, **more: Any) -> CompiledOrders:
    """Compiled rules, which have to be right."""
    found, problems = compile_orders(
        ruleset(rules(**more), *links, tables=tables), Surroundings(buyer_members=("Ship*",))
    )
    assert found is not None, problems
    return found


def faults(surroundings: Surroundings, **more: Any) -> list[Diagnostic]:
    """The problems of rules that have to be wrong."""
    found, problems = compile_orders(ruleset(rules(**more)), surroundings)
    assert found is None
    return problems


def kit(quantity: int = 1, line: str = "k", **per: int) -> Line:
    """A line of the bundle KIT; `per` is component -> how many of it one bundle holds."""
    components = tuple(Component(sku=sku, quantity=n * quantity) for sku, n in per.items())
    return Line(id=line, sku="KIT", quantity=quantity, bundle=True, components=components)


def box(dc: int, *items: tuple[str, str | None, int], status: str = "NoChange") -> Allocation:
    """What a DC has; items are line, SKU and quantity."""
    rows = tuple(AllocatedItem(line=line, sku=sku, quantity=n) for line, sku, n in items)
    return Allocation(id=f"{dc}{status}", dc=dc, dc_code=f"DC{dc}", status=status, items=rows)


def order(*lines: Line, boxes: tuple[Allocation, ...] = (), **more: Any) -> Order:
    """An order with plain statuses."""
    plain: dict[str, Any] = {
        "key": "100",
        "profile": 1,
        "created": NOON,
        "updated": NOON,
        "shipping": "Unshipped",
        "payment": "Cleared",
        "checkout": "Completed",
        "lines": lines,
        "allocations": boxes,
    }
    return Order(**{**plain, **more})
