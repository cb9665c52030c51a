"""The status of a customer, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.executor.delays import LATE, Delay
from engine.executor.health import ORDERS, FlowHealth, Health
from engine.report.screen import Screen
from engine.report.times import age, shown

Row = list[str]
SHOWN = 5
"""So many picked orders are named; json has them all."""


def show_health(screen: Screen, health: Health, zone: str, now: datetime) -> None:
    """Shows one customer; what is empty is left out, but for what is looked for each morning."""
    when = _When(zone, now)
    screen.heading(health.customer)
    screen.table(["", ""], list(_rows(health, when)))
    if health.inbox or health.doubts:
        screen.say(f"Next: crossdock inbox {health.customer}")


class _When:
    """A time as it is shown: in the customer's zone, and how long ago."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = zone
        self._now = now

    def __call__(self, moment: str | None) -> str:
        if moment is None:
            return "never"
        at = datetime.fromisoformat(moment)
        return f"{shown(at, self._zone)}, {age(self._now - at)} ago"


def _rows(health: Health, when: _When) -> Iterator[Row]:
    yield from _flows(health, when)
    oldest = f", oldest {when(health.oldest_hold)}" if health.oldest_hold else ""
    yield ["held", f"{sum(health.holds.values()) or 'nothing'}{oldest}"]
    yield from (["", f"{count} {rule}"] for rule, count in sorted(health.holds.items()))
    if health.oldest_unsent is not None:
        unsent = health.oldest_unsent
        yield ["unsent", f"oldest is order {unsent.key}, since {when(unsent.since)}"]
    yield from _picked(health, when)
    yield ["in flight", str(health.in_flight)]
    yield ["in doubt", str(health.doubts)]
    if health.messages:
        told = ", ".join(f"{count} {kind}" for kind, count in health.messages.items())
        yield ["messages", f"{told} not dealt with"]
    if health.queue:
        read = health.queue
        told = (
            f"{read['new']} read so far, {read['again']} came again, {read['unknown']} of no known"
        )
        yield ["queue", f"{told} type"]
    if health.stray:
        last = health.stray[-1]
        count = f"{len(health.stray)} may have left after their time"
        advice = f"see what was done twice: crossdock reconcile {health.customer}"
        yield from _listed("stray calls", [count, f"last {when(last.at)}: {last.what}", advice])
    yield from _listed("delays", [_told(one) for one in health.delays if one.is_long])
    yield ["inbox", f"{health.inbox} open"]
    for one in health.paused:
        flow = "all flows" if one.flow == "*" else one.flow
        yield ["paused", f"{flow} since {when(one.since)}: {one.reason}"]


def _told(delay: Delay) -> str:
    """A delay that comes near its setting, or is beyond it."""
    if delay.kind == LATE:
        least = f"{delay.seconds:.0f} s after its intent, and {delay.allowed:.0f} s are waited"
        return f"{delay.connection} applied a call {least}: raise timing.late"
    near = f"{delay.seconds:.1f} s of the {delay.allowed:.0f} s of timing.timeout"
    return f"{delay.connection} took up to {near} to answer"


def _flows(health: Health, when: _When) -> Iterator[Row]:
    """One line a flow for its last pass, and one for how far it has read."""
    if set(health.flows) <= {ORDERS}:
        yield ["last pass", when(health.last_pass) + _ended(health.outcome)]
        yield ["read up to", when(health.cursor)]
        return
    passes = [f"{flow} {_last(one, when)}" for flow, one in health.flows.items()]
    reads = [f"{flow} {when(one.cursor)}" for flow, one in health.flows.items() if one.cursor]
    yield from _listed("last pass", passes)
    yield from _listed("read up to", reads or ["never"])


def _last(flow: FlowHealth, when: _When) -> str:
    return when(flow.last_pass) + _ended(flow.outcome)


def _ended(outcome: str | None) -> str:
    return f" ({outcome})" if outcome else ""


def _picked(health: Health, when: _When) -> Iterator[Row]:
    if not health.picked:
        return
    count = len(health.picked)
    late = f"{count} more than {health.picked_hours} h ago and not shipped"
    named = [f"order {one.key}, {when(one.since)}" for one in health.picked[:SHOWN]]
    yield from _listed("picked", [late, *named])


def _listed(name: str, lines: list[str]) -> Iterator[Row]:
    yield from (["" if index else name, line] for index, line in enumerate(lines))
