"""Two customers that take the same orders: of one account, one profile and one DC.

Their filters are tried together, member by member, as the rules of one customer are. What cannot be
tried is left out, so that two customers may be told of an order that neither of them would take;
never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.consistency.candidates import is_odd
from engine.consistency.chain import Undecided
from engine.consistency.mentions import Mentions, UnclearError
from engine.consistency.orders_world import CENTERS, CRITERIA, PROFILE, OrdersWorld
from engine.consistency.rules import ORDER, order_steps, shown
from engine.consistency.trying import MAX_RECORDS, mentioned, together
from engine.consistency.world import Record, Step, verdict_of
from engine.diagnostics import Diagnostic, Note
from engine.model.ruleset import Criterion, Link

RAW = "raw."
_UNSAID: tuple[Any, ...] = (None, "", [])
_LISTS = frozenset(["tags", "skus"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """A customer with its compiled orders; `account` is what tells the system that they come from
    apart, by what the ruleset says of it: no address or secret that a reference leads to.
    `mirrors` are raw members of its orders that say the same as a word of the ruleset does.
    """

    name: str
    orders: CompiledOrders
    account: tuple[str, str]
    mirrors: Mapping[str, str] = field(default_factory=dict)

    @property
    def profiles(self) -> frozenset[Any]:
        """The ids of the profiles whose orders it takes."""
        return frozenset((self.orders.rules.only.profile or Criterion(())).values)


def claimed_twice(mine: Claimant, other: Claimant) -> Diagnostic | None:
    """The problem of two customers, at the place of mine; None where nothing is claimed twice."""
    profiles = mine.profiles & other.profiles
    if mine.account != other.account or not profiles:
        return None
    for link, theirs in product(mine.orders.links, other.orders.links):
        if _one_dc(link, theirs):
            pair = _Pair(mine, other, dict.fromkeys(sorted(profiles)), link)
            witness = pair.witness()
            if witness is not None:
                return _diagnostic(pair, link, theirs, witness)
    return None


def _one_dc(one: Link, other: Link) -> bool:
    """Whether two links have the same DC, as far as they say it in one way."""
    if isinstance(one.dc, str) and isinstance(other.dc, str):
        return one.dc.casefold() == other.dc.casefold()
    return one.dc == other.dc


def _diagnostic(pair: _Pair, link: Link, theirs: Link, witness: Record) -> Diagnostic:
    profile = witness[PROFILE]
    doubt = "; ".join(f"{one.id} {one.why}" for one in pair.undecided)
    advice = "give the profile or the DC to one of them, or let their filters exclude each other"
    rest = {
        name: value
        for name, value in pair.named(witness).items()
        if name not in (PROFILE, CENTERS) and value not in _UNSAID and not is_odd(value)
    }
    return Diagnostic(
        id="claimed-twice",
        message=f"{pair.mine.name} and {pair.other.name} {'may' if doubt else 'both'} take the "
        f"{'same ' if doubt else ''}orders of profile {profile} in the DC {link.dc}",
        place=link.place,
        severity="warning",
        found=shown(rest, ORDER),
        help=f"{advice} (not decided: {doubt})" if doubt else advice,
        note=Note(message=f"{pair.other.name} takes them here", place=theirs.place),
    )


@dataclass(slots=True)
class _Side:
    """One of two customers: its world, its rules, and what they say of each member."""

    world: OrdersWorld
    steps: list[Step]
    said: dict[str, dict[str, Mentions]] = field(default_factory=dict)

    def name(self, member: str) -> str:
        """The name of a member for both: the connection may have two names."""
        own = self.world.compiled.rules.source
        return f"{RAW}{member.removeprefix(f'{own}.')}" if member.startswith(f"{own}.") else member

    def own(self, record: Record) -> Record:
        """A record with this customer's names."""
        own = self.world.compiled.rules.source
        return {
            f"{own}.{name.removeprefix(RAW)}" if name.startswith(RAW) else name: value
            for name, value in record.items()
        }

    def takes(self, record: Record, members: frozenset[str]) -> bool:
        """Whether filters that look at no other members let the record through."""
        mine = self.own(record)
        if next(self.world.refusals(mine), None) is not None:
            return False
        asked = [one for one in self.steps if members.issuperset(self.said.get(one.id, [None]))]
        scope = self.world.scope(mine) if asked else {}
        return all(verdict_of(one, scope) in one.passes for one in asked)


