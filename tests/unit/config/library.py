"""A library in memory for tests, on top of the data that comes with the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.config.library import Kind, Library, Text
from engine.shipped import shipped

COMPLETE = """\
extends: ca-to-wos/standard
profiles: {us: 12000101, outlet: 12000102}
links: {main: {dc: MAIN, areas: [Main], pick: Main, stock: us}}
orders: {since: 2026-11-01}
"""


@dataclass(frozen=True, slots=True)
class MemoryLibrary(Library):
    """Rulesets and bases by name; what is not here is looked for among the shipped files."""

    rulesets: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)

    def ruleset(self, customer: str) -> Text | None:
        text = self.rulesets.get(customer)
        return Text(f"rulesets/{customer}.yaml", text) if text is not None else None

    def base(self, name: str) -> Text | None:
        if name in self.bases:
            return Text(f"mappings/{name}.yaml", self.bases[name])
        return _read(shipped("mappings") / f"{name}.yaml")

    def schema(self, name: str) -> Text | None:
        return _read(shipped("schemas") / f"{name}.schema.json")

    def profile(self, name: str) -> Text | None:
        return _read(shipped("mappings") / "profiles" / f"{name}.yaml")

    def names(self, kind: Kind) -> list[str]:
        listed = {
            "rulesets": [*self.rulesets],
            "bases": [*self.bases, "ca-to-wos/standard"],
            "profiles": ["wos-assumed", "wos-ledgerline"],
            "adapters": ["channeladvisor", "warehouseos", "files"],
        }
        return listed[kind]


def overlay(text: str) -> MemoryLibrary:
    """A library with one ruleset, `acme`, that lies over a complete one."""
    return MemoryLibrary({"acme": f"extends: complete\n{text}"}, {"complete": COMPLETE})


def _read(path: Path) -> Text | None:
    name = f"shipped/{path.name}"
    return Text(name, path.read_text(encoding="utf-8")) if path.is_file() else None
