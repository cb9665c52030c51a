"""What the `stock` section needs of the other sections, and what of it counts an order twice.

Works on any tree, also one that the schema refuses: what has the wrong shape is passed over here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.config.nodes import Node, entries, find, scalars, text_of
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic, Note


def check_stock(tree: Node) -> Iterator[Diagnostic]:
    """Links that do not say whose products they are told to, one field for two profiles, and
    quantities that would count orders twice or not at all.
    """
    if find(tree, ["stock"]) is None:
        return
    yield from _profiles(tree)
    yield from _field(tree)
    yield from _pair(tree)
    yield from _told_again(tree)


def _profiles(tree: Node) -> Iterator[Diagnostic]:
    for name, entry in entries(tree, "links"):
        if find(entry.node, ["stock"]) is None:
            yield Diagnostic(
                id="stock-no-profile",
                message=f"link {quoted(name)} does not say which profile is told its stock",
                place=entry.key_place,
                expected="a profile under the link's key 'stock'",
                help="profiles that share their quantities are told once: name one of them",
            )


def _field(tree: Node) -> Iterator[Diagnostic]:
    field = find(tree, ["stock", "product", "field"])
    told = {
        one.text: one.place
        for name, _ in entries(tree, "links")
        for one in scalars(tree, "links", name, "stock")
    }
    if field is not None and len(told) > 1:
        yield Diagnostic(
            id="stock-one-field",
            message="one field of an item cannot hold its products of two profiles",
            place=field.place,
            found=f"links to {', '.join(sorted(told))}",
            help="leave product out: products are found by what was written as items, or by SKU",
            note=Note(
                message="another link's stock goes to this profile", place=[*told.values()][-1]
            ),
        )


PAIRS = {"on-hand": "UnShipped", "available": "InStock"}
WHY = {
    "on-hand": "open orders are still on the shelf, so the channel must take them all off",
    "available": "the warehouse has taken its orders off already, so the channel must not",
}


def _pair(tree: Node) -> Iterator[Diagnostic]:
    """A quantity and the type that says what is in it, each with its default."""
    found = find(tree, ["stock", "set"])
    counted, named = find(found, ["quantity"]), find(found, ["type"])
    quantity, kind = text_of(counted) or "on-hand", text_of(named) or "UnShipped"
    if found is None or quantity not in PAIRS or PAIRS[quantity] == kind:
        return
    # The customer's own one first: of the map that was merged, that is where it stands.
    pair = sorted(
        [one.place for one in (named, counted) if one is not None],
        key=lambda place: place.file != found.place.file,
    )
    yield Diagnostic(
        id="set-counts-twice",
        message=f"{quantity} as {kind} counts open orders twice or not at all",
        place=pair[0] if pair else found.place,
        expected=f"type: {PAIRS[quantity]}",
        help=WHY[quantity],
        note=Note(message="this goes with it", place=pair[1]) if pair[1:] else None,
    )


def _told_again(tree: Node) -> Iterator[Diagnostic]:
    """Where something else tells what is on the shelf, or off it, when a quantity is set."""
    picks = find(tree, ["stock", "foreign-picks"])
    if picks is not None and text_of(picks) == "delta":
        for setter in _setters(tree):
            yield Diagnostic(
                id="set-counts-twice",
                message=f"what is being picked is counted by {setter.name}, and told again",
                place=setter.node.place,
                found="foreign-picks: delta",
                help=f"choose foreign-picks: report or ignore, or {setter.instead} here",
                note=Note(message="picks are told again by this", place=picks.place),
            )
    source = text_of(find(tree, ["stock", "from"])) or ""
    posts = find(tree, ["connections", source, "posts"])
    if posts is not None:
        for setter in _setters(tree):
            yield Diagnostic(
                id="set-counts-twice",
                message=f"what is posted late is counted by {setter.name}, and told again",
                place=setter.node.place,
                found=f"connections.{source}.posts",
                help=f"let the site put its messages into its queue, or {setter.instead} here",
                note=Note(message="messages are posted by this", place=posts.place),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setter:
    """A key that sets quantities, and what to write `instead`."""

    name: str
    node: Node
    instead: str


def _setters(tree: Node) -> Iterator[_Setter]:
    for name, entry in entries(tree, "stock", "rules"):
        way = find(entry.node, ["do"])
        if way is not None and text_of(way) == "set":
            yield _Setter(name=f"rule {quoted(name)}", node=way, instead="do: delta")
    doubt = find(tree, ["stock", "doubt"])
    if doubt is not None and text_of(doubt) == "heal":
        yield _Setter(name="what heals a doubt", node=doubt, instead="doubt: person")
