"""Lookup tables as a whole: rows that nothing asks for, values that have no row, two rows for one.

Only where it is known what is asked at all: of statuses that `orders.only` lists, of profiles and
links, and of texts that are made lower case, upper case or trimmed first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import CompiledExpression, ExpressionError
from engine.compiler.orders import CompiledOrders
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.syntax_tree import Node as Tree
from engine.compiler.syntax_tree import children
from engine.config.nodes import Entry, Node, entries
from engine.config.scalars import quoted
from engine.consistency.mentions import SHAPING, Mentions
from engine.consistency.orders_world import CRITERIA, LINK, PROFILE, OrdersWorld
from engine.consistency.trying import MAX_RECORDS
from engine.diagnostics import Diagnostic, Note

_LISTED = frozenset(CRITERIA) - {"profile", "dc", "tags", "skus", "site"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one mapping asks of its table: `values` of the orders that are taken, `ever` of all that
    are looked at; None: not known. `surely`: each of the values is asked for at some time.
    """

    field: CompiledField
    values: frozenset[str] | None = None
    ever: frozenset[str] | None = None
    surely: bool = False

    def may_ask(self, key: str) -> bool:
        """Whether a row with this key can be found by it."""
        if self.ever is not None:
            return key in self.ever
        return self.field.value is None or _is_output(self.field.value, key)


