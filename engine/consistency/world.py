"""What rules are, and what makes the records that they are tried with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from engine.compiler.predicates import CompiledPredicate, PredicateError
from engine.consistency.mentions import Mentions, Path
from engine.diagnostics import Place

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


def verdict_of(step: Step, scope: Mapping[str, Any]) -> Verdict:
    """What a rule says of what it sees of a record."""
    try:
        return step.predicate.test(scope)
    except PredicateError:
        return None
