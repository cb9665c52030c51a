"""A good workspace with one mistake in it: an edit, and where the caret must be."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from engine.bootstrap import open_workspace
from engine.config.strictness import Strictness
from engine.customers import load_customer
from engine.diagnostics import Diagnostic, Place
from engine.shipped import shipped

HERE = Path(__file__).parent
CUSTOMER = "acme"
RULESET = f"rulesets/{CUSTOMER}.yaml"
START, STOP = "«", "»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One edit of a good file, and the id that it must be told by.

    `put` stands instead of `find`. The place is between « and » in it, or in `at`, a text that is
    in the file anyway.
    """

    kind: str
    id: str
    find: str
    put: str
    at: str = ""
    file: str = RULESET
    strictness: Strictness = "preview"


def mistakes() -> list[Mistake]:
    """All that are planted, of all files."""
    files = sorted((HERE / "mistakes").glob("*.yaml"))
    read = [one for path in files for one in yaml.safe_load(path.read_text("utf-8"))]
    return [_mistake(one) for one in read]


def _mistake(one: dict[str, str]) -> Mistake:
    return Mistake(file=one.pop("in", RULESET), **one)


def workspace(root: Path) -> None:
    """Puts the good workspace there."""
    shutil.copytree(HERE / "workspace", root, dirs_exist_ok=True)
    profile = root / "mappings" / "profiles" / "own-site.yaml"
    profile.parent.mkdir(parents=True)
    shutil.copy(shipped("mappings") / "profiles" / "wos-assumed.yaml", profile)


def plant(root: Path, mistake: Mistake) -> Place:
    """Puts the good workspace there with the mistake in it; returns where it must be told."""
    workspace(root)
    path = root / mistake.file
    text = path.read_text("utf-8")
    assert text.count(mistake.find) == 1, f"{mistake.kind}: the good file has it once"
    edited = text.replace(mistake.find, mistake.put)
    bare = _bare(mistake.at)
    assert not mistake.at or edited.count(bare) == 1, f"{mistake.kind}: `at` is there once"
    marked = edited.replace(bare, mistake.at) if mistake.at else edited
    path.write_text(_bare(marked), encoding="utf-8")
    before, _, rest = marked.partition(START)
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2]) + 1
    return Place(mistake.file, line, column, rest.index(STOP))


def told(root: Path, strictness: Strictness = "preview") -> list[Diagnostic]:
    """What validation says of the workspace."""
    return load_customer(open_workspace(root), CUSTOMER, strictness)[1]


def _bare(text: str) -> str:
    return text.replace(START, "").replace(STOP, "")