def check_tables(
    world: OrdersWorld, others: Sequence[CompiledField], tree: Node | None
) -> Iterator[Diagnostic]:
    """All tables that a mapping names; `others` are the mapped members of other sections."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    orders = world.compiled
    for field in (*orders.fields, *others):
        if field.rule.lookup is not None:
            ours = field in orders.fields
            asked[field.rule.lookup].append(_asked(field, world) if ours else Asked(field=field))
    for name, several in asked.items():
        rows = dict(entries(tree, "tables", name, "rows"))
        yield from _never_asked(name, rows, several)
        yield from _without_row(name, rows, several)
        yield from rows_alike(f"the table {quoted(name)}", rows)


def rows_alike(where: str, rows: Mapping[str, Entry]) -> Iterator[Diagnostic]:
    """Two rows whose keys a person reads as one, and that say different things."""
    first: dict[str, tuple[str, Entry]] = {}
    for key, entry in rows.items():
        earlier, other = first.setdefault("".join(key.split()).casefold(), (key, entry))
        if other.node.plain() != entry.node.plain():
            yield Diagnostic(
                id="rows-alike",
                message=f"{quoted(key)} and {quoted(earlier)} in {where} say different things",
                place=entry.key_place,
                severity="warning",
                found="keys that differ only in letter case or blanks, which count",
                help="take out the one that is wrong; two spellings of one value say the same",
                note=Note(message=f"{quoted(earlier)} stands here", place=other.key_place),
            )


def _never_asked(
    name: str, rows: Mapping[str, Entry], asked: Sequence[Asked]
) -> Iterator[Diagnostic]:
    for key, entry in rows.items():
        if not any(one.may_ask(key) for one in asked):
            value = asked[0].field.value
            yield Diagnostic(
                id="row-never-asked",
                message=f"nothing ever asks the table {quoted(name)} for {quoted(key)}",
                place=entry.key_place,
                severity="warning",
                expected=_wanted(asked),
                help="mend the key, or take the row out",
                note=Note(message="this is what is asked", place=value.place) if value else None,
            )


def _wanted(asked: Sequence[Asked]) -> str | None:
    """The values that are asked, where all of them are known."""
    known = [one.ever for one in asked if one.ever is not None]
    every = sorted(frozenset[str]().union(*known))
    return ", ".join(map(quoted, every)) if len(known) == len(asked) else None


def _without_row(
    name: str, rows: Mapping[str, Entry], asked: Sequence[Asked]
) -> Iterator[Diagnostic]:
    for one in asked:
        table = one.field.table
        if one.values is None or not one.surely or table is None or table.missing == "default":
            continue
        lacking = sorted(one.values - set(rows))
        if lacking and one.field.value is not None:
            done = "refused" if table.missing == "reject" else "held"
            yield Diagnostic(
                id="row-missing",
                message=f"the table {quoted(name)} has no row for "
                f"{', '.join(map(quoted, lacking))}: such orders are {done}",
                place=one.field.value.place,
                severity="warning",
                help="add the rows, or say missing: default",
                note=Note(message="the table", place=table.place) if table.place else None,
            )


def _asked(field: CompiledField, world: OrdersWorld) -> Asked:
    """What a mapped member of orders asks.

    An order that was sent may be looked at again with a status that new orders never have. And
    where a rule reads what is looked up, it may keep back the orders of some values.
    """
    members = _members(field.value, world) if field.value is not None else None
    if field.value is None or not members:
        return Asked(field=field)
    read = {world.member(path) for one in _rules(world.compiled) for path in one.references}
    values = _values(field.value, [_taken(one, world) for one in members], members, world)
    again = world.compiled.rules.changes is not None or world.compiled.letter_case != "exact"
    every = [_every(one, world) if again else _taken(one, world) for one in members]
    return Asked(
        field=field,
        values=values,
        ever=_values(field.value, every, members, world),
        surely=len(members) == 1 and not read & {*members, None},
    )


def _rules(compiled: CompiledOrders) -> list[CompiledPredicate]:
    where = [compiled.where] if compiled.where is not None else []
    return [*where, *(one.predicate for one in (*compiled.skip, *compiled.hold))]


def _values(
    value: CompiledExpression,
    domains: Sequence[list[Any] | None],
    members: Sequence[str],
    world: OrdersWorld,
) -> frozenset[str] | None:
    """All texts that an expression yields for these values of the members; None: not known."""
    if None in domains or prod(len(one or ()) for one in domains) > MAX_RECORDS:
        return None
    found: set[Any] = set()
    for chosen in product(*(one or () for one in domains)):
        record = dict(zip(members, chosen, strict=True))
        try:
            found.add(value.search(world.scope(record)))
        except (ExpressionError, TypeError):
            return None
    texts = frozenset(str(one) for one in found if one is not None)
    return texts if all(isinstance(one, str | int | None) for one in found) else None


def _members(value: CompiledExpression, world: OrdersWorld) -> list[str] | None:
    found = [world.member(path) for path in value.references]
    return None if None in found else sorted({one for one in found if one is not None})


def _taken(member: str, world: OrdersWorld) -> list[Any] | None:
    """All values of a member of the orders that are taken, where they are few and known."""
    every = _every(member, world)
    chosen = getattr(world.compiled.rules.only, member, None) if member in _LISTED else None
    if chosen is None:
        return every
    if world.compiled.letter_case != "exact":
        return None
    if not chosen.negated:
        return list(chosen.values)
    return [one for one in every if one not in chosen.values] if every is not None else None


def _every(member: str, world: OrdersWorld) -> list[Any] | None:
    """All values of a member of any order that is looked at."""
    only = world.compiled.rules.only
    if member == PROFILE:
        return list(only.profile.values) if only.profile is not None else None
    if member == LINK:
        return world.values(LINK, Mentions())
    words = world.words.get(member)
    return sorted(words) if words is not None else None


def _is_output(value: CompiledExpression, key: str) -> bool:
    """Whether an expression may yield this text, as far as its outermost functions tell."""
    node: Tree = value.tree
    asked: set[str] = set()
    while node["type"] == "function_expression" and node["value"] in SHAPING:
        kind = "trim" if node["value"] == "trim" else "letter case"
        if kind not in asked and _shaped(value, node, key) != key:
            return False
        asked.add(kind)
        (node,) = children(node)
    return True


def _shaped(value: CompiledExpression, node: Tree, key: str) -> object:
    """What a function of one argument makes of a text."""
    literal: Tree = {"type": "literal", "children": [], "value": key}
    tree = {**node, "children": [literal]}
    return CompiledExpression(source=value.source, references=frozenset(), tree=tree).search({})
