"""Rules that stand in a row: which of them never do anything, and behind which nothing is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.compiler.syntax_tree import Node
from engine.consistency.trying import Group, Reading
from engine.consistency.world import Blocker, Record, Step, World


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
    reading = Reading.of(steps, world)
    found: list[Result] = []
    for index, step in enumerate(steps):
        result = None if step.before else _judged(steps, index, reading)
        if result is not None:
            found.append(result)
        if isinstance(result, Exhausted):
            break
    return found


def _judged(steps: Sequence[Step], index: int, reading: Reading) -> Result | None:
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


def _useless(step: Step, earlier: Sequence[Step], group: Group) -> Useless | None:
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
