"""`apply` sends a plan file; `run` plans and applies, unattended, within the gates."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import click

from engine.bootstrap import open_bench, open_desk
from engine.cli.context import Session, format_option, pass_session, show_error
from engine.cli.live import live
from engine.cli.planning import show, write_plan
from engine.config.library import did_you_mean
from engine.customers import Customer, systems_of
from engine.errors import ConfigurationError, CredentialError, CrossdockError, PlanFileError
from engine.executor.bench import Bench
from engine.executor.intake import take_in
from engine.executor.plan_file import decisions, inspect
from engine.executor.planning import Desk
from engine.executor.runner import Ask
from engine.executor.running import Approval, Report, Verdict, apply_file, run_pass
from engine.model.plan import Ends, PlanFooter
from engine.ports.ledger import PassNote
from engine.report.apply_text import Teller, report_json, show_report
from engine.report.plan_text import show_plan, show_quiet
from engine.report.screen import Screen, progress
from engine.runners import FLOWS
from engine.workspace import StoredPlan, Workspace

CODES = {
    Verdict.DONE: 0,
    Verdict.ALREADY: 0,
    Verdict.STALE: 3,
    Verdict.BLOCKED: 4,
    Verdict.UNDECIDED: 5,
}
FAILED = CrossdockError.exit_code
SEVERITY = (0, 5, 3, 4, FAILED)
"""Exit codes; of several flows the latest in this row is the command's."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--partial", is_flag=True, help="Send the rest when some changes are stale.")
@click.option("--approve", multiple=True, metavar="GATE", help="Pass this gate (repeatable).")
@format_option
@pass_session
def apply(
    session: Session, file: Path, *, partial: bool, approve: tuple[str, ...], form: str
) -> int:
    """Send exactly what a plan file says, once.

    Exits 0 when done, 3 when something is stale, 4 when a gate blocks, 5 when something is left
    undecided.
    """
    store = StoredPlan(file)
    ends = inspect(store)
    customer = session.customer(ends[0].customer)
    _check_gates(approve, customer, ends[1])
    screen = Screen(json=form == "json")
    _check_systems(store, customer, ends)
    _check_rules(screen, customer, ends)
    machine = session.machine(customer)
    approval = Approval(partial=partial, gates=approve, today=customer.ruleset.gates)
    workspace = session.workspace()
    flows = ends[0].flows
    with open_bench(customer, machine, workspace, flows) as (bench, desk):
        check_pauses(bench, customer, flows)
        take_in(bench)
        with progress("Sending") as tell:
            bench.on_change = counter(tell, ends)
            report = apply_file(bench, desk.runners, store, ends, approval)
        _forget(bench, customer, workspace)
    return end(screen, report, store, customer, flows)


def _check_gates(approved: tuple[str, ...], customer: Customer, footer: PlanFooter) -> None:
    """Raises ConfigurationError for a name that is no gate, neither now nor when it was planned."""
    known = sorted({*customer.ruleset.gates, *(gate.gate for gate in footer.blocked)})
    for name in approved:
        if name not in known:
            advice = did_you_mean(name, known) or "This customer's ruleset has no gates."
            raise ConfigurationError(f'there is no gate "{name}" to approve', advice)


def _check_systems(store: StoredPlan, customer: Customer, ends: Ends) -> None:
    """Raises PlanFileError for a plan of other systems: one of a rehearsal is nothing for live."""
    here = systems_of(customer)
    other = sorted(name for name, mark in ends[0].systems.items() if here.get(name) != mark)
    if other:
        raise PlanFileError(
            f"{store.name} was made for other systems: {', '.join(other)} is at another address",
            "Make a new plan with the addresses that are set now; nothing was sent.",
        )


def check_pauses(bench: Bench, customer: Customer, flows: tuple[str, ...]) -> None:
    """Raises CrossdockError for a plan of a flow that a person has stopped."""
    for flow in flows:
        pause = bench.pause_of(flow)
        if pause is not None:
            name = customer.ruleset.customer
            raise CrossdockError(
                f"{flow} is paused: {pause.reason}",
                f"Nothing was sent. To go on: crossdock resume {name} {flow} --reason TEXT",
            )


def _check_rules(screen: Screen, customer: Customer, ends: Ends) -> None:
    """A plan is what was approved; that the rules have changed since is worth a word."""
    if customer.ruleset.hash != ends[0].ruleset:
        screen.say("The ruleset has changed since this plan was made; the plan is sent as it is.")


