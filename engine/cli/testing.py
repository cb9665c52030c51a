"""`test`: the ruleset's own cases. `test new` makes one of a real record."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine.bootstrap import open_sight
from engine.cases.case import Case, Played
from engine.cases.comparing import differences
from engine.cases.reading import read_case
from engine.cases.rewriting import updated
from engine.cases.suite import Suite, case_schema, folder_of, run_suite
from engine.cases.taking import case_text, text_of_file
from engine.cases.telling import show_suite, suite_json
from engine.cli.context import Session, format_option, pass_session, show_error
from engine.errors import ConfigurationError, CrossdockError
from engine.model.order import Unreadable
from engine.report.screen import Screen, progress

NEW = "new"
_ONE_RECORD = "Save one order, product or message there, as JSON."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A case file as it would be green."""

    path: Path
    file: str
    before: str
    after: str


@click.command()
@click.argument("words", metavar="[CUSTOMER]... | new CUSTOMER", nargs=-1)
@click.option("--update", is_flag=True, help="Show what came instead, and write it after a yes.")
@click.option("--yes", is_flag=True, help="--update: do not ask after showing the difference.")
@click.option(
    "--from-order", metavar="ID", help="new: the order of this id, from the live channel."
)
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="new: an order or a product of the channel, or a booking's message, as JSON.",
)
@format_option
@pass_session
def test(session: Session, /, words: tuple[str, ...], form: str, **asked: Any) -> int:
    """Play the cases of rulesets (rulesets/CUSTOMER/cases/*.yaml), offline.

    All customers when none is named.

    new CUSTOMER takes a real record, invents its buyer, leaves out what makes no difference, and
    writes a case that waits to be confirmed with --update.

    Exits 0 when every case is green, else 1.
    """
    taken = bool(asked["from_order"] or asked["from_file"])
    if words[:1] == (NEW,) and (taken or NEW not in session.workspace().customers()):
        return _new(session, words[1:], form, asked)
    if taken:
        raise click.UsageError("--from-order and --from-file are for: crossdock test new CUSTOMER")
    return _test(session, words, form, update=asked["update"], yes=asked["yes"])


def _test(session: Session, words: tuple[str, ...], form: str, *, update: bool, yes: bool) -> int:
    screen = Screen(json=form == "json")
    names = list(words) or session.names(None)
    suites: list[Suite] = []
    failed = 0
    for name in names:
        suite = _suite_of(session, name)
        if suite is None:
            failed += 1
            continue
        suites.append(suite)
        show_suite(screen, suite, missed=len(names) == 1)
    rewrites = [one for suite in suites for one in _rewrites(session, suite)] if update else []
    written = _update(screen, rewrites, yes=yes) if update else 0
    if form == "json":
        told = {suite.customer: suite_json(suite) for suite in suites}
        click.echo(json.dumps({"format_version": 1, "customers": told}, ensure_ascii=False))
    red = sum(len(suite.red) for suite in suites) - written
    _sum(screen, suites)
    return int(bool(failed or red))


def _suite_of(session: Session, name: str) -> Suite | None:
    """The cases of a customer, played; a ruleset that is wrong is told, and hides nobody else's."""
    try:
        with progress(f"Testing {name}") as tell:
            return run_suite(session.workspace(), session.customer(name), tell)
    except CrossdockError as error:
        show_error(error, name)
        return None


def _sum(screen: Screen, suites: Sequence[Suite]) -> None:
    if len(suites) > 1:
        count = sum(len(suite.verdicts) for suite in suites)
        red = sum(len(suite.red) for suite in suites)
        screen.say(
            f"{len(suites)} customers, {count} cases: {f'{red} red' if red else 'all green'}."
        )


