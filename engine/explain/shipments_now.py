"""What the shipments flow would tell of an order now, what each value of it comes from, and what
would let through what was stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.executor.shipment_gather import ShipmentDesk, facts_of
from engine.executor.shipment_runner import ShipmentRunner
from engine.explain.candidates_shipments import of_shipment
from engine.explain.flows_now import decided_now
from engine.explain.origins import Origin
from engine.explain.pointers_of_calls import shipment_pointers, tracking_pointers
from engine.explain.requests import members_of, would_send
from engine.explain.shipment_origins import Shown, carriage_origins, shipment_origins
from engine.explain.shipment_trial import ShipmentTrial
from engine.explain.sources import Seeing, Source
from engine.explain.story import Judged, Member
from engine.explain.suggesting import tried
from engine.flows.shipments import decide
from engine.flows.shipments_changes import Rendering
from engine.flows.shipments_facts import BoundPart, Facts, ground
from engine.flows.shipments_parcels import Parcel, carriage, reached
from engine.flows.shipments_told import TRACK, told_of
from engine.flows.shipments_view import View, view_of
from engine.model.decision import Change, Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect
from engine.model.order import Allocation, Order
from engine.model.shipment import DesiredShipment, DesiredTracking, ProgressLine


@dataclass(slots=True, kw_only=True)
class Asked:
    """A channel's words; what it was asked to say is kept, by marker and by fulfillment."""

    rendering: Rendering
    shipments: dict[str, DesiredShipment] = field(default_factory=dict)
    trackings: dict[str, DesiredTracking] = field(default_factory=dict)

    @property
    def listening(self) -> Rendering:
        """The same words, overheard."""
        return Rendering(shipment=self._shipment, tracking=self._tracking)

    def _shipment(self, desired: DesiredShipment) -> PreparedRequest:
        self.shipments[desired.marker] = desired
        return self.rendering.shipment(desired)

    def _tracking(self, desired: DesiredTracking) -> PreparedRequest:
        self.trackings[desired.fulfillment] = desired
        return self.rendering.tracking(desired)


def facts_now(desk: ShipmentDesk, key: str) -> Facts:
    """What both systems and the memory have of an order by now. Raises CrossdockError where a
    system gives no answer.
    """
    (facts,) = facts_of(desk, [key], {})
    return facts


def shipments_now(desk: ShipmentDesk, facts: Facts, seeing: Seeing) -> Iterator[Judged]:
    """The decisions on an order of the channel, as a pass would come to them."""
    trial = ShipmentTrial(facts=facts, compiled=desk.compiled)
    known = _known(desk, facts, seeing)
    for judged in decided_now(ShipmentRunner(desk), [facts.key], seeing):
        made = judged.decision
        requests = tuple(would_send(one, known.get(one.key, ())) for one in made.changes)
        yield _advised(desk, trial, replace(judged, requests=requests), seeing)


def _advised(desk: ShipmentDesk, trial: ShipmentTrial, judged: Judged, seeing: Seeing) -> Judged:
    if judged.flows:
        return judged

    def judge(other: ShipmentTrial) -> Sequence[Decision]:
        return decide(other.compiled, other.facts, desk.rendering)

    advice = tried(judge, of_shipment(trial, judged.decision, seeing), judged.decision)
    return replace(judged, advice=advice, sources=tuple(_looked_at(trial, judged.decision)))


def _looked_at(trial: ShipmentTrial, stopped: Decision) -> Iterator[Source]:
    """What of the warehouse order and of the channel's a stop is about."""
    part = trial.part(stopped)
    seen = part.shown if part is not None else None
    if seen is not None:
        yield Source(path="progress.state", value=seen.state, note=seen.number)
    for at, box in enumerate(seen.boxes if seen is not None else ()):
        if stopped.key.endswith(f":{box.id}"):
            for name in ("carrier", "service", "tracking"):
                value = getattr(box, name)
                yield Source(path=f"progress.boxes[{at}].{name}", value=value, note=f"box {box.id}")


def told_members(
    desk: ShipmentDesk, facts: Facts, effect: Effect, seeing: Seeing
) -> tuple[tuple[Member, ...], str | None]:
    """The members of what was told before, and the body that today's records would give it: as if
    it, and what came after it, had not been told. None where today nothing of it would be told.
    """
    before = _as_before(facts, effect)
    asked = Asked(rendering=desk.rendering)
    made = decide(desk.compiled, before, asked.listening)
    change = next(
        (one for two in made for one in two.changes if one.key == effect.intent.key), None
    )
    if change is None:
        return (), None
    members = _members(desk, before, asked, change, seeing)
    return members, change.request.body


