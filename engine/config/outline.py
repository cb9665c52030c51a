"""The expressions of a ruleset that could not be built, so that they are checked all the same.

One wrong key must not hide the mistakes in the expressions: whoever validates wants all of them at
once. An outline is good for compiling and reading the diagnostics, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine.config.library import nearest
from engine.config.nodes import Entry, ListNode, MapNode, Node, ScalarNode, entries, find, text_of
from engine.model.rules_items import AliasRule, ItemRules
from engine.model.rules_stock import StockRule, StockRules
from engine.model.ruleset import (
    Connection,
    Expression,
    FieldRule,
    NamedRule,
    OrderFilter,
    OrderRules,
    Ruleset,
    Template,
)


def outline(customer: str, tree: Node | None) -> Ruleset | None:
    """What there is of the order rules; None where not even the source's name can be made out."""
    node = find(tree, ["orders"])
    source = _source(tree, "orders")
    if node is None or source is None:
        return None
    where = _text(find(node, ["only", "where"]))
    number = _text(find(node, ["number"]))
    rules = OrderRules(
        source=source,
        sink=text_of(find(node, ["to"])) or "",
        only=OrderFilter(where=Expression(where.text, where.inner) if where else None),
        number=Template(number.text, number.inner) if number else Template("-", node.place),
        since=datetime(1970, 1, 1, tzinfo=UTC),
        overlap=timedelta(),
        skip=tuple(_rules(node, "skip")),
        hold=tuple(_rules(node, "hold")),
        wos_hold=tuple(_rules(node, "wos-hold")),
        fields=tuple(_fields(node)),
    )
    return Ruleset(
        customer=customer,
        hash="",
        timezone="UTC",
        connections=dict(_connections(tree)),
        profiles={},
        links={},
        orders=rules,
        items=_items(tree),
        stock=_stock(tree),
        tables={},
        gates={},
    )


def _source(tree: Node | None, section: str) -> str | None:
    """The connection that a section's records come from, also where its name is misspelled."""
    known = [name for name, _ in entries(tree, "connections")]
    return nearest(text_of(find(tree, [section, "from"])) or "", known)


def _items(tree: Node | None) -> ItemRules | None:
    """What there is of the items section."""
    node, source = find(tree, ["items"]), _source(tree, "items")
    if node is None or source is None:
        return None
    where = _text(find(node, ["only", "where"]))
    return ItemRules(
        source=source,
        sink=text_of(find(node, ["to"])) or "",
        owners=(),
        since=datetime(1970, 1, 1, tzinfo=UTC),
        overlap=timedelta(),
        where=Expression(where.text, where.inner) if where else None,
        skip=tuple(_rules(node, "skip")),
        fields=tuple(_fields(node)),
        aliases=tuple(_aliases(find(node, ["aliases", "from"]))),
    )


def _aliases(node: Node | None) -> Iterator[AliasRule]:
    listed = node.items if isinstance(node, ListNode) else ()
    for one in listed:
        for found in (one, find(one, ["of"]), find(one, ["quantity"])):
            text = _text(found)
            if text is not None:
                yield AliasRule(value=Expression(text.text, text.inner))


def _stock(tree: Node | None) -> StockRules | None:
    """What there is of the predicates of the stock section."""
    found = [(name, _text(find(e.node, ["when"]))) for name, e in entries(tree, "stock", "rules")]
    rules = tuple(
        StockRule(name=name, when=Expression(text.text, text.inner), way="ignore")
        for name, text in found
        if text is not None
    )
    return StockRules(source="", sink="", ways={}, rules=rules) if rules else None


def _connections(tree: Node | None) -> Iterator[tuple[str, Connection]]:
    """What there is of them. `profile` is None where it is not given, so that nothing is said of
    the targets that it would allow.
    """
    for name, entry in entries(tree, "connections"):
        adapter = text_of(find(entry.node, ["adapter"]))
        if adapter is not None:
            settings = {"profile": text_of(find(entry.node, ["profile"]))}
            place = entry.key_place
            yield name, Connection(name=name, adapter=adapter, settings=settings, place=place)


def _text(node: Node | None) -> ScalarNode | None:
    return node if isinstance(node, ScalarNode) and isinstance(node.value, str) else None


def _rules(node: Node, section: str) -> Iterator[NamedRule]:
    for name, entry in entries(node, section):
        text = _text(entry.node)
        if text is not None:
            yield NamedRule(name, Expression(text.text, text.inner))


def _fields(node: Node) -> Iterator[FieldRule]:
    for target, entry in entries(node, "map"):
        for value in _expressions(entry):
            expression = Expression(value.text, value.inner)
            yield FieldRule(target=target, place=entry.key_place, value=expression)
        text = _text(find(entry.node, ["text"]))
        if text is not None:
            template = Template(text.text, text.inner)
            yield FieldRule(target=target, place=entry.key_place, text=template)


def _expressions(entry: Entry) -> Iterator[ScalarNode]:
    found = [entry.node]
    if isinstance(entry.node, MapNode):
        found = [below for key in ("from", "of") if (below := entry.node.get(key)) is not None]
    yield from (text for node in found if (text := _text(node)) is not None)
