"""Records that meet a ruleset's rules on orders, each rule where that is decided: what a rehearsal
needs to show what the rules do.

The worlds of `trying` hold nothing but what rules read. A real record has more, so each example is
a row of candidates: whoever makes records of them takes the first that does what it is to show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.consistency.candidates import is_odd
from engine.consistency.mentions import Mentions
from engine.consistency.orders_world import CENTERS, CRITERIA, ONLY, PROFILE, OrdersWorld
from engine.consistency.rules import order_steps
from engine.consistency.trying import Group, Reading
from engine.consistency.world import Record, Step

MOST = 25
"""So many candidates are worth a look."""
NOBODY = "Other"
"""A text that stands for everything that no rule names."""
_SPARE = re.compile("[\ue000-\uf8ff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is to be shown, the id of a rule or of a criterion, and records that may show it."""

    shows: str
    candidates: tuple[Record, ...]


def quiet_records(world: OrdersWorld, like: Record) -> dict[str, Record]:
    """Rule -> a record that neither it nor any rule that hangs together with it does anything to.

    `like` has the members of a real record: what is made up is of their types, where it can be.
    """
    found: dict[str, Record] = {}
    for group in Reading.of(all_steps(world), world).groups:
        calm = [one for one in _spoken(group.records) if _is_calm(one, group, world)]
        calmest: Record = min(calm, key=_oddness(like), default={})
        found |= {step.id: calmest for step in group.steps}
    return found


def rule_examples(world: OrdersWorld, like: Record) -> Iterator[Example]:
    """Of each rule that is decided: what it does something to and no earlier rule keeps back."""
    steps = all_steps(world)
    reading = Reading.of(steps, world)
    for at, step in enumerate(steps):
        if step.id not in reading.unclear:
            group = reading.group_of(step)
            earlier = [one for one in steps[:at] if one in group.steps]
            met = sorted(_met(step, earlier, group), key=_oddness(like))
            yield Example(shows=step.id, candidates=tuple(islice(_spoken(met), MOST)))


def criterion_examples(world: OrdersWorld) -> Iterator[Example]:
    """Of each criterion of `orders.only`: what it alone refuses. Profiles are left out: what is of
    a stranger's profile is not even listed.
    """
    for name in CRITERIA:
        if name not in (PROFILE, CENTERS) and getattr(world.compiled.rules.only, name) is not None:
            told = [{name: value} for value in _all_values(name, world)]
            refused = [one for one in told if [b.id for b in world.refusals(one)] == [ONLY + name]]
            found = tuple(islice(_spoken(refused), MOST))
            if found:
                yield Example(shows=ONLY + name, candidates=found)


def all_steps(world: OrdersWorld) -> list[Step]:
    """The rules that an order meets, those that only make it wait in the warehouse last."""
    waits = [Step(id=one.id, predicate=one.predicate) for one in world.compiled.wos_hold]
    return [*order_steps(world.compiled), *waits]


def _met(step: Step, earlier: list[Step], group: Group) -> list[Record]:
    return [
        record
        for record in group.records
        if group.verdict(step, record) in step.bites and group.blocker(record, earlier) is None
    ]


def _is_calm(record: Record, group: Group, world: OrdersWorld) -> bool:
    return group.blocker(record, group.steps) is None and next(world.refusals(record), None) is None


def _all_values(name: str, world: OrdersWorld) -> list[Any]:
    """Every word that a status can be; of other members one of each kind."""
    words = sorted(world.words.get(name, ()))
    chosen = getattr(world.compiled.rules.only, name)
    return words or [*world.values(name, Mentions()), *chosen.values]


def _spoken(records: Iterable[Record]) -> Iterator[Record]:
    """The same in texts that a person would write; a text with no meaning becomes `NOBODY`."""
    for record in records:
        yield {name: _said(value) for name, value in record.items()}


def _said(value: Any) -> Any:
    if isinstance(value, list):
        return [_said(one) for one in value]
    if not isinstance(value, str) or not is_odd(value):
        return value
    return _SPARE.sub("", value).strip() or NOBODY


def _oddness(like: Record) -> Callable[[Record], tuple[int, int]]:
    """How far a record is from a real one: members of another type, and empty or odd ones."""

    def measured(record: Record) -> tuple[int, int]:
        others = sum(_kind(value) != _kind(like.get(name)) for name, value in record.items())
        odd = sum(value in (None, "", []) or is_odd(value) for value in record.values())
        return others, odd

    return measured


def _kind(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__
