"""Playing a case: the real street, from the vendors' raw records to the exact requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from engine.bootstrap import open_bench, open_desk, open_memory, open_sight
from engine.cases.case import CannotPlayError, Case, Played
from engine.cases.reading import EVERYBODYS
from engine.cases.records import Row, adopted, booked, key_of, orders_now, products_now
from engine.cases.scenery import Scene, scene_of, told, warehouse_of
from engine.cases.stage import PlanInMemory, Stage
from engine.customers import Customer
from engine.executor.adopting import Fate, bind_parts, find_parts
from engine.executor.intake import take_in
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.executor.running import run_pass
from engine.model.decision import Decision, Outcome
from engine.model.plan import Ends, PlanFooter
from engine.runners import order_desk
from engine.sandbox.casting.products import LONG_AGO
from engine.workspace import Workspace

FLOOR = timedelta(minutes=30)
"""So long before a case's time what happened on the floor begins."""
FIRST_OF_ALL = ("items", "orders")
"""The flows of the earlier pass: they bind what the others live on."""
_MEND = "Mend the case."
OF_A_FILTER = "orders.only."


def play(customer: Customer, case: Case, stage: Stage) -> Played:
    """What the ruleset makes of a case; raises CrossdockError where it cannot be played."""
    scene = scene_of(customer, case, stage)
    _earlier(scene)
    _happen(scene)
    scene.clock.until(scene.at)
    with told():
        scene.town.lay_out(orders_now(case), products_now(case), scene.at)
    return _looked_at(scene)


def _looked_at(scene: Scene) -> Played:
    case = scene.case
    found, footer = _planned(scene, Ask())
    rows = case.given.get("orders", ()) if case.flow == EVERYBODYS else ()
    keys = [key_of(row) for row in rows]
    unread = tuple(key for key in keys if key not in {one.order for one in found})
    filtered = _filtered(scene, unread)
    return Played(
        decisions=(*found, *filtered),
        blocked=tuple(gate.gate for gate in footer.blocked),
        stock=_moved(scene) if "stock" in case.expect else None,
        unread=tuple(key for key in unread if key not in {one.order for one in filtered}),
    )


def _filtered(scene: Scene, unread: tuple[str, ...]) -> tuple[Decision, ...]:
    """What the filter left out is not read at all, as the channel filters first. Asked for by its
    key, as `plan --only` does, it says which criterion that was.
    """
    if not unread:
        return ()
    found, _ = _planned(scene, Ask(only=unread))
    return tuple(
        one for one in found if one.outcome is Outcome.SKIP and one.rule.startswith(OF_A_FILTER)
    )


def _planned(scene: Scene, ask: Ask) -> tuple[tuple[Decision, ...], PlanFooter]:
    flow, out = scene.case.flow, PlanInMemory()
    with open_desk(scene.customer, scene.machine, scene.workspace) as desk:
        chosen = desk.only((flow,))
        if not chosen.runners:
            has = ", ".join(desk.runners)
            raise CannotPlayError(f"the ruleset has no {flow}", f"A case's flow is one of: {has}.")
        _, footer = make_plan(chosen, ask, PlanWriter(out))
    return out.decisions(), footer


def _moved(scene: Scene) -> Mapping[str, Mapping[str, int]]:
    """Sends what the case's flow would send, and says what it did to what the channel can sell."""
    before = scene.town.available(scene.at)
    _pass(scene, (scene.case.flow,))
    after = scene.town.available(scene.clock.now())
    moved: dict[str, dict[str, int]] = {}
    for center, sku in sorted(before | after):
        units = after[center, sku] - before[center, sku]
        if units:
            moved.setdefault(center, {})[sku] = units
    return moved


def _earlier(scene: Scene) -> None:
    """The earlier pass: what it sent, bound or held is on record from then on."""
    rows = scene.case.earlier
    if not rows:
        return
    then = scene.clock.now()
    old = [{**row, "updated": LONG_AGO} for row in booked(scene.case)]
    products = [*rows.get("products", ()), *old]
    if adopted(scene.case):
        _adopt(scene, products)
    with told():
        scene.town.lay_out(rows.get("orders", ()), products, then)
    _pass(scene, FIRST_OF_ALL)


def _adopt(scene: Scene, products: Sequence[Row]) -> None:
    """A former integration, whose memory is gone, has sent these orders; they are bound."""
    orders = adopted(scene.case)
    with told():
        scene.town.lay_out(orders, products, scene.clock.now())
    _pass(replace(scene, workspace=Workspace(scene.workspace.root / "former", ())), FIRST_OF_ALL)
    _pass(scene, ())
    with open_sight(scene.customer, scene.machine, scene.workspace) as sight:
        found = [*find_parts(order_desk(sight))]
    told_of = {one.decision.order: one.text for one in found}
    same = {one.decision.order for one in found if one.fate is Fate.SAME}
    for key in map(key_of, orders):
        if key not in same:
            why = told_of.get(key, "the ruleset does not select it")
            raise CannotPlayError(f"order {key} cannot be adopted as it is: {why}", _MEND)
    with open_memory(scene.customer, scene.machine, scene.workspace) as (ledger, _):
        bind_parts(ledger, found, scene.clock.now())


def _pass(scene: Scene, flows: tuple[str, ...]) -> None:
    """One unattended pass that no gate blocks."""
    rules = replace(scene.customer.ruleset, gates={})
    customer = replace(scene.customer, ruleset=rules)
    with open_bench(customer, scene.machine, scene.workspace, flows) as (bench, desk):
        take_in(bench)
        for flow in desk.only(flows).runners:
            run_pass(bench, partial(_plan_of, desk.only((flow,))))


def _plan_of(desk: Desk) -> tuple[PlanInMemory, Ends]:
    out = PlanInMemory()
    return out, make_plan(desk, Ask(), PlanWriter(out))


def _happen(scene: Scene) -> None:
    """What people did in the warehouse, one thing a minute."""
    site = warehouse_of(scene.customer, scene.case.flow)
    for minute, act in enumerate(scene.case.happened):
        scene.clock.until(scene.at - FLOOR + timedelta(minutes=minute))
        (name, members), *_ = act.items()
        with told(f"happened[{minute}], {name}: "):
            scene.town.happen(site, name, _numbered(scene, members), scene.clock.now())


def _numbered(scene: Scene, members: Mapping[str, Any]) -> Mapping[str, Any]:
    """`order: 1001` is the channel's: the warehouse knows the number that the earlier pass gave to
    it, or to its part (`1001/west`).
    """
    if "order" not in members:
        return members
    order, _, link = str(members["order"]).partition("/")
    with open_desk(scene.customer, scene.machine, scene.workspace) as desk:
        bound = desk.ledger.bindings([order]).get(order, ())
    numbers = [one.number for one in bound if link in ("", one.link)]
    if len(numbers) != 1:
        parts = ", ".join(f"{order}/{one.link}" for one in bound) or "none: put it under `earlier`"
        raise ValueError(f"of order {members['order']} the earlier pass sent {parts}")
    rest = {name: value for name, value in members.items() if name != "order"}
    return {**rest, "number": numbers[0]}
