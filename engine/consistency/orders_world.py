"""Orders made of some values of their members, for the rules of the `orders` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.compiler.selection import selects
from engine.config.nodes import Node, find, key_place
from engine.consistency.candidates import Kind, values_of
from engine.consistency.mentions import Mentions, Path
from engine.consistency.world import Blocker, Record
from engine.diagnostics import Place
from engine.flows.orders_scope import order_scope, part_scope
from engine.model.order import Allocation, Line, Order
from engine.model.ruleset import Criterion, OrderFilter

_KINDS: dict[str, Kind] = {
    "key": "text",
    "shipping": "text",
    "payment": "text",
    "checkout": "text",
    "site": "text-or-none",
    "site_id": "number-or-none",
    "tags": "texts",
    "skus": "texts",
}
PROFILE, LINK, SINGLE, CENTERS = "profile", "link", "part.single", "dc"
_OF_PATH: dict[Path, str] = {
    ("profile", "id"): PROFILE,
    ("profile", "name"): PROFILE,
    ("link", "name"): LINK,
    ("link", "dc"): LINK,
    ("link", "pick"): LINK,
    ("part", "single"): SINGLE,
}
ONLY = "orders.only."
CRITERIA = ("profile", "shipping", "payment", "checkout", "site", "dc", "tags", "skus")
_SITES = frozenset(["site", "site_id"])
_LISTS = ("tags", "skus")
_STATUSES = ("shipping", "payment", "checkout")
_TEXT = "-"


class OrdersWorld:
    """Orders for a compiled section; `tree` is the merged ruleset, for the places of criteria.

    `mirrors` are raw members that say the same as a word of the ruleset's language, `words` are all
    that a status can be.
    """

    def __init__(
        self,
        compiled: CompiledOrders,
        tree: Node | None,
        mirrors: Mapping[str, str],
        words: Mapping[str, frozenset[str]],
    ) -> None:
        self.compiled = compiled
        self.words = words
        self._tree = tree
        self._mirrors = mirrors
        self._source = f"{compiled.rules.source}."
        only = compiled.rules.only
        given = [(name, getattr(only, name)) for name in CRITERIA]
        self._criteria = [
            (name, OrderFilter(**{name: criterion}))
            for name, criterion in given
            if criterion is not None
        ]

    def unfiltered(self) -> OrdersWorld:
        """The same without criteria: every order gets as far as the rules."""
        other = OrdersWorld(self.compiled, self._tree, self._mirrors, self.words)
        other._criteria = []
        return other

    def member(self, path: Path) -> str | None:
        """The member under a path of the ruleset's language; raw ones keep their whole path."""
        if path in _OF_PATH:
            return _OF_PATH[path]
        if path[0] == self.compiled.rules.source and len(path) > 1:
            return self._mirrors.get(path[1]) if self._mirrored(path) else dotted(path)
        return path[0] if len(path) == 1 and path[0] in _KINDS else None

    def _mirrored(self, path: Path) -> bool:
        return len(path) == 2 and self._mirrors.get(path[1]) in _KINDS

    def beside(self, members: frozenset[str]) -> frozenset[str]:
        """One criterion asks for a site's name and id."""
        return members | _SITES if members & _SITES else members

    def values(self, member: str, said: Mentions) -> list[Any]:
        """What the member of an order may be, as far as it matters."""
        if member == PROFILE:
            return self._profiles(said)
        if member == LINK:
            return [link.name for link in self.compiled.links]
        if member == SINGLE:
            return [True, False]
        kind = _KINDS.get(member, "any")
        if member in _STATUSES and member in self._mirrors.values():
            kind = "text-or-none"  # A raw status may be null, and the word is empty then.
        more = list(self._criterion_values(member, said))
        if kind == "texts":
            named = Mentions(**{**_members(said), "parts": [*said.parts, *more]})
            return values_of(kind, named)
        return values_of(kind, said, more)

    def scope(self, record: Record) -> dict[str, Any]:
        """What predicates see of such an order."""
        scope = order_scope(self.compiled, self.order(record))
        links = [one for one in self.compiled.links if record.get(LINK, one.name) == one.name]
        return part_scope(scope, links[0], single=record.get(SINGLE, True)) if links else scope

    def refusals(self, record: Record) -> Iterator[Blocker]:
        """The criteria of `orders.only` that say no."""
        order, case = self.order(record), self.compiled.letter_case
        for name, alone in self._criteria:
            if selects(alone, order, letter_case=case) is not None:
                yield Blocker(id=f"{ONLY}{name}", place=place_of_key(self._tree, ONLY + name))

    def members_of(self, blocker: Blocker) -> frozenset[str]:
        """A criterion looks at the member of its name."""
        name = blocker.id.removeprefix(ONLY)
        return _SITES if name in _SITES else frozenset([name])

    def order(self, record: Record) -> Order:
        """The order itself; what the record leaves out is what the criteria want."""
        rules = self.compiled.rules
        site = self._usual("site")
        tags, skus = (_list(record.get(name, self._usual(name))) for name in _LISTS)
        profiles = (rules.only.profile or Criterion(())).values
        return Order(
            key=str(record.get("key", _TEXT)),
            profile=record.get(PROFILE, next(iter(profiles), 0)),
            created=rules.since,
            updated=rules.since,
            **{name: self._status(record, name) for name in _STATUSES},
            site=record.get("site", site if isinstance(site, str) else None),
            site_id=record.get("site_id", site if isinstance(site, int) else None),
            tags=tuple(tags),
            lines=tuple(
                Line(id=str(number), sku=sku, quantity=1) for number, sku in enumerate(skus)
            ),
            allocations=self._allocations(record),
            raw={
                **nested(record, self._source),
                **{raw: record[word] for raw, word in self._mirrors.items() if word in record},
            },
        )

    def _status(self, record: Record, name: str) -> str:
        if name in record:
            return record[name] or ""
        return self._usual(name) or _TEXT

    def _profiles(self, said: Mentions) -> list[Any]:
        """Every profile of the ruleset, every one that is named by its id, and another one."""
        named = [int(text) for text in said.texts() if text.isdecimal() and text.isascii()]
        given = [one for one in said.literals if isinstance(one, int)]
        known = [*self.compiled.profile_names, *named, *given]
        return list(dict.fromkeys([*known, max(known, default=0) + 1]))

    def _usual(self, name: str) -> Any:
        """What a member is where nothing asks for it: the first value that its criterion wants."""
        chosen = getattr(self.compiled.rules.only, name, None)
        return chosen.values[0] if chosen and not chosen.negated and chosen.values else None

    def _criterion_values(self, member: str, said: Mentions) -> Iterator[Any]:
        """One value of the criterion that no predicate names: the others are no different.

        Where letter case does not count, also one that only the criterion takes for the same.
        """
        name = "site" if member == "site_id" else member
        chosen: Criterion | None = getattr(self.compiled.rules.only, name, None)
        values = list(chosen.values) if chosen is not None and name in _KINDS else []
        yield from (one for one in values if one in said.literals or one in said.parts)
        if self.compiled.letter_case == "ignored":
            values += [one.swapcase() for one in values if isinstance(one, str)]
        named = [*said.literals, *said.parts]
        for kind in (str, int):
            yield from [one for one in values if isinstance(one, kind) and one not in named][:1]

    def _allocations(self, record: Record) -> tuple[Allocation, ...]:
        usual = self._usual(CENTERS)
        centers = record.get(CENTERS, [] if usual is None else [usual])
        return tuple(
            Allocation(
                id=str(number),
                dc=dc if isinstance(dc, int) else -number - 1_000_000,
                dc_code=dc if isinstance(dc, str) else None,
                status=_TEXT,
            )
            for number, dc in enumerate(centers)
        )


def place_of_key(tree: Node | None, path: str) -> Place | None:
    """Where the key stands that has this path with dots; None where there is none."""
    steps = path.split(".")
    return key_place(tree, steps) if tree is not None and find(tree, steps) is not None else None


def dotted(path: Path) -> str | None:
    """The one name for a path below a raw record; None where a step has a dot itself."""
    return None if any("." in step for step in path) else ".".join(path)


def nested(record: Record, prefix: str) -> dict[str, Any]:
    """The members whose names begin so, as the raw record that they are paths of."""
    raw: dict[str, Any] = {}
    for name, value in record.items():
        if name.startswith(prefix):
            *above, last = name.removeprefix(prefix).split(".")
            at = raw
            for step in above:
                at = at.setdefault(step, {})
            at[last] = value
    return raw


def _members(said: Mentions) -> dict[str, Any]:
    return {name: getattr(said, name) for name in said.__slots__}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []
