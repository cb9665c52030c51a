"""Products made of some values of their members, for the rules of the `items` section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from engine.compiler.items import CompiledItems
from engine.config.nodes import Node
from engine.consistency.candidates import Kind, values_of
from engine.consistency.mentions import Mentions, Path
from engine.consistency.orders_world import dotted, nested, place_of_key
from engine.consistency.world import Blocker, Record
from engine.flows.items_draft import scope_of
from engine.model.product import Product, ProductKind

_KINDS: dict[str, Kind] = {
    "key": "text",
    "sku": "text",
    "title": "text",
    "parent": "text-or-none",
    "alias_of": "text-or-none",
    "aliases": "texts",
    "images": "texts",
}
_PROFILE = frozenset([("profile", "id"), ("profile", "name")])
_SWITCH = {"parent": "items.parents", "child": "items.children", "bundle": "items.bundles"}
OWNER, ALIAS = "items.owner", "items.alias"
_TEXT = "-"
KIND = "kind"
_LOOKS_AT = {OWNER: frozenset(["profile"]), ALIAS: frozenset(["alias_of"])}


class ItemsWorld:
    """Products for a compiled section; `tree` is the merged ruleset, for places."""

    def __init__(self, compiled: CompiledItems, tree: Node | None) -> None:
        self.compiled = compiled
        self._tree = tree
        self._source = compiled.rules.source

    def member(self, path: Path) -> str | None:
        """The member under a path; raw ones and attributes keep their whole path."""
        if path in _PROFILE:
            return "profile"
        if len(path) > 1 and path[0] == self._source:
            return dotted(path)
        if len(path) == 2 and path[0] == "attributes":
            return dotted(path)
        known = len(path) == 1 and (path[0] in _KINDS or path[0] == "kind")
        return path[0] if known else None

    def beside(self, members: frozenset[str]) -> frozenset[str]:
        """Nothing of a product hangs together."""
        return members

    def values(self, member: str, said: Mentions) -> list[Any]:
        """What the member of a product may be, as far as it matters."""
        if member == "profile":
            ids = list(self.compiled.profile_names)
            named = [one for one in said.literals if isinstance(one, int) and one not in ids]
            texts = [int(one) for one in said.texts() if one.isdecimal() and one.isascii()]
            return [*ids, *named, *texts, max([*ids, *named, *texts]) + 1]
        if member == "kind":
            return list(get_args(ProductKind))
        kind: Kind = "text-or-none" if member.startswith("attributes.") else "any"
        return values_of(_KINDS.get(member, kind), said)

    def scope(self, record: Record) -> dict[str, Any]:
        """What predicates see of such a product."""
        return scope_of(self.compiled, self._product(record))

    def refusals(self, record: Record) -> Iterator[Blocker]:
        """What goes before all rules: whose it is, and what kind of product."""
        product = self._product(record)
        if product.profile not in self.compiled.rules.owners:
            yield self._blocker(OWNER)
        if product.alias_of is not None:
            yield Blocker(id=ALIAS, place=None)
        if product.kind not in self.compiled.rules.sends:
            yield self._blocker(_SWITCH[product.kind])

    def members_of(self, blocker: Blocker) -> frozenset[str]:
        """What such a blocker looks at."""
        return _LOOKS_AT.get(blocker.id, frozenset([KIND]))

    def _blocker(self, key: str) -> Blocker:
        return Blocker(id=key, place=place_of_key(self._tree, key))

    def _product(self, record: Record) -> Product:
        rules = self.compiled.rules
        sent = [kind for kind in get_args(ProductKind) if kind in rules.sends]
        attributes = nested(record, "attributes.")
        return Product(
            key=str(record.get("key", _TEXT)),
            profile=record.get("profile", next(iter(rules.owners), 0)),
            sku=record.get("sku", _TEXT),
            updated=rules.since,
            kind=record.get("kind", next(iter(sent), "item")),
            title=record.get("title", ""),
            aliases=tuple(record.get("aliases", ())),
            alias_of=record.get("alias_of"),
            parent=record.get("parent"),
            attributes={name: value for name, value in attributes.items() if value is not None},
            images=tuple(record.get("images", ())),
            raw=nested(record, f"{self._source}."),
        )
