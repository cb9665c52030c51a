"""A plan for people: what would be sent and why, what stays here and why, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.model.decision import Decision, Outcome
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader
from engine.report.flow_words import words_of
from engine.report.plan_detail import show_changes
from engine.report.plan_groups import Group, Reason, grouped
from engine.report.rule_titles import title_of
from engine.report.screen import Screen
from engine.report.times import shown

ROWS = 15
"""So many lines of each rule are shown; with detail all of them are."""

HEADINGS = {
    Outcome.SEND: "To be sent",
    Outcome.HOLD: "Held here, decided again on every pass",
    Outcome.REJECT: "Rejected, needs a person",
    Outcome.REPORT: "To report",
}


def show_plan(
    screen: Screen,
    ends: tuple[PlanHeader, PlanFooter],
    decisions: Iterable[Decision],
    name: str | None = None,
    *,
    detail: bool = False,
) -> None:
    """Shows a plan by outcome, rule and reason; `decisions` is read once.

    Without `detail` only the first of each rule are kept. With it every change is shown with what
    it writes. `name` is the plan file that a person would apply; None says nothing about applying.
    """
    header, footer = ends
    _title(screen, header)
    groups = grouped(decisions, None if detail else ROWS)
    for outcome, heading in HEADINGS.items():
        if groups[outcome]:
            screen.heading(f"{heading}: {sum(group.count for group in groups[outcome])}")
            _section(screen, outcome, groups[outcome], detail=detail)
    _left_alone(screen, footer)
    _sums(screen, header, footer)
    if name is not None:
        _advice(screen, header, footer, name)


def show_quiet(screen: Screen, ends: tuple[PlanHeader, PlanFooter]) -> bool:
    """Says in a line for each flow that there is nothing new in a plan; False where there is."""
    header, footer = ends
    if footer.sends or footer.newly_held or footer.blocked or _asks(footer):
        return False
    held = footer.outcomes.get("hold", 0)
    still = f" {held} still held." if held else ""
    for flow in header.flows:
        screen.say(f"{flow}: {_read(flow, footer)}, nothing to send.{still}")
    return True


def _asks(footer: PlanFooter) -> bool:
    """Whether something is for a person."""
    return any(footer.outcomes.get(one.value, 0) for one in (Outcome.REJECT, Outcome.REPORT))


def _title(screen: Screen, header: PlanHeader) -> None:
    made = shown(datetime.fromisoformat(header.made_at), header.zone)
    screen.say(f"Plan for {header.customer}, made {made}", style="bold")
    for window in header.windows:
        since = shown(datetime.fromisoformat(window.since), header.zone)
        until = shown(datetime.fromisoformat(window.until), header.zone)
        what = words_of(window.flow).read_by(sweep=window.sweep)
        span = f" from {since} to {until}" if window.since != window.until else ""
        screen.say(f"{what}{span}, and everything still waiting here.")
    if header.partial:
        screen.say("Only a part was asked for: applying this plan does not move the cursor.")


def _section(screen: Screen, outcome: Outcome, groups: list[Group], *, detail: bool) -> None:
    if outcome is not Outcome.SEND:
        rows = [_kept_row(one) for group in groups for one in group.shown]
        screen.table(["  part", "rule", "why"], rows)
    for group in groups:
        if outcome is Outcome.SEND:
            _sent(screen, group, detail=detail)
        if group.more:
            more = f"... and {group.more} more by {group.rule}"
            screen.say(f"{more}, all in the plan file; `crossdock plan --detail` shows them.")


def _sent(screen: Screen, group: Group, *, detail: bool) -> None:
    """What one rule of one flow lets go out."""
    words = words_of(group.flow)
    meaning = title_of(group.rule)
    screen.say(f"{group.count} by {group.rule}{f': {meaning}' if meaning else ''}")
    if detail:
        for one in group.shown:
            show_changes(screen, one.first)
        return
    columns = [f"  {words.number}", words.record, "what", "where to, and what else"]
    screen.table(columns, [_sent_row(one.first) for one in group.shown], whole=(0, 1))


def _sent_row(decision: Decision) -> list[str]:
    what = ", then ".join(change.summary for change in decision.changes)
    return [f"+ {decision.number or ''}", decision.order, what, decision.reason]


def _kept_row(one: Reason) -> list[str]:
    return [f"~ {one.which}", one.first.rule, one.first.reason]


def _left_alone(screen: Screen, footer: PlanFooter) -> None:
    quiet = footer.outcomes.get("skip", 0) + footer.outcomes.get("no-op", 0)
    if not quiet:
        return
    screen.heading(
        f"Left alone: {footer.outcomes.get('skip', 0)} skipped, "
        f"{footer.outcomes.get('no-op', 0)} already done"
    )
    rows = [[f"{count:>6}", rule, title_of(rule)] for rule, count in _by_count(footer.quiet)]
    screen.table(["", "", ""], rows, whole=(0, 1))


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What there is most of comes first."""
    return sorted(counts.items(), key=lambda one: -one[1])


