"""What is on record of a customer, or of one order, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.ports.state import AppliedPlan, EffectRecord, Holder, OrderRecord, Survey
from engine.report.screen import Screen
from engine.report.times import age, shown


def show_survey(
    screen: Screen,
    customer: str,
    survey: Survey,
    counts: Mapping[str, Any],
    here: tuple[str, datetime],
) -> None:
    """Shows how the memory stands. `counts`: effects and messages by name, holds, inbox, pauses;
    `here`: the customer's zone, and what time it is.
    """
    zone, now = here
    screen.heading(customer)
    screen.table(["", ""], list(_survey_rows(survey, counts, zone, now)))
    if survey.plans:
        screen.heading("Plans that were applied, the newest first")
        rows = [_plan_row(plan, zone) for plan in survey.plans]
        screen.table(["digest", "begun", "finished"], rows)
    screen.say(f"One order: crossdock state {customer} --order KEY")


def _survey_rows(
    survey: Survey, counts: Mapping[str, Any], zone: str, now: datetime
) -> Iterator[list[str]]:
    yield ["at work", _holder(survey.lease, zone, now)]
    for cursor in survey.cursors:
        reached = f"{shown(cursor.watermark, zone)}, {age(now - cursor.watermark)} ago"
        yield ["cursor", f"{cursor.feed}: {reached}"]
    for name, count in counts["effects"].items():
        if count:
            yield ["effects", f"{count} {name}"]
    yield ["bound", f"{survey.bindings} parts of orders"]
    yield ["held", str(counts["holds"])]
    yield ["inbox", f"{counts['inbox']} open"]
    for kind, count in counts["messages"].items():
        yield ["messages", f"{count} {kind} not dealt with"]
    for pause in counts["pauses"]:
        yield ["paused", f"{pause['flow']} since {shown(pause['since'], zone)}: {pause['reason']}"]


def _holder(lease: Holder | None, zone: str, now: datetime) -> str:
    if lease is None or lease.until is None:
        return "nobody"
    until = shown(lease.until, zone)
    if lease.until <= now:
        return f"nobody; {lease.owner} was until {until} and did not say that it ended"
    return f"{lease.owner}, until {until} unless it goes on"


def _plan_row(plan: AppliedPlan, zone: str) -> list[str]:
    finished = "something of it is left" if plan.finished is None else shown(plan.finished, zone)
    return [plan.digest[:16], shown(plan.started, zone), finished]


def show_record(screen: Screen, record: OrderRecord, zone: str) -> None:
    """Shows all that is on record of one order."""
    screen.heading(f"Order {record.order}")
    screen.table(["", ""], list(_record_rows(record, zone)))
    for effect in record.effects:
        screen.heading(effect.key)
        screen.table(["", ""], list(_effect_rows(effect, zone)))


def _record_rows(record: OrderRecord, zone: str) -> Iterator[list[str]]:
    for moment in record.erased:
        yield ["erased", shown(moment, zone)]
    for bound in record.bindings:
        yield ["bound", f"{bound.part} is {bound.number}, revision {bound.revision}"]
    for hold in record.holds:
        yield ["held", f"{hold.part}: {hold.rule}, since {shown(hold.since, zone)}. {hold.reason}"]
    for item in record.inbox:
        ended = "open" if item.resolved is None else f"closed {shown(item.resolved, zone)}"
        yield ["inbox", f"{item.business_key}: {item.kind}, {ended}"]
    for message in record.messages:
        kept = "" if message.raw else ", its own record erased"
        told = f"{message.kind}, came {shown(message.received, zone)}, {message.state}{kept}"
        yield ["message", f"{message.key}: {told}"]


def _effect_rows(effect: EffectRecord, zone: str) -> Iterator[list[str]]:
    yield ["state", f"{effect.state}: {effect.reason}"]
    yield ["sent to", f"{effect.target} by {effect.flow}, about {effect.subject}"]
    yield ["marker", effect.marker]
    tried = f"{effect.attempts} times" if effect.attempts != 1 else "once"
    yield ["tried", f"{tried}, under fence {effect.fence}"]
    yield ["intent", shown(effect.intent_at, zone)]
    if effect.ended_at is not None:
        yield ["ended", shown(effect.ended_at, zone)]
    else:
        yield ["settled", f"from {shown(effect.settle_at, zone)} on"]
    yield ["hash", effect.hash]
    yield ["body", "kept" if effect.body else "erased"]
    for leg, quantity in effect.legs.items():
        yield ["leg", f"{leg}: {quantity}"]
