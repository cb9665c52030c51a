"""Rules tried with every kind of record that they can tell apart.

Nothing here knows what a record is; a `World` makes one of some values of its members. Members that
no rule reads together are tried apart, so that the work stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from engine.consistency.mentions import Mentions, UnclearError, mentions_of
from engine.consistency.world import Blocker, Record, Step, Verdict, World, verdict_of

MAX_RECORDS = 4096
"""So many records are tried for the rules that hang together; above it nothing is decided."""


class Group:
    """The rules that hang together by the members they read, and all kinds of record for them."""

    def __init__(
        self,
        steps: list[Step],
        records: list[Record],
        world: World,
        read: Mapping[str, frozenset[str]],
    ) -> None:
        self.steps = steps
        self.records = records
        self._world = world
        self._read = read
        self._scopes: dict[int, dict[str, Any]] = {}
        self._verdicts: dict[tuple[str, int], Verdict] = {}
        self._refused: dict[int, Blocker | None] = {}

    def verdict(self, step: Step, record: Record) -> Verdict:
        """What a rule says of one of the records."""
        key = (step.id, id(record))
        if key not in self._verdicts:
            self._verdicts[key] = self._tested(step, record)
        return self._verdicts[key]

    def blocker(self, record: Record, steps: Iterable[Step]) -> Blocker | None:
        """What keeps a record from going on behind these rules: the first, or nothing."""
        if id(record) not in self._refused:
            self._refused[id(record)] = next(self._world.refusals(record), None)
        refused = self._refused[id(record)]
        stops = (one for one in steps if self.verdict(one, record) not in one.passes)
        return refused or next((Blocker(id=one.id, place=one.place) for one in stops), None)

    def blockers(self, record: Record, steps: Iterable[Step]) -> Iterator[Blocker]:
        """All that does, what goes before the rules first."""
        yield from self._world.refusals(record)
        for step in steps:
            if self.verdict(step, record) not in step.passes:
                yield Blocker(id=step.id, place=step.place)

    def looked_at(self, step: Step, blockers: Iterable[Blocker]) -> set[str]:
        """The members that a rule and what is in its way look at."""
        ids = {step.id, *(one.id for one in blockers)}
        found = {name for rule in ids for name in self._read.get(rule, ())}
        return found.union(*(self._world.members_of(one) for one in blockers))

    def _tested(self, step: Step, record: Record) -> Verdict:
        if id(record) not in self._scopes:
            self._scopes[id(record)] = self._world.scope(record)
        return verdict_of(step, self._scopes[id(record)])


class Reading:
    """What the rules read, sorted into groups; `unclear` are those that are not decided."""

    def __init__(self, groups: list[Group], unclear: dict[str, str]) -> None:
        self.groups = groups
        self.unclear = unclear

    @classmethod
    def of(cls, steps: Sequence[Step], world: World) -> Reading:
        """Reads all rules of a row."""
        said: dict[str, Mentions] = {}
        unclear: dict[str, str] = {}
        read: dict[str, frozenset[str]] = {}
        for step in steps:
            try:
                noted = mentioned(step, world)
            except UnclearError as error:
                unclear[step.id] = str(error)
                continue
            for member, one in noted.items():
                said.setdefault(member, Mentions()).add(one)
            read[step.id] = world.beside(frozenset(noted))
        groups = []
        for members, ids in together(read):
            several = [step for step in steps if step.id in ids]
            if all(step.before for step in several):
                continue
            try:
                records = list(_records(members, said, world))
                groups.append(Group(several, records, world, read))
            except UnclearError as error:
                unclear.update(dict.fromkeys(ids, str(error)))
        return cls(groups, unclear)

    def group_of(self, step: Step) -> Group:
        """The group of a rule that is clear."""
        return next(group for group in self.groups if step in group.steps)


def mentioned(step: Step, world: World) -> dict[str, Mentions]:
    """What a rule says of each member of a record; raises UnclearError."""
    found: dict[str, Mentions] = {}
    for path, said in mentions_of(step.predicate.expression.tree).items():
        member = world.member(path)
        if member is None:
            raise UnclearError(f"reads {'.'.join(path)}")
        found.setdefault(member, Mentions()).add(said)
    return found


def together(read: Mapping[str, frozenset[str]]) -> list[tuple[frozenset[str], set[str]]]:
    """The members that some rule reads with each other, each group with its rules."""
    groups: list[tuple[frozenset[str], set[str]]] = []
    for rule, members in read.items():
        touching = [one for one in groups if one[0] & members]
        groups = [one for one in groups if one not in touching]
        merged = members.union(*(one[0] for one in touching))
        groups.append((merged, {rule}.union(*(one[1] for one in touching))))
    return groups


def _records(
    members: frozenset[str], said: Mapping[str, Mentions], world: World
) -> Iterator[Record]:
    if any(other.startswith(f"{one}.") for one in members for other in members):
        raise UnclearError("reads a member and what lies below it")
    names = sorted(members)
    values = [world.values(name, said.get(name, Mentions())) for name in names]
    if prod(map(len, values)) > MAX_RECORDS:
        raise UnclearError(f"would take more than {MAX_RECORDS:,} records to try")
    return (dict(zip(names, chosen, strict=True)) for chosen in product(*values))
