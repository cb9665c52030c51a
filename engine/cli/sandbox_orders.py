"""Which orders a customer's own sandbox needs for each rule to be met: as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.expressions import CompiledExpression, ExpressionError
from engine.compiler.syntax_tree import Node, walk
from engine.consistency.examples import (
    MOST,
    Example,
    all_steps,
    criterion_examples,
    quiet_records,
    rule_examples,
)
from engine.consistency.orders_world import (
    CENTERS,
    LINK,
    PROFILE,
    SINGLE,
    OrdersWorld,
    nested,
)
from engine.consistency.world import Record, verdict_of
from engine.model.ruleset import Criterion, Table
from engine.sandbox.casting.estate import Wish
from engine.sandbox.casting.ground import Short

MOST_USUAL = 24
"""So many kinds of plain orders are enough: every value that is wanted comes up long before."""
UNLISTED, NO_NUMBER = "Unlisted", 999_999
"""What no table has a row for."""
LISTS, SOMETHING = "lists", "Sample"
_GIVEN = (PROFILE, LINK, SINGLE, "tags", "skus", "key")
"""Members that hang on more than one value of an order, or on the ruleset: nothing to look up."""
_WORDS = (PROFILE, "shipping", "payment", "checkout", "site", "tags")

Casting = Callable[[Short], Mapping[str, Any]]
"""Makes the whole raw order of a short one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A mapped member that looks one member of the order up in a table."""

    table: Table
    value: CompiledExpression
    member: str


class Wanted:
    """`world` is of the customer's rules, `cast` makes real orders, `mirrors` are raw members that
    say the same as a word, `places` link -> its DC, by code or id.
    """

    def __init__(
        self,
        world: OrdersWorld,
        cast: Casting,
        mirrors: Mapping[str, str],
        places: Mapping[str, str | int],
    ) -> None:
        self._world = world
        self._cast = cast
        self._mirrors = mirrors
        self._places = places
        self._source = world.compiled.rules.source
        self._steps = all_steps(world)
        self._looked = list(_lookups(world))
        self._like = self._real({})
        self._quiet = quiet_records(world, self._like)
        self._usual = list(self._plain_records())

    def usual(self) -> list[Short]:
        """Short orders that nothing stops, with every value that the filter wants and every row of
        the tables among them.
        """
        return [self._short(one) for one in self._usual] or [{}]

    def wishes(self) -> Iterator[Wish]:
        """An order for each rule and each criterion for which one is found, and for each table."""
        for example in self._examples():
            found = self._first(example)
            if found is not None:
                yield Wish(shows=example.shows, short=self._short(found))
        for one in self._looked:
            unlisted = NO_NUMBER if self._is_number(one.member) else UNLISTED
            record = {**self._base(), one.member: unlisted}
            if self.first_rule(record) is None:
                shown = f"tables.{one.table.name}, no row"
                yield Wish(shows=shown, short=self._short(record))

    def _examples(self) -> Iterator[Example]:
        clear = list(rule_examples(self._world, self._like))
        yield from clear
        yield from self._into_lists({one.shows for one in clear})
        yield from criterion_examples(self._world)

    def _into_lists(self, clear: set[str]) -> Iterator[Example]:
        """Of each rule that is not decided: orders that have in the lists that it looks into (an
        account's own fields) what it looks for, each of its literals under each.
        """
        for step in self._steps:
            if step.id not in clear:
                named = sorted(set(literals_of(step.predicate.expression.tree)), key=str)
                lists = [path[1] for path in step.predicate.references if len(path) > 1]
                pairs = [{key: value} for key in named for value in (*named, SOMETHING)]
                made = [{LISTS: {name: pair}} for name in lists for pair in pairs]
                yield Example(shows=step.id, candidates=tuple(made[:MOST]))

    def base(self) -> Short:
        """A short order that nothing stops."""
        return self._short(self._base())

    def unshown(self, wishes: list[Wish]) -> list[str]:
        """The rules for which no order was found."""
        shown = {wish.shows for wish in wishes}
        return [step.id for step in self._steps if step.id not in shown]

    def first_rule(self, record: Record) -> str | None:
        """What does something to the real order of this record first; None: nothing does."""
        row = self._cast(self._short(record))
        words = {word: row[raw] for raw, word in self._mirrors.items() if row.get(raw) is not None}
        whole = {**words, **record}
        refused = next(self._world.refusals(whole), None)
        if refused is not None:
            return refused.id
        scope = {**self._world.scope(whole), self._source: row}
        for step in self._steps:
            verdict = verdict_of(step, scope)
            if verdict in step.bites or verdict not in step.passes:
                return step.id
        return None

    def _base(self) -> Record:
        return self._usual[0] if self._usual else {}

    def _first(self, example: Example) -> Record | None:
        """The first candidate that really shows it, over one of the plain orders."""
        for candidate in example.candidates:
            record = {**self._base(), **candidate}
            if "key" not in candidate and self.first_rule(record) == example.shows:
                return record
        return None

    def _plain_records(self) -> Iterator[Record]:
        """In turn every value of each criterion, every link and every row."""
        turns = {**self._wanted(), **self._rows()}
        count = min(max([1, *map(len, turns.values())]), MOST_USUAL)
        for at in range(count):
            chosen = {name: values[at % len(values)] for name, values in turns.items()}
            calm = self._calmed(chosen)
            if calm is not None:
                yield calm

    def _calmed(self, record: Record) -> Record | None:
        """The record, and of each rule that does something to it what the rule leaves alone."""
        for _ in self._steps:
            record = {**record, **self._quiet.get(self.first_rule(record) or "", {})}
        return record if self.first_rule(record) is None else None

    def _real(self, record: Record) -> Record:
        """The members of a real order under the names that records give them."""
        row = self._cast(self._short(record))
        words = {word: row[raw] for raw, word in self._mirrors.items()}
        return {**words, **{f"{self._source}.{name}": value for name, value in row.items()}}

    def _wanted(self) -> dict[str, list[Any]]:
        """Member -> the values that the criteria want."""
        only = self._world.compiled.rules.only
        found: dict[str, list[Any]] = {CENTERS: [[dc] for dc in self._linked(only.dc)]}
        for name in _WORDS:
            chosen: Criterion | None = getattr(only, name)
            if chosen is not None and not chosen.negated and chosen.values:
                found[name] = [[one] if name == "tags" else one for one in chosen.values]
        named = [one for one in found.pop("site", ()) if isinstance(one, str)]
        found["site"] = named
        found["site_id"] = [] if named else self._numbers(only.site)
        if only.skus is not None and not only.skus.negated:
            found["skus"] = [[one] for one in only.skus.values]
        return {name: values for name, values in found.items() if values}

    def _numbers(self, chosen: Criterion | None) -> list[Any]:
        """The sites that are wanted by their id."""
        return list(chosen.values) if chosen is not None and not chosen.negated else []

    def _linked(self, chosen: Criterion | None) -> list[str | int]:
        """The linked DCs that are wanted."""
        linked = list(dict.fromkeys(self._places.values()))
        if chosen is None:
            return linked
        listed = {str(one).casefold() for one in chosen.values}
        return [dc for dc in linked if (str(dc).casefold() in listed) != chosen.negated]

    def _rows(self) -> dict[str, list[Any]]:
        """Member -> its values for which every row of the tables is found."""
        found: dict[str, list[Any]] = {}
        for one in self._looked:
            keys = [self._asking(one, key) for key in one.table.rows]
            known = [key for key in keys if key is not None]
            if known:
                found.setdefault(one.member, known)
        return found

    def _asking(self, looked: Looked, key: str) -> Any:
        """What the member has to be so that this row is found: the text, or the number."""
        numeric = self._is_number(looked.member) and key.isdecimal()
        for tried in (int(key) if numeric else key, key):
            try:
                found = looked.value.search(self._world.scope({looked.member: tried}))
            except ExpressionError:
                continue
            if found is not None and str(found) == key:
                return tried
        return None

    def _is_number(self, member: str) -> bool:
        return isinstance(self._like.get(member), int | float)

    def _short(self, record: Record) -> Short:
        """The record in the words of a short order."""
        spoken = {word: raw for raw, word in self._mirrors.items()}
        short = {name: record[name] for name in _WORDS if record.get(name) is not None}
        nulls = [name for name in _WORDS if name in record and record[name] is None]
        raw = dict(nested(record, f"{self._source}."))
        raw |= {spoken[name]: None for name in nulls if name in spoken}
        if record.get("site_id") is not None and "site_id" in spoken:
            raw[spoken["site_id"]] = record["site_id"]
        if record.get("skus"):
            short["lines"] = [{"sku": sku, "quantity": 1} for sku in record["skus"]]
        lists = {LISTS: record[LISTS]} if LISTS in record else {}
        return {**short, **self._where(record), **lists, **({"raw": raw} if raw else {})}

    def _where(self, record: Record) -> dict[str, Any]:
        """From which DCs it is sent."""
        several = list(dict.fromkeys(self._places.values()))[:2]
        if record.get(SINGLE) is False and len(several) > 1:
            return {"places": several}
        if LINK in record:
            return {"dc": self._places[record[LINK]]}
        centers = record.get(CENTERS) or ()
        return {"dc": centers[0]} if centers else {}


def _lookups(world: OrdersWorld) -> Iterator[Looked]:
    """The tables whose value hangs on one member of an order, which can be made up."""
    for field in world.compiled.fields:
        if field.table is not None and field.value is not None:
            members = {world.member(path) for path in field.value.references}
            member = members.pop() if len(members) == 1 else None
            if member is not None and member not in _GIVEN:
                yield Looked(table=field.table, value=field.value, member=member)


def literals_of(tree: Node) -> Iterator[str | int]:
    """The texts and whole numbers that stand in an expression."""
    for node in walk(tree):
        value = node.get("value") if node["type"] == "literal" else None
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield value
