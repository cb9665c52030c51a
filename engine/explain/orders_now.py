"""An order as a pass of the orders flow would decide it now, and what each of its values comes
from. It reads both systems as a plan does, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.executor.order_runner import OrderDesk, begun_of, decide_batch
from engine.explain.change_origins import Call, call_members
from engine.explain.origins import Origin, field_origin, order_origins, predicate_sources
from engine.explain.pointers import pointers_of
from engine.explain.requests import members_of, would_send
from engine.explain.sources import Seeing, Source
from engine.explain.story import Event, Judged, Member, Request
from engine.explain.suggesting import advise
from engine.explain.supposed import AskedOnce, WithItems
from engine.explain.trial import PLAIN, Judge, OrderTrial
from engine.explain.written_back import OPERATION, written_back
from engine.flows.orders import gone, unreadable
from engine.flows.orders_desired import Undesired, desired_of
from engine.flows.orders_draft import PartDraft, part_drafts
from engine.flows.orders_fields import IDS
from engine.flows.orders_lines import WantedLine
from engine.flows.orders_parts import Part, parts_of
from engine.flows.orders_scope import order_scope
from engine.model.decision import Decision
from engine.model.desired import DesiredOrder, ItemState
from engine.model.effect import Binding
from engine.model.order import Order, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNow:
    """What was read and decided of one order. `parts` are all its parts, those that are in the
    sink too, whatever the filters say of it by now. `read` says what was read, and what it said.
    """

    order: Order | None = None
    judged: tuple[Judged, ...] = ()
    parts: tuple[PartDraft, ...] = ()
    read: tuple[str, ...] = ()

    @property
    def events(self) -> Iterator[Event]:
        """What the record says of its own life."""
        if self.order is not None:
            read = {"created": self.order.created, "last updated": self.order.updated}
            for what, at in read.items():
                yield Event(at=at, of="now", where="the record", what=what)


def order_now(desk: OrderDesk, key: str, seeing: Seeing) -> OrderNow:
    """Reads and decides one order. Raises CrossdockError where a system gives no answer."""
    found = desk.source.by_key([key]).get(key)
    if not isinstance(found, Order):
        decision = unreadable(found) if isinstance(found, Unreadable) else gone(key)
        return OrderNow(judged=(Judged(decision=decision),))
    sink = AskedOnce(desk.sink)
    desk = replace(desk, sink=sink)
    bindings = desk.ledger.bindings([key]).get(key, ())
    parts = tuple(_parts(desk, found, bindings))
    judge = judge_of(desk)
    trial = OrderTrial(order=found, compiled=desk.compiled)
    known = _Known(desk=desk, trial=trial, judge=judge, parts=parts, bindings=bindings)
    decisions = judge(trial)
    rules = desk.compiled.rules
    read = (f"{rules.source}: order {key}", *(f"{rules.sink}: {one}" for one in sink.answers))
    judged = tuple(_judged(known, decision, seeing) for decision in decisions)
    return OrderNow(order=found, judged=judged, parts=parts, read=read)


def judge_of(desk: OrderDesk) -> Judge:
    """What decides an order with one thing changed, with the systems and the memory as they are."""
    begun = begun_of(desk.ledger)

    def judge(trial: OrderTrial) -> Sequence[Decision]:
        sink = WithItems(desk.sink, trial.items) if trial.items else desk.sink
        supposed = replace(desk, compiled=trial.compiled, sink=sink)
        return list(decide_batch(supposed, [trial.order], begun))

    return judge


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    desk: OrderDesk
    trial: OrderTrial
    judge: Judge
    parts: tuple[PartDraft, ...]
    bindings: Sequence[Binding]


def _parts(desk: OrderDesk, order: Order, bindings: Sequence[Binding]) -> Iterator[PartDraft]:
    """Every part that the order has, or that was sent of it."""
    compiled = desk.compiled
    parts = list(parts_of(order, compiled.links, compiled.rules))
    there = {part.link.name for part in parts}
    sent = {binding.link for binding in bindings} - there
    parts += [Part(link=link, shares=()) for link in compiled.links if link.name in sent]
    begun = begun_of(desk.ledger).get(order.key, {})
    for part in part_drafts(compiled, order_scope(compiled, order), parts, bindings, begun):
        yield _as_sent(part, part.binding) if part.binding and not part.part.shares else part


def _as_sent(part: PartDraft, binding: Binding) -> PartDraft:
    """A part of which nothing is open any more, with the lines that the memory keeps of it."""
    lines = [
        WantedLine(
            host_id=row["line"],
            item=row["item"],
            quantity=row["quantity"],
            bundle=row["bundle"],
            needs=ItemState.ITEM,
            per=row.get("per"),
        )
        for row in binding.composition
    ]
    return replace(part, lines=lines)


def part_members(
    desk: OrderDesk, order: Order, part: PartDraft, seeing: Seeing
) -> tuple[tuple[Member, ...], str | None]:
    """The members of the order that is to be created for a part, and the body of its request; none
    where the part has no values for it.
    """
    desired = desired_of(desk.compiled, part)
    if isinstance(desired, Undesired):
        return (), None
    origins = order_origins(desk.compiled, order, part, desired, seeing)
    members = members_of(origins, _placed(desk, desired))
    return members, desk.sink.creation(desired).body


def _placed(desk: OrderDesk, desired: DesiredOrder) -> Mapping[str, tuple[str, ...]]:
    return pointers_of(desired, desk.sink.creation)


def _judged(known: _Known, decision: Decision, seeing: Seeing) -> Judged:
    part = next((one for one in known.parts if one.key == decision.key), None)
    judged = Judged(
        decision=decision,
        place=seeing.places.of_rule(decision.rule),
        requests=tuple(_requests(known, decision, part, seeing)),
    )
    if judged.flows:
        return judged
    text, sources = _looked_at(known, decision, part, seeing)
    judged = replace(
        judged, text=text, sources=sources, members=tuple(_failing(known, decision, part, seeing))
    )
    if known.bindings and part is None:
        note = "it was sent before: the filters choose new orders, and this one is not new"
        return replace(judged, note=note)
    return replace(judged, advice=advise(known.judge, known.trial, decision, seeing))


def _requests(
    known: _Known, decision: Decision, part: PartDraft | None, seeing: Seeing
) -> Iterator[Request]:
    for change in decision.changes:
        members: tuple[Member, ...] = ()
        if change.operation == "create" and part is not None:
            members, _ = part_members(known.desk, known.trial.order, part, seeing)
        elif change.operation == OPERATION:
            compiled = known.desk.compiled
            members = written_back(compiled, change.memo, change.request.body, seeing)
        else:
            call = Call(
                operation=change.operation,
                marker=change.marker,
                memo=change.memo or {},
                body=change.request.body,
            )
            members = call_members(call, seeing.places)
        yield would_send(change, members)


def _looked_at(
    known: _Known, decision: Decision, part: PartDraft | None, seeing: Seeing
) -> tuple[str, tuple[Source, ...]]:
    """The text of the rule that stopped it, and what that looked at."""
    compiled = known.desk.compiled
    rules = {one.id: one.predicate for one in (*compiled.skip, *compiled.hold, *compiled.wos_hold)}
    if compiled.where is not None:
        rules["orders.only.where"] = compiled.where
    predicate = rules.get(decision.rule)
    if predicate is not None:
        scope = part.scope if part is not None else order_scope(compiled, known.trial.order)
        return predicate.text, predicate_sources(predicate, scope, seeing)
    return "", tuple(_criterion(known.trial.order, decision.rule))


def _criterion(order: Order, rule: str) -> Iterator[Source]:
    """What the order has for a criterion of `orders.only`."""
    name = rule.removeprefix("orders.only.")
    if name in PLAIN or name == "profile":
        yield Source(path=name, value=getattr(order, name))
    elif name in ("tags", "skus"):
        yield Source(path=name, value=list(getattr(order, name)))
    elif name == "since" and rule != name:
        yield Source(path="created", value=order.created.isoformat())
    elif name == "dc":
        centers = [one.dc_code or one.dc for one in order.allocations]
        yield Source(path="allocations[*].dc", value=list(dict.fromkeys(centers)))
    elif rule == "orders.nothing-open":
        for index, one in enumerate(order.allocations):
            yield Source(path=f"allocations[{index}].dc", value=one.dc_code or one.dc)
            yield Source(path=f"allocations[{index}].status", value=one.status)


def _failing(
    known: _Known, decision: Decision, part: PartDraft | None, seeing: Seeing
) -> Iterator[Origin]:
    """The mapped members that have no value, where that is what stops it."""
    if part is None or not decision.rule.startswith(("orders.map.", "orders.lookup.")):
        return
    for field in known.desk.compiled.fields:
        origin = field_origin(field, part.scope, IDS, seeing)
        if origin.problem:
            yield origin
