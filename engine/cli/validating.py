"""Validating anew: what `validate` asks where no kept answer holds. It imports all that this takes,
so whoever may do without it imports it by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.cli.fixing import Mending
from engine.cli.remembering import Answer
from engine.config.strictness import Strictness
from engine.diagnostics import Diagnostic
from engine.errors import ConfigurationError
from engine.neighbours import Neighbours
from engine.report.screen import progress
from engine.workspace import Workspace


def validated(workspace: Workspace, names: list[str], strictness: Strictness) -> Answer:
    """Every problem of these rulesets, and of each with the others of the workspace."""
    near = Neighbours(workspace, strictness)
    return _with_claims(near, dict(_all_problems(near, names)))


def mended(
    workspace: Workspace, names: list[str], strictness: Strictness
) -> tuple[Answer, Mending]:
    """The same once all that is certain is mended and written, and what that was.

    A fix in a base mends it for every ruleset, so all that were wrong are validated anew.
    """
    found = dict(_all_problems(Neighbours(workspace, strictness), names))
    mending = Mending(workspace, lambda files, name: _alone(files, name, strictness))
    for name, problems in found.items():
        if any(one.fix is not None for one in problems):
            mending.mend(name, mending.again(name))
    mending.write()
    left = {name: mending.again(name) if one else [] for name, one in found.items()}
    return _with_claims(Neighbours(workspace, strictness), left), mending


def _with_claims(near: Neighbours, problems: dict[str, list[Diagnostic]]) -> Answer:
    names = [*problems]
    return Answer(
        problems={name: [*found, *near.claims(name, names)] for name, found in problems.items()},
        undecided=near.undecided(names),
    )


def problems_of(near: Neighbours, name: str) -> list[Diagnostic]:
    """The problems of one ruleset; a file that cannot be read hides nobody else's."""
    try:
        return near.load(name)[1]
    except ConfigurationError as error:
        return [Diagnostic(id="unreadable-file", message=error.summary, help=error.advice)]


def _alone(files: Workspace, name: str, strictness: Strictness) -> list[Diagnostic]:
    return problems_of(Neighbours(files, strictness), name)


def _all_problems(near: Neighbours, names: list[str]) -> Iterator[tuple[str, list[Diagnostic]]]:
    with progress("Validating") as tell:
        for done, name in enumerate(names, start=1):
            yield name, problems_of(near, name)
            tell(done, len(names))