class _Pair:
    """Two customers, a DC that both have, and profiles that both take."""

    def __init__(
        self, mine: Claimant, other: Claimant, profiles: Mapping[Any, None], link: Link
    ) -> None:
        self.mine = mine
        self.other = other
        self.undecided: list[Undecided] = []
        self._profiles = list(profiles)
        self._dc = link.dc
        self._sides = [self._side(one) for one in (mine, other)]

    def witness(self) -> Record | None:
        """An order that both take, or nothing where it is certain that there is none."""
        found: dict[str, Any] = {}
        for members, _ in together(self._read()):
            try:
                records = self._records(members)
            except UnclearError as error:
                self.undecided.append(Undecided(id=", ".join(sorted(members)), why=str(error)))
                continue
            both = (one for one in records if all(side.takes(one, members) for side in self._sides))
            taken = next(both, None)
            if taken is None:
                return None
            found |= taken
        return found

    def named(self, record: Record) -> Record:
        """A record with the names that mine has for its members."""
        return self._sides[0].own(record)

    def _side(self, one: Claimant) -> _Side:
        steps = [step for step in order_steps(one.orders) if ".hold." not in step.id]
        side = _Side(OrdersWorld(one.orders, None, one.mirrors, {}), steps)
        for step in steps:
            try:
                noted = mentioned(step, side.world)
                side.said[step.id] = {side.name(name): said for name, said in noted.items()}
            except UnclearError as error:
                self.undecided.append(Undecided(id=f"{step.id} of {one.name}", why=str(error)))
        return side

    def _read(self) -> dict[str, frozenset[str]]:
        """Which members are tried together: those of one rule; and what only criteria look at."""
        read = {
            f"{number}{rule}": side.world.beside(frozenset(said))
            for number, side in enumerate(self._sides)
            for rule, said in side.said.items()
        }
        given = {name for name in CRITERIA if any(self._criteria(name))}
        for name in (*given, PROFILE, CENTERS):
            read[name] = self._sides[0].world.beside(frozenset([name]))
        return read

    def _criteria(self, name: str) -> list[Criterion]:
        chosen = (getattr(one.orders.rules.only, name, None) for one in (self.mine, self.other))
        return [one for one in chosen if one is not None]

    def _records(self, members: frozenset[str]) -> Iterator[Record]:
        names = sorted(members)
        values = [self._values(name) for name in names]
        if prod(map(len, values)) > MAX_RECORDS:
            raise UnclearError("would take too many records to try")
        return (dict(zip(names, chosen, strict=True)) for chosen in product(*values))

    def _values(self, name: str) -> Sequence[Any]:
        if name == PROFILE:
            return self._profiles
        if name == CENTERS:
            return self._with_one_each(name, [self._dc])
        noted = [side.said[rule][name] for side in self._sides for rule in side.said
                 if name in side.said[rule]]  # fmt: skip
        if name in _LISTS and not noted:
            return self._with_one_each(name, [])
        said = Mentions()
        for one in noted:
            said.add(one)
        criteria = self._criteria("site" if name == "site_id" else name)
        wanted = [value for one in criteria for value in one.values]
        (said.parts if name in _LISTS else said.literals).extend(wanted)
        side = self._sides[0]
        return side.world.values(next(iter(side.own({name: None}))), said)

    def _with_one_each(self, name: str, first: list[Any]) -> list[Any]:
        """Lists with a value that each side wants of them, or with none more."""
        positive = [one.values for one in self._criteria(name) if not one.negated]
        choices = [[[], *([value] for value in values)] for values in positive]
        return [[*first, *(one for some in chosen for one in some)] for chosen in product(*choices)]
