"""`validate`: every problem of some rulesets at once, and what is certain of them mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.context import Session, pass_session
from engine.cli.remembering import Answer, remembered
from engine.config.strictness import STRICTNESSES, Strictness
from engine.diagnostics import Diagnostic, has_errors
from engine.report.diagnostics import to_json
from engine.report.github import to_commands
from engine.report.sarif import to_sarif
from engine.report.screen import Screen
from engine.report.validation_text import (
    show_fixes,
    show_problems,
    show_undecided,
    summary,
    unique,
    verdicts,
)

if TYPE_CHECKING:
    from engine.cli.fixing import Mending

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
    names = list(dict.fromkeys(customers)) or session.names(None)
    if ask.fix:
        answer, mending = _fresh().mended(session.workspace(), names, ask.strictness)
    else:
        mending = None
        answer = remembered(
            ask.root,
            (ask.strictness, *dict.fromkeys(customers)),
            lambda: _fresh().validated(session.workspace(), names, ask.strictness),
            lambda answer: "".join(f"{line}\n" for line in verdicts(answer.problems)),
        )
    _tell(ask, answer, mending)
    return int(any(has_errors(found) for found in answer.problems.values()))


def _fresh() -> Any:
    """What validates anew; an answer that was kept pays for none of it."""
    return import_module("engine.cli.validating")


def _ask(root: Path, asked: Mapping[str, object]) -> Asked:
    strictness = next(one for one in STRICTNESSES if one == asked["strictness"])
    return Asked(
        root=root,
        strictness=strictness,
        form=str(asked["form"]),
        fix=bool(asked["fix"]),
        every=bool(asked["every"]),
    )


def _tell(ask: Asked, answer: Answer, mending: Mending | None) -> None:
    screen = Screen(json=ask.form != TEXT)
    problems = answer.problems
    if mending is not None:
        show_fixes(screen, mending.done, mending.changed)
    if ask.form == TEXT:
        titles = _pages().titles() if any(problems.values()) else {}
        show_problems(screen, problems, titles, every=ask.every)
        show_undecided(screen, answer.undecided)
    elif ask.form == JSON:
        _print_json(ask, answer, mending)
    elif ask.form == SARIF:
        version = import_module("importlib.metadata").version("crossdock")
        found = to_sarif(unique(problems), _pages().page_texts(), version, _path_from(ask.root))
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in to_commands(unique(problems), _path_from(ask.root)):
            click.echo(line)


def _pages() -> Any:
    """The pages of the rule ids; where there is no problem, none is read."""
    return import_module("engine.cli.documents")


def _path_from(root: Path) -> Callable[[str], str]:
    """How a file of the workspace is called from the folder that the command was started in."""
    here = Path.cwd()

    def path(file: str) -> str:
        whole = (here / root / file).resolve()
        return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()

    return path


def _print_json(ask: Asked, answer: Answer, mending: Mending | None) -> None:
    open_rules = {
        name: [{"rule": one.id, "why": one.why} for one in found]
        for name, found in answer.undecided.items()
    }
    value = {
        "format_version": 1,
        "strict": ask.strictness,
        "summary": summary(answer.problems),
        "customers": _json(answer.problems),
        "not_decided": open_rules,
    }
    if mending is not None:
        value |= {"fixed": _json(mending.done)}
    click.echo(json.dumps(value, ensure_ascii=False))


def _json(problems: Mapping[str, list[Diagnostic]]) -> dict[str, object]:
    return {name: [to_json(one) for one in found] for name, found in problems.items()}