@click.command()
@click.argument("customer")
@click.argument("flows", nargs=-1, type=click.Choice(FLOWS))
@click.option("--dry-run", is_flag=True, help="The same as `plan`.")
@format_option
@pass_session
def run(
    session: Session, customer: str, flows: tuple[str, ...], *, dry_run: bool, form: str
) -> int:
    """Plan and apply, flow by flow, as a schedule does it: within the gates, nobody asked.

    FLOWS are some of the ruleset's flows; all of them where none is named. A flow that fails does
    not keep the others back. Exits 0 when done, 1 when a flow failed, 4 when a gate blocks, 5 when
    something is left undecided.
    """
    if dry_run:
        return _dry_run(session, customer, flows, form)
    opened, notice = live(session, customer)
    machine = session.machine(opened)
    workspace = session.workspace()
    screen = Screen(json=form == "json")
    if notice:
        screen.say(notice)
    with open_bench(opened, machine, workspace, flows) as (bench, desk):
        wanted = desk.only(flows).runners
        if not wanted:
            raise ConfigurationError(
                f"the ruleset of {customer} has no {' and no '.join(flows)}",
                f"Add its section, or run what it has: {', '.join(desk.runners)}.",
            )
        codes = _taken_in(bench)
        teller = Teller(screen)
        codes += [_in_turn(teller, bench, desk.only((flow,)), opened, workspace) for flow in wanted]
        _forget(bench, opened, workspace)
    return max(codes, key=SEVERITY.index)


def _forget(bench: Bench, customer: Customer, workspace: Workspace) -> None:
    """Buyers' data that are older than the ruleset says leave the ledger and the plans."""
    before = bench.clock.now() - customer.ruleset.retention
    bench.ledger.forget_bodies(before)
    workspace.forget_plans(customer.ruleset.customer, before)


def _dry_run(session: Session, customer: str, flows: tuple[str, ...], form: str) -> int:
    """The plan of the files, as `plan` makes it."""
    opened = session.customer(customer)
    workspace = session.workspace()
    with open_desk(opened, session.machine(opened), workspace) as desk:
        store, ends = write_plan(workspace, desk.only(flows), opened, None, Ask())
    return show(store, ends, form)


def _taken_in(bench: Bench) -> list[int]:
    """Stores what waits in the queues. One that fails is told, and the flows have their turn all
    the same: orders do not live on messages.
    """
    try:
        take_in(bench)
    except CredentialError:
        raise
    except CrossdockError as error:
        if error.exit_code != FAILED:
            raise
        show_error(error, "messages")
        return [FAILED]
    return []


def _in_turn(
    teller: Teller, bench: Bench, desk: Desk, customer: Customer, workspace: Workspace
) -> int:
    """One flow's pass; one that fails is told and noted, and the next flow has its turn.

    Refused credentials, a lost lease and our own faults end the whole run: they are nobody's alone.
    """
    try:
        return _run_flow(teller, bench, desk, customer, workspace)
    except CredentialError:
        raise
    except CrossdockError as error:
        if error.exit_code != FAILED:
            raise
        flow = next(iter(desk.runners))
        outcome = f"failed: {error.summary}"
        bench.ledger.note_pass(PassNote(flow=flow, at=bench.clock.now(), outcome=outcome))
        show_error(error, flow)
        _tell_machines(teller.screen, flow, "failed", error.summary)
        return FAILED


def _run_flow(
    teller: Teller, bench: Bench, desk: Desk, customer: Customer, workspace: Workspace
) -> int:
    """One flow's pass; what it leaves is told before the next flow begins."""
    screen = teller.screen
    flow = next(iter(desk.runners))
    pause = bench.pause_of(flow)
    if pause is not None:
        screen.say(f"{flow} is paused: {pause.reason}. Nothing of it was read or sent.")
        _tell_machines(screen, flow, "paused", pause.reason)
        return 0
    path = workspace.plan_path(customer.ruleset.customer, desk.clock.now(), flow)
    shown: list[Ends] = []
    with progress("Sending") as tell:

        def planned() -> tuple[StoredPlan, Ends]:
            asked = Ask(on_record=bench.still_ours)
            store, ends = write_plan(workspace, desk, customer, path, asked)
            if not show_quiet(screen, ends):
                show_plan(screen, ends, decisions(store))
                shown.append(ends)
            bench.on_change = counter(tell, ends)
            return store, ends

        report = run_pass(bench, planned)
    if not shown and teller.has_told(report) and not screen.json:
        return CODES[report.verdict]
    return end(screen, teller.untold(report), StoredPlan(path), customer, (flow,))


def _tell_machines(screen: Screen, flow: str, verdict: str, why: str) -> None:
    """The line of a flow that had no pass, where JSON is wanted: each flow of a run has one."""
    if screen.json:
        line = {"format_version": 1, "flows": [flow], "verdict": verdict, "why": why}
        click.echo(json.dumps(line, ensure_ascii=False))


def counter(tell: Callable[[int, int | None], None], ends: Ends) -> Callable[[object], None]:
    """Tells a progress bar of one more change of a plan, each time that it is called."""
    done = count(1)
    total = ends[1].sends
    return lambda _: tell(next(done), total)


def end(
    screen: Screen,
    report: Report,
    store: StoredPlan,
    customer: Customer,
    flows: tuple[str, ...],
) -> int:
    """Prints what was done with a plan and returns the exit code; JSON where the screen's is."""
    if screen.json:
        click.echo(json.dumps(report_json(report, flows), ensure_ascii=False))
    rules = customer.ruleset
    show_report(screen, report, store.name, rules.customer, rules.timezone)
    return CODES[report.verdict]
