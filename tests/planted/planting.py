"""A good workspace with one mistake in it: an edit, and where the caret must be."""

from __future__ import annotations

import re
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
SURE = re.compile(r"\b(?:guessed|inferred)\b(?=[},\s])")
"""What makes a site profile one that somebody has compared with the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One edit of a good file, and the id that it must be told by.

    `put` stands instead of `find` in `file`; `also` is a second such pair, where one edit alone
    cannot bring it about. The place is between « and » in it, or in `at`, a text
    that is in the ruleset anyway.
    """

    kind: str
    id: str
    find: str
    put: str
    at: str = ""
    also: tuple[str, ...] = ()
    file: str = RULESET
    strictness: Strictness = "preview"


def mistakes() -> list[Mistake]:
    """All that are planted, of all files."""
    files = sorted((HERE / "mistakes").glob("*.yaml"))
    read = [one for path in files for one in yaml.safe_load(path.read_text("utf-8"))]
    return [_mistake(one) for one in read]


def _mistake(one: dict[str, str]) -> Mistake:
    return Mistake(file=one.pop("in", RULESET), also=tuple(one.pop("also", ())), **one)


def workspace(root: Path) -> None:
    """Puts the good workspace there."""
    shutil.copytree(HERE / "workspace", root, dirs_exist_ok=True)
    profile = root / "mappings" / "profiles" / "own-site.yaml"
    profile.parent.mkdir(parents=True)
    assumed = (shipped("mappings") / "profiles" / "wos-assumed.yaml").read_text("utf-8")
    profile.write_text(SURE.sub("documented", assumed), encoding="utf-8")


def plant(root: Path, mistake: Mistake) -> Place:
    """Puts the good workspace there with the mistake in it; returns where it must be told."""
    workspace(root)
    path = root / mistake.file
    text = path.read_text("utf-8")
    for find in (mistake.find, *mistake.also[:1]):
        assert text.count(find) == 1, f"{mistake.kind}: the good file has it once"
    marked = text.replace(mistake.find, mistake.put)
    marked = marked.replace(*mistake.also) if mistake.also else marked
    path.write_text(_bare(marked), encoding="utf-8")
    if not mistake.at:
        return _place(mistake.file, marked)
    ruleset, bare = (root / RULESET).read_text("utf-8"), _bare(mistake.at)
    assert ruleset.count(bare) == 1, f"{mistake.kind}: `at` is there once"
    return _place(RULESET, ruleset.replace(bare, mistake.at))


def _place(file: str, marked: str) -> Place:
    before, _, rest = marked.partition(START)
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2]) + 1
    return Place(file, line, column, rest.index(STOP))


def told(root: Path, strictness: Strictness = "preview") -> list[Diagnostic]:
    """What validation says of the workspace."""
    return load_customer(open_workspace(root), CUSTOMER, strictness)[1]


def _bare(text: str) -> str:
    return text.replace(START, "").replace(STOP, "")
