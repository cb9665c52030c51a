"""Rules that stand in a row: which records reach which of them, decided by trying all kinds.

Nothing here knows what a record is; a `World` makes one of some values of its members. Members that
no rule reads together are tried apart, so that the work stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, Protocol, TypeAlias

from engine.compiler.predicates import CompiledPredicate, PredicateError
from engine.compiler.syntax_tree import Node
from engine.consistency.mentions import Mentions, Path, UnclearError, mentions_of
from engine.diagnostics import Place

MAX_RECORDS = 4096
"""So many records are tried for the rules that hang together; above it nothing is decided."""

Verdict: TypeAlias = bool | None
"""What a predicate says of a record; None: neither true nor false."""
Record: TypeAlias = Mapping[str, Any]
"""Member of a world -> its value."""

YES: frozenset[Verdict] = frozenset([True])
NO: frozenset[Verdict] = frozenset([False])
NOT_YES: frozenset[Verdict] = frozenset([False, None])
NOT_NO: frozenset[Verdict] = frozenset([True, None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """What keeps a record away from a rule: the id of another rule, and where it stands."""

    id: str
    place: Place | None


class World(Protocol):
    """Records of one kind, as the predicates of a section see them."""

    def member(self, path: Path) -> str | None:
        """The member of a record that decides what is read under this path; None: none does."""

    def beside(self, members: frozenset[str]) -> frozenset[str]:
        """The same members with those that must be tried together with them."""

    def values(self, member: str, said: Mentions) -> list[Any]:
        """Values of every kind that can be told apart; raises UnclearError."""

    def scope(self, record: Record) -> dict[str, Any]:
        """What predicates see of a record; members that it leaves out have a value of their own
        that nothing refuses.
        """

    def refusals(self, record: Record) -> Iterator[Blocker]:
        """All that keeps the record away from every rule of the section."""

    def members_of(self, blocker: Blocker) -> frozenset[str]:
        """The members of a record that such a blocker looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rule in its row: it does something by the verdicts in `bites`, and a record goes on to the
    next rule by those in `passes`. A rule of an earlier row that is only `before` is not judged.
    `takes_all`: it may be meant for every record.
    """

    id: str
    predicate: CompiledPredicate
    bites: frozenset[Verdict] = YES
    passes: frozenset[Verdict] = NOT_YES
    before: bool = False
    takes_all: bool = False

    @property
    def place(self) -> Place:
        """Where its predicate stands."""
        return self.predicate.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Useless:
    """A rule that never does anything, and what is in its way; nobody: its own condition.

    `witness` is a record for which it would do something.
    """

    step: Step
    blockers: tuple[Blocker, ...] = ()
    witness: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """A rule behind which no record is left."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A rule that is not decided, and why."""

    id: str
    why: str


Result: TypeAlias = Useless | Exhausted | Undecided


def judge(steps: Sequence[Step], world: World) -> list[Result]:
    """What is wrong with the rules of a row, in their order, and which are not decided."""
    reading = _Reading.of(steps, world)
    found: list[Result] = []
    for index, step in enumerate(steps):
        result = None if step.before else _judged(steps, index, reading)
        if result is not None:
            found.append(result)
        if isinstance(result, Exhausted):
            break
    return found


def _judged(steps: Sequence[Step], index: int, reading: _Reading) -> Result | None:
    step = steps[index]
    if step.id in reading.unclear:
        twin = next((one for one in steps[:index] if _same_answer(one, step)), None)
        if twin is not None:
            return Useless(step=step, blockers=(Blocker(id=twin.id, place=twin.place),))
        return Undecided(id=step.id, why=reading.unclear[step.id])
    group = reading.group_of(step)
    earlier = [one for one in steps[:index] if one in group.steps]
    useless = _useless(step, earlier, group)
    if useless is not None:
        return useless
    left = any(group.blocker(record, [*earlier, step]) is None for record in group.records)
    return None if left or step.takes_all else Exhausted(step=step)


def _useless(step: Step, earlier: Sequence[Step], group: _Group) -> Useless | None:
    biting = [record for record in group.records if group.verdict(step, record) in step.bites]
    if any(group.blocker(record, earlier) is None for record in biting):
        return None
    chosen = _fewest([frozenset(group.blockers(record, earlier)) for record in biting])
    witness = min(biting, key=_oddness, default={})
    shown = group.looked_at(step, chosen)
    return Useless(
        step=step,
        blockers=chosen,
        witness={name: value for name, value in witness.items() if name in shown},
    )


def _fewest(sets: Sequence[frozenset[Blocker]]) -> tuple[Blocker, ...]:
    """Few blockers of which each record meets one at least: time and again the one that keeps back
    the most.
    """
    chosen: list[Blocker] = []
    left = list(sets)
    while left:
        named = sorted({one for several in left for one in several}, key=lambda one: one.id)
        best = max(named, key=lambda one: sum(one in several for several in left))
        chosen.append(best)
        left = [several for several in left if best not in several]
    return tuple(chosen)


def _oddness(record: Record) -> int:
    """How far a record is from one that a person would think of."""
    return sum(value is None or value in ("", []) for value in record.values())


def _same_answer(earlier: Step, step: Step) -> bool:
    """Whether every record for which the rule does something was kept back by the earlier one."""
    same = _bare(earlier.predicate.expression.tree) == _bare(step.predicate.expression.tree)
    return same and not earlier.passes & step.bites


def _bare(node: Node) -> Any:
    """A tree without the places of its parts."""
    return (
        node["type"],
        repr(node.get("value")),
        tuple(_bare(one) if isinstance(one, dict) else one for one in node["children"]),
    )


class _Group:
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


def verdict_of(step: Step, scope: Mapping[str, Any]) -> Verdict:
    """What a rule says of what it sees of a record."""
    try:
        return step.predicate.test(scope)
    except PredicateError:
        return None


class _Reading:
    """What the rules read, sorted into groups; `unclear` are those that are not decided."""

    def __init__(self, groups: list[_Group], unclear: dict[str, str]) -> None:
        self.groups = groups
        self.unclear = unclear

    @classmethod
    def of(cls, steps: Sequence[Step], world: World) -> _Reading:
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
                groups.append(_Group(several, records, world, read))
            except UnclearError as error:
                unclear.update(dict.fromkeys(ids, str(error)))
        return cls(groups, unclear)

    def group_of(self, step: Step) -> _Group:
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
