"""A world of records with five members, and all records of it that could matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from engine.compiler.predicates import compile_predicate
from engine.consistency.candidates import Kind, values_of
from engine.consistency.mentions import Mentions, Path
from engine.consistency.world import NOT_YES, Blocker, Record, Step, Verdict, World, verdict_of
from engine.diagnostics import Place
from engine.model.pieces import Expression

KINDS: Mapping[str, Kind] = {
    "word": "text-or-none",
    "spelled": "text-or-none",
    "amount": "number",
    "tags": "texts",
    "thing": "any",
}
USUAL: Mapping[str, Any] = {
    "word": "usual",
    "spelled": "usual",
    "amount": 1,
    "tags": [],
    "thing": None,
}
LETTERS = "abz"
WORDS = ["".join(chosen) for size in range(5) for chosen in product(LETTERS, repeat=size)]
MIXED = ["".join(chosen) for size in range(5) for chosen in product("aABz", repeat=size)]
BLANKS = ((" ", ""), ("", " "), (" ", " "))
PADDED = [f"{left}{word}{right}" for word in MIXED[:85] for left, right in BLANKS]
AMOUNTS = [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4]
LISTS = [list(chosen) for size in range(4) for chosen in combinations(LETTERS, size)]
EVERY: Mapping[str, Sequence[Any]] = {
    "word": [None, "B", *WORDS],
    "spelled": [None, "b", "ab", "aab", "bb", "Bab", *MIXED, *PADDED],
    "amount": AMOUNTS,
    "tags": LISTS,
    "thing": [None, True, False, {}, {"a": 1}, "B", *WORDS, *AMOUNTS, *LISTS],
}
"""Far more values than anybody needs to tell predicates apart that speak of a, b, 1, 2 and 3."""


class PlainWorld(World):
    """Records with the members of `KINDS`; those whose amount is `refused` reach no rule."""

    def __init__(self, refused: float | None = None) -> None:
        self._refused = refused

    def member(self, path: Path) -> str | None:
        return path[0] if len(path) == 1 else None

    def beside(self, members: frozenset[str]) -> frozenset[str]:
        return members

    def values(self, member: str, said: Mentions) -> list[Any]:
        named = [] if self._refused is None else [self._refused]
        return values_of(KINDS[member], said, named if member == "amount" else ())

    def scope(self, record: Record) -> dict[str, Any]:
        return {**USUAL, **record}

    def refusals(self, record: Record) -> Iterator[Blocker]:
        if self._refused is not None and record.get("amount") == self._refused:
            yield Blocker(id="only.amount", place=None)

    def members_of(self, blocker: Blocker) -> frozenset[str]:
        return frozenset(["amount"])


def step(name: str, text: str, passes: frozenset[Verdict] = NOT_YES) -> Step:
    """A rule with this predicate, which has to be right."""
    place = Place("ruleset.yaml", 1, 1, len(text))
    predicate, problems = compile_predicate(Expression(text, place), frozenset(KINDS))
    assert predicate is not None, problems
    return Step(id=name, predicate=predicate, passes=passes)


def reaching(steps: Sequence[Step], world: World, members: Sequence[str]) -> list[Record]:
    """Of all records with these members those that go on behind all of the rules."""
    return [
        record
        for record in everything(members)
        if not list(world.refusals(record)) and _passes(steps, world.scope(record))
    ]


def everything(members: Sequence[str]) -> Iterator[Record]:
    """All records with these members."""
    for chosen in product(*(EVERY[name] for name in members)):
        yield dict(zip(members, chosen, strict=True))


def _passes(steps: Sequence[Step], scope: Mapping[str, Any]) -> bool:
    return all(verdict_of(one, scope) in one.passes for one in steps)