def _rewrites(session: Session, suite: Suite) -> list[Rewrite]:
    """The files of red cases that could be played, as they would be green."""
    schema = case_schema(session.workspace())
    found: list[Rewrite] = []
    for verdict in suite.red:
        if verdict.case is None or verdict.played is None:
            continue
        after = updated(verdict.case, verdict.played, verdict.differences)
        file = verdict.file
        if _holds(after, verdict.case, verdict.played, schema):
            path, before = session.root / file, verdict.case.text
            found.append(Rewrite(path=path, file=file, before=before, after=after))
        else:
            click.echo(f"{file}: too little of it comes true; edit it by hand.", err=True)
    return found


def _holds(text: str, case: Case, played: Played, schema: str) -> bool:
    """Whether what is to be written can be read back, and is what came."""
    again, _ = read_case(case.customer, case.file, text, schema)
    return again is not None and not differences(again.expect, played)


def _update(screen: Screen, rewrites: Sequence[Rewrite], *, yes: bool) -> int:
    """Shows every difference, asks, writes; returns how many files were written."""
    if not rewrites:
        screen.say("There is nothing to update.")
        return 0
    for one in rewrites:
        _show_diff(screen, one)
    count = len(rewrites)
    question = f"Write {'this file' if count == 1 else f'these {count} files'}?"
    if not (yes or click.confirm(question, err=screen.json)):
        screen.say("Nothing was written.")
        return 0
    for one in rewrites:
        one.path.write_bytes(one.after.encode("utf-8"))
    screen.say(f"Written: {', '.join(one.file for one in rewrites)}")
    return count


def _show_diff(screen: Screen, one: Rewrite) -> None:
    lines = difflib.unified_diff(
        one.before.splitlines(), one.after.splitlines(), one.file, one.file, lineterm="", n=2
    )
    styles = {"+": "green", "-": "red"}
    for line in lines:
        screen.say(line, style=styles.get(line[:1]))
    screen.say()


def _new(session: Session, words: tuple[str, ...], form: str, asked: Any) -> int:
    """Writes a case of a real record, which waits to be confirmed."""
    given = [asked["from_order"], asked["from_file"]]
    if len(words) != 1 or sum(one is not None for one in given) != 1:
        raise click.UsageError("write: crossdock test new CUSTOMER --from-order ID | --from-file F")
    (name,) = words
    customer, schema = session.customer(name), case_schema(session.workspace())
    if asked["from_file"] is not None:
        text = text_of_file(customer, _from_file(asked["from_file"]), schema)
    else:
        raw, codes = _from_order(session, name, str(asked["from_order"]))
        text = case_text(customer, raw, codes, schema)
    path = folder_of(session.root, name) / f"{_name_of(asked)}.yaml"
    if path.exists():
        raise ConfigurationError(f"{path} is there already", "Nothing was changed.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "written": str(path)}, ensure_ascii=False))
    else:
        click.echo(f"{path} is written. Look at it, then: crossdock test {name} --update")
    return 0


def _name_of(asked: Any) -> str:
    return f"order-{asked['from_order']}" if asked["from_order"] else str(asked["from_file"].stem)


def _from_file(path: Path) -> dict[str, Any]:
    """The one record of a JSON file; of a page, its only one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} is no JSON", _ONE_RECORD) from error
    rows = value.get("value", [value]) if isinstance(value, dict) else value
    if not (isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict)):
        raise ConfigurationError(f"{path} is not one record", _ONE_RECORD)
    return dict(rows[0])


def _from_order(session: Session, name: str, key: str) -> tuple[dict[str, Any], dict[int, str]]:
    """The order as the channel has it now, and the codes of its DCs."""
    customer = session.customer(name)
    rules = customer.compiled.rules
    machine, workspace = session.machine(customer), session.workspace()
    with open_sight(customer, machine, workspace) as sight:
        whole = sight.on_whole_records()
        source = whole.side(rules.source, "orders", lambda adapter: adapter.source)
        found = source.by_key([key]).get(key)
    if found is None or isinstance(found, Unreadable):
        why = f": {found.why}" if found is not None else ""
        raise ConfigurationError(
            f"the channel has no order {key} that could be read{why}",
            "See whether the id is right.",
        )
    codes = {one.dc: one.dc_code for one in found.allocations if one.dc_code is not None}
    return dict(found.raw), codes