def _sums(screen: Screen, header: PlanHeader, footer: PlanFooter) -> None:
    screen.heading("In short")
    for flow in header.flows:
        screen.say(_read_and_sent(flow, footer))
    held = footer.outcomes.get("hold", 0)
    screen.say(
        f"{held} held ({footer.newly_held} new), {footer.outcomes.get('reject', 0)} rejected."
    )
    if footer.sends:
        screen.say(f"Sending takes about {footer.calls} call{'s' * (footer.calls != 1)}.")
    if footer.unchecked:
        screen.say(
            f"Not checked: {footer.unchecked} item numbers; "
            "the ruleset wants it so, or the site cannot be asked."
        )
    show_exceeded(screen, footer.blocked)


def show_exceeded(screen: Screen, gates: Iterable[BlockedGate]) -> None:
    """Names each gate with what it counted and its limit."""
    for gate in gates:
        screen.say(f"BLOCKED by gate {gate.gate}: {_excess(gate)}", style="bold red")


def _read_and_sent(flow: str, footer: PlanFooter) -> str:
    words = words_of(flow)
    counts = dict.fromkeys(words.operations, 0) | {
        kind.partition(".")[2]: count
        for kind, count in footer.changes.items()
        if kind.partition(".")[0] == flow
    }
    sent = [f"{count} {words.doing(operation)}" for operation, count in counts.items()]
    return f"{_read(flow, footer)}: {', '.join(sent) or 'nothing to send'}."


def _read(flow: str, footer: PlanFooter) -> str:
    read = footer.read.get(flow, 0)
    return f"{read} {words_of(flow).records(read)} read"


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


def _advice(screen: Screen, header: PlanHeader, footer: PlanFooter, name: str) -> None:
    if footer.blocked:
        screen.say(f"If that is right: crossdock apply {name} {approving(footer.blocked)}")
    elif footer.sends:
        screen.say(f"To send exactly this: crossdock apply {name}")
    elif footer.newly_held:
        screen.say(f"Nothing to send. To put the holds on record: crossdock apply {name}")
    elif _asks(footer):
        screen.say(f"Nothing to send. To put that into the inbox: crossdock apply {name}")
    else:
        screen.say(f"Nothing to do: {nothing(header, footer)}")


def nothing(header: PlanHeader, footer: PlanFooter) -> str:
    """Why there is nothing to do: what was read, and which rules have kept how many of it."""
    if not sum(footer.outcomes.values()):
        return (
            "nothing was updated in that time, and nothing waits here. What the source filters out "
            f"is not read at all; to see why one is not here: crossdock plan {header.customer} "
            "--only KEY"
        )
    kept = [f"{count} left alone by {rule}" for rule, count in _by_count(footer.quiet)]
    held = footer.outcomes.get("hold", 0)
    if held:
        kept.append(f"{held} held as before")
    read = ", ".join(_read(flow, footer) for flow in header.flows)
    return f"{read}; {', '.join(kept)}."
