"""`validate`: every problem of some rulesets at once, and what is certain of them mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from engine.cli.context import Session, pass_session
from engine.cli.documents import page_texts, titles
from engine.cli.fixing import Mending
from engine.config.strictness import STRICTNESSES, Strictness
from engine.consistency.chain import Undecided
from engine.diagnostics import Diagnostic, has_errors
from engine.errors import ConfigurationError
from engine.neighbours import Neighbours
from engine.report.diagnostics import to_json
from engine.report.github import to_commands
from engine.report.sarif import to_sarif
from engine.report.screen import Screen, progress
from engine.report.validation_text import show_fixes, show_problems, show_undecided, unique
from engine.workspace import Workspace

TEXT, JSON, SARIF, GITHUB = FORMS = ("text", "json", "sarif", "github")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A validation that was asked for. `every` shows all of a fleet's problems whole."""

    root: Path
    strictness: Strictness
    form: str
    fix: bool
    every: bool


@click.command()
@click.argument("customers", metavar="[CUSTOMER]...", nargs=-1)
@click.option(
    "--strict",
    "strictness",
    type=click.Choice(STRICTNESSES),
    default="preview",
    help="draft lets pass what is still to be written; live asks all that a release does.",
)
@click.option("--fix", is_flag=True, help="Mend what is certain, and show each line changed.")
@click.option("--all", "every", is_flag=True, help="Show all problems, of many rulesets too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default=TEXT,
    help="github: remarks on the lines of a pull request; sarif: for code hosts and editors.",
)
@pass_session
def validate(session: Session, /, customers: tuple[str, ...], **asked: object) -> int:
    """Check rulesets: every problem with its place. All customers when none is named.

    Of more than 20 rulesets the first problems are shown, and all are counted.

    Exits 0 when there is no error, else 1.
    """
    ask = _ask(session.root, asked)
    workspace = session.workspace()
    names = list(dict.fromkeys(customers)) or session.names(None)
    near = Neighbours(workspace, ask.strictness)
    problems = dict(_all_problems(near, names))
    mending = Mending(workspace, lambda files, name: _alone(files, name, ask.strictness))
    if ask.fix:
        problems = _mended(mending, problems)
        near = Neighbours(session.workspace(), ask.strictness)
    problems = {name: [*found, *near.claims(name, names)] for name, found in problems.items()}
    _tell(ask, problems, mending, near.undecided(names))
    return int(any(has_errors(found) for found in problems.values()))


def problems_of(near: Neighbours, name: str) -> list[Diagnostic]:
    """The problems of one ruleset; a file that cannot be read hides nobody else's."""
    try:
        return near.load(name)[1]
    except ConfigurationError as error:
        return [Diagnostic(id="unreadable-file", message=error.summary, help=error.advice)]


def _alone(files: Workspace, name: str, strictness: Strictness) -> list[Diagnostic]:
    return problems_of(Neighbours(files, strictness), name)


def _ask(root: Path, asked: Mapping[str, object]) -> Asked:
    strictness = next(one for one in STRICTNESSES if one == asked["strictness"])
    return Asked(
        root=root,
        strictness=strictness,
        form=str(asked["form"]),
        fix=bool(asked["fix"]),
        every=bool(asked["every"]),
    )


def _all_problems(near: Neighbours, names: list[str]) -> Iterator[tuple[str, list[Diagnostic]]]:
    with progress("Validating") as tell:
        for done, name in enumerate(names, start=1):
            yield name, problems_of(near, name)
            tell(done, len(names))


def _mended(mending: Mending, problems: dict[str, list[Diagnostic]]) -> dict[str, list[Diagnostic]]:
    """What is left once all that is certain is mended and written.

    A fix in a base mends it for every ruleset, so all that were wrong are validated anew.
    """
    for name, found in problems.items():
        if any(one.fix is not None for one in found):
            mending.mend(name, mending.again(name))
    mending.write()
    return {name: mending.again(name) if found else [] for name, found in problems.items()}


def _tell(
    ask: Asked,
    problems: dict[str, list[Diagnostic]],
    mending: Mending,
    undecided: Mapping[str, tuple[Undecided, ...]],
) -> None:
    screen = Screen(json=ask.form != TEXT)
    if ask.fix:
        show_fixes(screen, mending.done, mending.changed)
    if ask.form == TEXT:
        show_problems(screen, problems, titles(), every=ask.every)
        show_undecided(screen, undecided)
    elif ask.form == JSON:
        _print_json(ask, problems, mending, undecided)
    elif ask.form == SARIF:
        found = to_sarif(unique(problems), page_texts(), version("crossdock"), _path_from(ask.root))
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in to_commands(unique(problems), _path_from(ask.root)):
            click.echo(line)


def _path_from(root: Path) -> Callable[[str], str]:
    """How a file of the workspace is called from the folder that the command was started in."""
    here = Path.cwd()

    def path(file: str) -> str:
        whole = (here / root / file).resolve()
        return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()

    return path


def _print_json(
    ask: Asked,
    problems: dict[str, list[Diagnostic]],
    mending: Mending,
    undecided: Mapping[str, tuple[Undecided, ...]],
) -> None:
    open_rules = {
        name: [{"rule": one.id, "why": one.why} for one in found]
        for name, found in undecided.items()
    }
    value = {
        "format_version": 1,
        "strict": ask.strictness,
        "customers": _json(problems),
        "not_decided": open_rules,
    }
    if ask.fix:
        value |= {"fixed": _json(mending.done)}
    click.echo(json.dumps(value, ensure_ascii=False))


def _json(problems: Mapping[str, list[Diagnostic]]) -> dict[str, object]:
    return {name: [to_json(one) for one in found] for name, found in problems.items()}