def _as_before(facts: Facts, effect: Effect) -> Facts:
    """The facts without an effect and those that began later, as far as one can tell by now."""
    keys = [one.intent.key for one in facts.effects]
    at = keys.index(effect.intent.key) if effect.intent.key in keys else len(keys)
    later = {one.intent.marker for one in facts.effects[at:]}
    order = facts.order
    if isinstance(order, Order):
        order = replace(order, allocations=tuple(_open(one, later) for one in order.allocations))
    parts = tuple(_so_far(one, facts.effects[:at], effect) for one in facts.parts)
    return replace(facts, order=order, effects=facts.effects[:at], parts=parts)


def _open(one: Allocation, later: set[str]) -> Allocation:
    """A fulfillment as it was before it was shipped, or before its tracking came."""
    if one.marker in later:
        return replace(one, status="", marker=None, tracking=None)
    return replace(one, tracking=None) if one.id in later else one


def _so_far(part: BoundPart, before: Sequence[Effect], effect: Effect) -> BoundPart:
    """A warehouse order whose lines are as far as they were told then, where no box says so."""
    memo, seen = effect.intent.memo or {}, part.shown
    if seen is None or memo.get("reach") is None or memo["number"] != part.binding.number:
        return part
    far = {**reached([one for one in told_of(before) if one.number == memo["number"]])}
    far |= memo["reach"]
    lines = tuple(_clipped(one, far.get(one.number, 0)) for one in seen.lines)
    return replace(part, progress=replace(seen, lines=lines))


def _clipped(line: ProgressLine, far: int) -> ProgressLine:
    return replace(line, picked=min(line.picked, far), packed=min(line.packed, far))


def _known(desk: ShipmentDesk, facts: Facts, seeing: Seeing) -> Mapping[str, tuple[Member, ...]]:
    """Key of a change -> its members."""
    asked = Asked(rendering=desk.rendering)
    made = decide(desk.compiled, facts, asked.listening)
    changes = [change for one in made for change in one.changes]
    return {one.key: _members(desk, facts, asked, one, seeing) for one in changes}


def _members(
    desk: ShipmentDesk, facts: Facts, asked: Asked, change: Change, seeing: Seeing
) -> tuple[Member, ...]:
    if not isinstance(facts.order, Order):
        return ()
    mark = ground(desk.compiled, facts)
    view = view_of(desk.compiled, facts, facts.order, desk.rendering, mark)
    if change.operation == TRACK:
        desired = asked.trackings[change.marker]
        return members_of(
            _of_tracking(view, desired, seeing), tracking_pointers(desired, desk.rendering)
        )
    shipment = asked.shipments[change.marker]
    shown = _shown(view, change.memo or {}, seeing)
    return members_of(
        shipment_origins(shown, shipment), shipment_pointers(shipment, desk.rendering)
    )


def _shown(view: View, memo: Mapping[str, Any], seeing: Seeing) -> Shown:
    """The parcel that a change is about."""
    return next(
        Shown(view=view, counted=counted, share=share, seen=seen, places=seeing.places)
        for counted in view.parts
        for share in counted.shares
        if (seen := counted.part.shown) is not None
        if (counted.part.binding.number, share.parcel.id) == (memo["number"], memo["parcel"])
    )


def _of_tracking(view: View, desired: DesiredTracking, seeing: Seeing) -> Iterator[Origin]:
    """The fulfillment that we told, and the number that its box has by now."""
    index = [one.id for one in view.order.allocations].index(desired.fulfillment)
    marker = view.order.allocations[index].marker
    yield Origin(
        target="fulfillment",
        value=desired.fulfillment,
        kind="rule",
        text="the fulfillment that was told without a number",
        sources=(Source(path=f"allocations[{index}].marker", value=marker),),
    )
    told = next(one for one in view.told if one.marker == marker)
    seen = next(one.part.shown for one in view.parts if told in one.told)
    if seen is not None:
        how = (desired.carrier, desired.service, desired.tracking)
        words = carriage(seen, desired.tracking)
        parcel = Parcel(
            id=told.parcel,
            contents=(),
            at=None,
            carrier=words[0],
            service=words[1],
            tracking=desired.tracking,
            reach=told.reach,
        )
        yield from carriage_origins(parcel, seen, how, seeing.places)
