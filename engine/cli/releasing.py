"""`release`: go-live. From then on `run` uses this ruleset, whatever becomes of the files."""

from __future__ import annotations

import json
from dataclasses import dataclass

import click

from engine.bootstrap import open_desk, open_memory
from engine.cases.suite import run_suite
from engine.cases.telling import green_of, show_verdict
from engine.cli.checking import findings_of, has_errors
from engine.cli.context import Session, format_option, pass_session
from engine.cli.live import released_of
from engine.cli.planning import write_plan
from engine.customers import Customer, load_released, on_loopback
from engine.errors import ConfigurationError
from engine.executor.plan_file import decisions
from engine.executor.runner import Ask
from engine.neighbours import Neighbours
from engine.report.check_text import counted, show_findings
from engine.report.diagnostics import to_text
from engine.report.plan_text import show_plan
from engine.report.release_text import differences
from engine.report.screen import Screen

RELEASED, REFUSED, BLOCKED = 0, 1, 4
REHEARSED = frozenset(["values-of-init", "assumed-profile"])
"""What is no problem against a sandbox."""
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A release that was asked for."""

    session: Session
    customer: Customer
    screen: Screen
    yes: bool

    @property
    def name(self) -> str:
        return self.customer.ruleset.customer


@click.command()
@click.argument("customer")
@click.option("--yes", is_flag=True, help="Do not ask after showing the plan.")
@format_option
@pass_session
def release(session: Session, /, customer: str, *, yes: bool, form: str) -> int:
    """Go live: check the ruleset, show the plan, and make it the one that `run` uses.

    The ruleset must be fit to go live (`validate --strict live`), `check` must find no error, its
    cases must be green, and no gate may block the plan of all flows. Nothing is sent.

    Exits 0 when released, 1 when something is wrong or nobody wants it, 4 when a gate blocks.
    """
    opened = _strict(session, customer)
    screen = Screen(json=form == "json")
    code, verdict = _release(Asked(session=session, customer=opened, screen=screen, yes=yes))
    screen.say(f"{customer}: {verdict}")
    if form == "json":
        released = {"hash": opened.ruleset.hash, "released": code == RELEASED, "verdict": verdict}
        click.echo(json.dumps({"format_version": 1, "customer": customer, **released}))
    return code


def _strict(session: Session, name: str) -> Customer:
    """The customer of files that are fit to go live: what nobody has read goes live with the rest.

    Against sandboxes the values that `init` wrote are right.
    """
    opened = session.customer(name)
    near = Neighbours(session.workspace(), "live")
    diagnostics = [*near.load(name)[1], *near.claims(name)]
    rehearsed = REHEARSED if on_loopback(opened) else frozenset()
    told = [one for one in diagnostics if one.id not in rehearsed]
    for diagnostic in told:
        click.echo(to_text(diagnostic) + "\n", err=True)
    count = sum(1 for one in told if one.severity == "error")
    if count:
        raise ConfigurationError(
            f"the ruleset {name} has {count} error{'s' * (count != 1)} of a go-live",
            "A ruleset goes live without any. Mend them until this finds none: "
            f"crossdock validate {name} --strict live",
        )
    return opened


def _release(asked: Asked) -> tuple[int, str]:
    """The steps in their order; returns the exit code and the last word."""
    before = released_of(asked.session, asked.name)
    if before is not None and before.document == asked.customer.document:
        return RELEASED, "nothing to do, this very ruleset is live already"
    if not _checks(asked):
        return REFUSED, "not released, as check found errors"
    red = _red_cases(asked)
    if red:
        return REFUSED, f"not released, as {red}: crossdock test {asked.name}"
    _tell_changes(asked, before.document if before else None)
    if _plan_is_blocked(asked):
        return BLOCKED, "not released, as a gate blocks its plan"
    question = "Go live with this ruleset?"
    if not (asked.yes or click.confirm(question, err=asked.screen.json)):
        return REFUSED, "not released"
    _record(asked)
    return RELEASED, "released. From now on `crossdock run` uses this ruleset"


def _checks(asked: Asked) -> bool:
    session = asked.session
    found = findings_of(asked.customer, session.machine(asked.customer), session.workspace())
    if has_errors(found):
        show_findings(asked.screen, asked.name, found)
        return False
    said = f"check: {counted(found)}. To read them: crossdock check {asked.name}"
    asked.screen.say(said)
    return True


def _red_cases(asked: Asked) -> str:
    """Plays the ruleset's own cases and shows the red ones; what to say of them, if there are."""
    suite = run_suite(asked.session.workspace(), asked.customer, lambda done, total: None)
    if not suite.verdicts:
        asked.screen.say(
            "cases: none, so nobody has said what this ruleset must do. To make one of a real "
            f"order: crossdock test new {asked.name} --from-order ID"
        )
        return ""
    for verdict in suite.red:
        show_verdict(asked.screen, verdict)
    told = green_of(len(suite.verdicts), len(suite.red))
    asked.screen.say(f"cases: {told}.")
    return told if suite.red else ""


def _tell_changes(asked: Asked, before: object) -> None:
    """Against what is live; a first release has nothing to be compared with."""
    if before is None:
        asked.screen.say("It is the first release.")
        return
    changes = list(differences(before, asked.customer.document))
    plural = "s" * (len(changes) != 1)
    asked.screen.heading(f"Against the live ruleset: {len(changes)} difference{plural}")
    asked.screen.table([""], [[f"  {change}"] for change in changes[:SHOWN]])
    if len(changes) > SHOWN:
        asked.screen.say(f"... and {len(changes) - SHOWN} more.")


def _plan_is_blocked(asked: Asked) -> bool:
    """Plans and shows all flows with the ruleset that would be live; nothing is sent."""
    session, workspace = asked.session, asked.session.workspace()
    with open_desk(asked.customer, session.machine(asked.customer), workspace) as desk:
        store, ends = write_plan(workspace, desk, asked.customer, None, Ask())
    blocked = bool(ends[1].blocked)
    show_plan(asked.screen, ends, decisions(store), store.name if blocked else None)
    return blocked


def _record(asked: Asked) -> None:
    """Writes it down, once it is proven that it can be read back as the very same."""
    document, workspace = asked.customer.document, asked.session.workspace()
    again, _ = load_released(workspace, asked.name, document)
    if again is None or again.document != document:
        raise ConfigurationError(
            f"what {asked.name} and its bases say is too much to be kept as one ruleset",
            "A ruleset can have 1 MiB: shorten its lists and tables.",
        )
    machine = asked.session.machine(asked.customer)
    with open_memory(asked.customer, machine, workspace) as (ledger, _):
        ledger.note_release(asked.customer.ruleset.hash, document, machine.clock.now())
