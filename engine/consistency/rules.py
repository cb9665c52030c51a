"""Named rules and filters of a ruleset that never do anything, or leave nothing for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.compiler.collecting import CompiledRule
from engine.compiler.items import CompiledItems
from engine.compiler.orders import CompiledOrders
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.stock import CompiledStock
from engine.config.nodes import Node
from engine.consistency.candidates import is_spare
from engine.consistency.chain import Exhausted, Result, Undecided, Useless, judge
from engine.consistency.items_world import ItemsWorld
from engine.consistency.orders_world import OrdersWorld
from engine.consistency.stock_world import StockWorld
from engine.consistency.world import NO, NOT_NO, NOT_YES, YES, Blocker, Record, Step
from engine.diagnostics import Diagnostic, Note

WHERE = ".only.where"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """What the records of a section are called: one, and several."""

    one: str
    several: str


ORDER = Noun(one="an order", several="orders")
PRODUCT = Noun(one="a product", several="products")
BOOKING = Noun(one="a booking", several="bookings")


def check_orders(world: OrdersWorld) -> list[Diagnostic | Undecided]:
    """The criteria, `where`, `skip`, `hold` and `wos-hold` of the orders section."""
    compiled = world.compiled
    refused = next(world.refusals({}), None)
    if refused is not None:
        return [_no_order(refused)]
    steps = order_steps(compiled)
    waits = [replace(one, takes_all=True) for one in _steps(compiled.wos_hold)]
    if compiled.rules.changes is None:
        before = [replace(one, passes=_certain(one), before=True) for one in steps]
        return list(_told([*judge(steps, world), *judge([*before, *waits], world)], ORDER))
    return list(_told(_with_changes(steps, waits, world), ORDER))


def _with_changes(
    steps: Sequence[Step], waits: Sequence[Step], world: OrdersWorld
) -> Iterator[Result]:
    """The same where orders are looked at again after they were sent: then `hold` and `wos-hold`
    are asked of any order that would be sent anew, whatever the filter says by now.
    """
    holds = _steps(world.compiled.hold)
    free = world.unfiltered()
    again = {_id(one): one for one in judge(holds, free)}
    held = {one.id for one in holds}
    for result in judge(steps, world):
        if _id(result) not in held or not isinstance(result, Useless):
            yield result
        elif _id(result) in again:
            yield again[_id(result)]
    before = [replace(one, passes=NO, before=True) for one in holds]
    yield from judge([*before, *waits], free)


def _id(result: Result) -> str:
    return result.id if isinstance(result, Undecided) else result.step.id


def order_steps(compiled: CompiledOrders) -> list[Step]:
    """The rules that an order meets one after the other before it is sent."""
    return [*_where("orders", compiled.where), *_steps([*compiled.skip, *compiled.hold])]


def check_items(compiled: CompiledItems, tree: Node | None) -> list[Diagnostic | Undecided]:
    """`where` and `skip` of the items section."""
    steps = [*_where("items", compiled.where), *_steps(compiled.skip)]
    return list(_told(judge(steps, ItemsWorld(compiled, tree)), PRODUCT))


def check_stock(compiled: CompiledStock, tree: Node | None) -> list[Diagnostic | Undecided]:
    """The named rules of the stock section."""
    steps = [
        Step(id=named.id, predicate=named.predicate, passes=NO, takes_all=True)
        for named in compiled.named
    ]
    return list(_told(judge(steps, StockWorld(compiled, tree)), BOOKING))


def _where(section: str, predicate: CompiledPredicate | None) -> Iterator[Step]:
    if predicate is not None:
        yield Step(id=f"{section}{WHERE}", predicate=predicate, bites=NOT_YES, passes=NOT_NO)


def _steps(rules: Iterable[CompiledRule]) -> list[Step]:
    return [Step(id=one.id, predicate=one.predicate) for one in rules]


def _certain(step: Step) -> frozenset[bool | None]:
    """By which verdict an order is created: one that is neither yes nor no holds it."""
    return YES if step.id.endswith(WHERE) else NO


def _no_order(refused: Blocker) -> Diagnostic:
    return Diagnostic(
        id="nothing-left",
        message=f"{refused.id} lets no order through",
        place=refused.place,
        severity="warning",
        help="name what is wanted: as it is, no order is ever sent",
    )


def _told(results: Iterable[Result], noun: Noun) -> Iterator[Diagnostic | Undecided]:
    for result in results:
        if isinstance(result, Undecided):
            yield result
        elif isinstance(result, Exhausted):
            yield _exhausted(result.step, noun)
        elif result.blockers:
            yield _blocked(result, noun)
        else:
            yield _pointless(result.step, noun)


def _exhausted(step: Step, noun: Noun) -> Diagnostic:
    refuses = step.id.endswith(WHERE)
    why = "is true of none" if refuses else "is true of all"
    return Diagnostic(
        id="nothing-left",
        message=f"{step.id} {why} of the {noun.several} that reach it: none is left",
        place=step.place,
        severity="warning",
        found=step.predicate.text,
        help="mend its condition: as it is, nothing of this section is ever sent",
    )


def _pointless(step: Step, noun: Noun) -> Diagnostic:
    is_filter = step.id.endswith(WHERE)
    extent = f"every {noun.one.split()[1]}" if is_filter else f"no {noun.one.split()[1]}"
    return Diagnostic(
        id="dead-rule",
        message=f"{step.id} is true of {extent}",
        place=step.place,
        severity="warning",
        found=step.predicate.text,
        help="mend its condition, or take it out",
    )


def _blocked(result: Useless, noun: Noun) -> Diagnostic:
    step, blockers = result.step, result.blockers
    names = " and ".join(one.id for one in blockers)
    by_rules = all(map(_is_rule, blockers))
    takes = (
        f"{'take' if by_rules else 'keep'}{'s' * (len(blockers) == 1)}{' back' * (not by_rules)}"
    )
    does = "refuses" if step.id.endswith(WHERE) else "is for"
    every = f"every {noun.one.split()[1]}"
    first = next((one for one in blockers if one.place is not None), None)
    return Diagnostic(
        id="shadowed-rule" if by_rules else "dead-rule",
        message=f"{step.id} never does anything: {names} {takes} {every} that it {does}",
        place=step.place,
        severity="warning",
        found=shown(result.witness, noun),
        help="take it out, or mend whichever is wrong",
        note=Note(message=f"{first.id} goes first", place=first.place)
        if first is not None and first.place is not None
        else None,
    )


def _is_rule(blocker: Blocker) -> bool:
    """Whether a named rule, and not a criterion, is in the way."""
    return any(part in blocker.id for part in (".skip.", "hold.", ".rules.", WHERE))


def shown(record: Record, noun: Noun) -> str | None:
    """A record that shows it, by the members that matter."""
    members = ", ".join(f"{name} {_value(value)}" for name, value in record.items())
    return f"{noun.one} with {members}" if members else None


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return "of another kind" if len(value) == 1 and is_spare(value) else repr(_plain(value))
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


def _plain(text: str) -> str:
    return "".join("..." if is_spare(char) else char for char in text)
