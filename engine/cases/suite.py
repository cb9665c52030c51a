"""All cases of a customer: found, read, played and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.cases.blaming import blamed
from engine.cases.case import Case, Verdict
from engine.cases.comparing import differences
from engine.cases.playing import play
from engine.cases.reading import read_case
from engine.cases.stage import Stage, open_stage
from engine.cases.watching import Touched, watched
from engine.config.load import load_with_origins
from engine.config.nodes import MapNode, Node
from engine.customers import Customer
from engine.diagnostics import Place
from engine.errors import ConfigurationError, CrossdockError, LibraryFaultError
from engine.sandbox.casting.town import KEY
from engine.workspace import Workspace

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """How the cases of a customer ended; `missed` are the rules that none of them touched, of
    `pieces` that there are.
    """

    customer: str
    verdicts: tuple[Verdict, ...]
    missed: tuple[tuple[str, Place | None], ...] = ()
    pieces: int = 0

    @property
    def red(self) -> tuple[Verdict, ...]:
        """The cases that are not green."""
        return tuple(one for one in self.verdicts if not one.green)


def folder_of(root: Path, customer: str) -> Path:
    """Where a customer's cases lie."""
    return root / "rulesets" / customer / "cases"


def files_of(root: Path, customer: str) -> list[Path]:
    """The case files of a customer, sorted; raises ConfigurationError for one that leads away."""
    folder = folder_of(root, customer)
    found = sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS)
    for path in found:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ConfigurationError(
                f"{path.relative_to(root)} leads out of its folder", "Put the file itself there."
            )
    return found


def run_suite(
    workspace: Workspace, customer: Customer, tell: Callable[[int, int | None], None]
) -> Suite:
    """Plays every case of a customer."""
    name = customer.ruleset.customer
    files = files_of(workspace.root, name)
    touched = Touched()
    seen = watched(customer, touched)
    loaded = load_with_origins(name, workspace)
    tree = loaded.tree or MapNode(place=Place(name, 1, 1))
    schema = case_schema(workspace)
    verdicts = []
    with open_stage(KEY) as stage:
        for done, path in enumerate(files, start=1):
            case = _read(workspace.root, name, path, schema)
            verdicts.append(case if isinstance(case, Verdict) else judge(seen, case, tree, stage))
            tell(done, len(files))
    for one in verdicts:
        touched.decided(one.played.decisions if one.played is not None else ())
    return Suite(
        customer=name,
        verdicts=tuple(verdicts),
        missed=tuple(touched.missed(tree)),
        pieces=len(touched.there),
    )


def case_schema(workspace: Workspace) -> str:
    """The text of the schema of cases; raises LibraryFaultError where it is gone."""
    found = workspace.schema("case")
    if found is None:
        raise LibraryFaultError(
            "the schema of cases is missing", "Install crossdock again: its own files are gone."
        )
    return found.text


def judge(customer: Customer, case: Case, tree: Node, stage: Stage) -> Verdict:
    """Plays one case and compares; what cannot be played is told as its trouble."""
    ending = Verdict(file=case.file, title=case.title, case=case)
    try:
        played = play(customer, case, stage)
    except CrossdockError as error:
        return replace(ending, trouble=f"{error.summary}. {error.advice}".strip())
    found = differences(case.expect, played)
    profiles = profiles_of(customer)
    return replace(
        ending,
        played=played,
        unconfirmed=not case.confirmed,
        differences=tuple(blamed(one, case, tree, profiles) for one in found),
    )


def profiles_of(customer: Customer) -> Sequence[Mapping[str, Any]]:
    """The documents of a customer's sites."""
    return [one["profile"] for one in customer.settings.values() if one.get("profile")]


def _read(root: Path, customer: str, path: Path, schema: str) -> Case | Verdict:
    file = str(path.relative_to(root))
    try:
        text = path.read_bytes().decode("utf-8")  # with the line ends of its editor
    except (OSError, UnicodeDecodeError):
        return Verdict(file=file, title="", trouble="it cannot be read as UTF-8 text")
    case, faults = read_case(customer, file, text, schema)
    return case or Verdict(file=file, title="", faults=tuple(faults))
