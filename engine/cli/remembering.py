"""The answers of `validate` that still hold, kept for their owner alone beside the ledger.

A kept answer is found by the hash of all that it rests on (see `grounds`), so it cannot be stale:
what changed has another hash. What is damaged or of another engine is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.grounds import grounds
from engine.diagnostics import Diagnostic, Fix, Note, Place
from engine.errors import ConfigurationError
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.consistency.chain import Undecided

FILE = "validated.json"
KEPT = 20
"""Answers that are kept, the newest: a fleet, and the customers who are worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Customer -> all problems, and the rules of which nobody can tell whether they are of use."""

    problems: Mapping[str, list[Diagnostic]]
    undecided: Mapping[str, tuple[Undecided, ...]]


def remembered(root: Path, question: tuple[str, ...], ask: Callable[[], Answer]) -> Answer:
    """The answer as it was kept, or asked for now and kept.

    `question` is all that the answer depends on beside the files. What was changed while it was
    asked for is kept under neither hash.
    """
    key = grounds(root, *question)
    if key is None:
        return ask()
    workspace = Workspace(root, ())
    kept = _read(workspace.state / FILE)
    if key in kept:
        return _answer(kept[key])
    answer = ask()
    if grounds(root, *question) == key and _of_our_own():
        _keep(workspace, {**kept, key: _plain(answer)})
    return answer


def _of_our_own() -> bool:
    """Whether all adapters are the engine's own: another package's code is in no hash."""
    return not import_module("engine.adapters").of_packages()


def _read(path: Path) -> dict[str, Any]:
    """What is kept; nothing where the file is not whole."""
    try:
        mark, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    if mark != sha256(text.encode()).hexdigest():
        return {}
    kept: dict[str, Any] = json.loads(text)
    return kept


def _keep(workspace: Workspace, kept: dict[str, Any]) -> None:
    """Writes it whole or not at all; where nothing can be written, nothing is kept."""
    newest = dict([*kept.items()][-KEPT:])
    text = json.dumps(newest, ensure_ascii=True, separators=(",", ":"))
    try:
        with workspace.new_plan(workspace.state / FILE) as stream:
            stream.write(f"{sha256(text.encode()).hexdigest()}\n{text}")
    except ConfigurationError:
        return


def _plain(answer: Answer) -> dict[str, Any]:
    """Without what is empty: most customers of a fleet have nothing to tell."""
    return {
        "names": [*answer.problems],
        "problems": {
            name: [asdict(one) for one in found] for name, found in answer.problems.items() if found
        },
        "undecided": {
            name: [(one.id, one.why) for one in found] for name, found in answer.undecided.items()
        },
    }


def _answer(plain: Mapping[str, Any]) -> Answer:
    problems = {
        name: [_diagnostic(one) for one in found] for name, found in plain["problems"].items()
    }
    return Answer(
        problems={name: problems.get(name, []) for name in plain["names"]},
        undecided={
            name: tuple(_undecided(id=rule, why=why) for rule, why in found)
            for name, found in plain["undecided"].items()
        },
    )


def _undecided(**members: str) -> Undecided:
    one: Undecided = import_module("engine.consistency.chain").Undecided(**members)
    return one


def _diagnostic(plain: dict[str, Any]) -> Diagnostic:
    place, note, fix = plain["place"], plain["note"], plain["fix"]
    return Diagnostic(
        **{
            **plain,
            "place": place and Place(**place),
            "note": note and Note(**{**note, "place": Place(**note["place"])}),
            "fix": fix and Fix(**{**fix, "place": Place(**fix["place"])}),
        }
    )
