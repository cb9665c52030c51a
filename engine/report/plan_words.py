"""A plan in sentences: what was read, what it comes to, what blocks it, and what to do next.

A screen and a page say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engine.model.decision import Outcome
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader
from engine.report.flow_words import words_of
from engine.report.times import shown

HEADINGS = {
    Outcome.SEND: "To be sent",
    Outcome.HOLD: "Held here, decided again on every pass",
    Outcome.REJECT: "Rejected, needs a person",
    Outcome.REPORT: "To report",
}


def title(header: PlanHeader) -> str:
    """For whom and when the plan was made."""
    made = shown(datetime.fromisoformat(header.made_at), header.zone)
    return f"Plan for {header.customer}, made {made}"


def windows(header: PlanHeader) -> Iterator[str]:
    """What each flow looked at."""
    for window in header.windows:
        since = shown(datetime.fromisoformat(window.since), header.zone)
        until = shown(datetime.fromisoformat(window.until), header.zone)
        what = words_of(window.flow).read_by(sweep=window.sweep)
        span = f" from {since} to {until}" if window.since != window.until else ""
        yield f"{what}{span}, and everything still waiting here."
    if header.partial:
        yield "Only a part was asked for: applying this plan does not move the cursor."


def left_alone(footer: PlanFooter) -> str:
    """How much is left as it is; empty where nothing is."""
    skipped, done = footer.outcomes.get("skip", 0), footer.outcomes.get("no-op", 0)
    return f"Left alone: {skipped} skipped, {done} with nothing to do" if skipped + done else ""


def sums(header: PlanHeader, footer: PlanFooter) -> Iterator[str]:
    """What it comes to, without the gates. Of several flows each line has its flow's name."""
    several = len(header.flows) > 1
    for flow in header.flows:
        said = read_and_sent(flow, footer)
        yield f"{flow}: {said}" if several else said
    held = footer.outcomes.get("hold", 0)
    yield f"{held} held ({footer.newly_held} new), {footer.outcomes.get('reject', 0)} rejected."
    if footer.sends:
        yield f"Sending takes about {footer.calls} call{'s' * (footer.calls != 1)}."
    if footer.unchecked:
        yield (
            f"Not checked: {footer.unchecked} item numbers; "
            "the ruleset wants it so, or the site cannot be asked."
        )


def exceeded(gates: Iterable[BlockedGate]) -> Iterator[str]:
    """Each gate with what it counted and its limit."""
    for gate in gates:
        yield f"BLOCKED by gate {gate.gate}: {_excess(gate)}"


def by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What there is most of comes first."""
    return sorted(counts.items(), key=lambda one: -one[1])


def read_and_sent(flow: str, footer: PlanFooter) -> str:
    """How many records of a flow were read, and what is to be done with how many."""
    words = words_of(flow)
    counts = dict.fromkeys(words.operations, 0) | {
        kind.partition(".")[2]: count
        for kind, count in footer.changes.items()
        if kind.partition(".")[0] == flow
    }
    sent = [f"{count} {words.doing(operation)}" for operation, count in counts.items()]
    return f"{read(flow, footer)}: {', '.join(sent) or 'nothing to send'}."


def read(flow: str, footer: PlanFooter) -> str:
    """How many records of a flow were read."""
    count = footer.read.get(flow, 0)
    return f"{count} {words_of(flow).records(count)} read"


def approving(gates: Iterable[BlockedGate]) -> str:
    """The options that let a plan pass these gates; one may be exceeded in two ways."""
    names = dict.fromkeys(gate.gate for gate in gates)
    return " ".join(f"--approve {name}" for name in names)


def _excess(gate: BlockedGate) -> str:
    if gate.unit == "changes":
        return f"{gate.count:g} changes, the limit is {gate.limit:g}"
    if gate.unit in {"units", "aliases"}:
        return f"{gate.count:g} {gate.unit}, the limit is {gate.limit:g}"
    return f"{gate.count * 100:g}% of what was read, the limit is {gate.limit * 100:g}%"


def asks(footer: PlanFooter) -> bool:
    """Whether something is for a person."""
    return any(footer.outcomes.get(one.value, 0) for one in (Outcome.REJECT, Outcome.REPORT))


def advice(header: PlanHeader, footer: PlanFooter, name: str) -> str:
    """What to do next with the plan file of this name."""
    if footer.blocked:
        return f"If that is right: crossdock apply {name} {approving(footer.blocked)}"
    if footer.sends:
        return f"To send exactly this: crossdock apply {name}"
    if footer.newly_held:
        return f"Nothing to send. To put the holds on record: crossdock apply {name}"
    if asks(footer):
        return f"Nothing to send. To put that into the inbox: crossdock apply {name}"
    return f"Nothing to do: {nothing(header, footer)}"


def nothing(header: PlanHeader, footer: PlanFooter) -> str:
    """Why there is nothing to do: what was read, and which rules have kept how many of it."""
    if not header.windows:
        return "the ruleset says nothing of what was asked for."
    if not sum(footer.outcomes.values()):
        sentence = "nothing was updated in that time, and nothing waits here."
        return f"{sentence}{_unread(header) if 'orders' in header.flows else ''}"
    kept = [f"{count} left alone by {rule}" for rule, count in by_count(footer.quiet)]
    held = footer.outcomes.get("hold", 0)
    if held:
        kept.append(f"{held} held as before")
    reads = ", ".join(read(flow, footer) for flow in header.flows)
    return f"{reads}; {', '.join(kept)}."


def _unread(header: PlanHeader) -> str:
    """Filters are pushed down: a count of what they leave out is not to be had."""
    return (
        " Orders that the source filters out by orders.only are not read at all; to see why one is "
        f"not here: crossdock plan {header.customer} --only KEY"
    )
