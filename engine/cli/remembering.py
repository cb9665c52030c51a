"""The answers of `validate` that still hold, kept for their owner alone beside the ledger.

A kept answer is found by the hash of all that it rests on (see `grounds`), so it cannot be stale:
what changed has another hash. What is damaged or of another engine is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.forms import plain_problems, plain_undecided, problems, undecided
from engine.cli.grounds import grounds
from engine.cli.sound import FOLDER, SAID, kept, whole
from engine.diagnostics import Diagnostic
from engine.errors import ConfigurationError
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.consistency.chain import Undecided

ENDING = ".json"
KEPT = 40
"""Files that are kept, the newest: of a fleet, and of the customers who are worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Customer -> all problems, and the rules of which nobody can tell whether they are of use."""

    problems: Mapping[str, list[Diagnostic]]
    undecided: Mapping[str, tuple[Undecided, ...]]

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing at all to tell but that all is well."""
        return not any(self.problems.values()) and not self.undecided


def remembered(
    root: Path,
    question: tuple[str, ...],
    ask: Callable[[], Answer],
    verdict: Callable[[Answer], str],
) -> Answer:
    """The answer as it was kept, or asked for now and kept.

    `question` is all that the answer depends on beside the files. What was changed while it was
    asked for is kept under neither hash. `verdict` is what is printed of a sound answer: the front
    door says it the next time.
    """
    key = grounds(str(root), *question)
    if key is None:
        return ask()
    folder = Workspace(root, ()).state / FOLDER
    text = kept(str(folder / f"{key}{ENDING}"))
    if text is not None:
        return _answer(json.loads(text))
    answer = ask()
    if grounds(str(root), *question) == key and of_our_own():
        keep(root, f"{key}{ENDING}", json.dumps(_plain(answer), separators=(",", ":")))
        if answer.is_sound:
            keep(root, f"{key}{SAID}", verdict(answer))
        _forget(folder)
    return answer


def of_our_own() -> bool:
    """Whether all adapters are the engine's own: another package's code is in no hash."""
    return not import_module("engine.adapters").of_packages()


def keep(root: Path, name: str, text: str) -> None:
    """Writes it whole or not at all; where nothing can be written, nothing is kept."""
    workspace = Workspace(root, ())
    with (
        suppress(ConfigurationError),
        workspace.new_plan(workspace.state / FOLDER / name) as stream,
    ):
        stream.write(whole(text))


def _forget(folder: Path) -> None:
    """Removes all but the newest; another process may be doing so, too."""
    with suppress(OSError):
        files = [path for path in folder.iterdir() if path.suffix in (ENDING, SAID)]
        for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)[:-KEPT]:
            path.unlink(missing_ok=True)


def _plain(answer: Answer) -> dict[str, Any]:
    """Without what is empty: most customers of a fleet have nothing to tell."""
    return {
        "names": [*answer.problems],
        "problems": {
            name: plain_problems(found) for name, found in answer.problems.items() if found
        },
        "undecided": {name: plain_undecided(found) for name, found in answer.undecided.items()},
    }


def _answer(plain: Mapping[str, Any]) -> Answer:
    found = {name: problems(several) for name, several in plain["problems"].items()}
    return Answer(
        problems={name: found.get(name, []) for name in plain["names"]},
        undecided={name: undecided(several) for name, several in plain["undecided"].items()},
    )
