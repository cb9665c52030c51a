"""One layer of a ruleset over another: maps merge, scalars and lists replace."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.config.nodes import Entry, ListNode, MapNode, Node, ScalarNode, text_of
from engine.diagnostics import Diagnostic, Note

CHANGES = frozenset(["add", "remove", "replace"])
SOURCES = ("from", "text", "lookup")


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged tree; every node keeps the place where it was written."""

    node: Node
    problems: list[Diagnostic] = field(default_factory=list)


def merge(base: Node, overlay: Node) -> Merged:
    """The overlay over the base.

    A list of the base is changed by `{add: [...], remove: [...]}` or `{replace: [...]}`. A null
    takes the base's entry out. A connection with another adapter and a mapping with another way
    (`from`, `text`, `lookup`) replace what was there: half of one way is of no use to the other.
    """
    problems: list[Diagnostic] = []
    return Merged(_merge(base, overlay, (), problems), problems)


def _merge(
    base: Node | None, overlay: Node, path: tuple[str, ...], problems: list[Diagnostic]
) -> Node:
    if not isinstance(overlay, MapNode):
        return overlay
    if _is_change(overlay):
        return _changed(base, overlay, problems)
    if not isinstance(base, MapNode) or _other_kind(base, overlay, path):
        base = MapNode(place=overlay.place)
    merged = dict(base.entries)
    for key, entry in overlay.entries.items():
        below = base.get(key)
        if below is not None and _is_null(entry.node):
            del merged[key]
            continue
        node = _merge(below, entry.node, (*path, key), problems)
        merged[key] = Entry(key_place=entry.key_place, node=node)
    return MapNode(entries=merged, place=overlay.place)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None and node.text == "null"


def _other_kind(base: MapNode, overlay: MapNode, path: tuple[str, ...]) -> bool:
    kind = _kind(overlay, path)
    return kind is not None and kind != _kind(base, path)


def _kind(node: MapNode, path: tuple[str, ...]) -> str | None:
    if path[:1] == ("connections",) and len(path) == 2:
        return text_of(node.get("adapter"))
    if path[:2] in {("orders", "map"), ("items", "map")} and len(path) == 3:
        return next((source for source in SOURCES if source in node.entries), None)
    return None


def _is_change(node: MapNode) -> bool:
    """Whether this map says what to do with a list; all its values must be lists."""
    values = [entry.node for entry in node.entries.values()]
    named = bool(values) and node.entries.keys() <= CHANGES
    return named and all(isinstance(value, ListNode) for value in values)


def _changed(base: Node | None, change: MapNode, problems: list[Diagnostic]) -> ListNode:
    kept = base.items if isinstance(base, ListNode) else ()
    replacement = change.get("replace")
    if isinstance(replacement, ListNode):
        kept = replacement.items
    elif not isinstance(base, ListNode):
        problems.append(_nothing_to_change(base, change))
    removed, added = _listed(change, "remove"), _listed(change, "add")
    gone = [item.plain() for item in removed]
    lacking = [item for item in removed if item.plain() not in _plain(kept)]
    problems.extend(_not_there(item, base) for item in lacking)
    kept = tuple(item for item in kept if item.plain() not in gone)
    new = tuple(item for item in added if item.plain() not in _plain(kept))
    return ListNode(items=kept + new, place=change.place)


def _listed(change: MapNode, key: str) -> tuple[Node, ...]:
    node = change.get(key)
    return node.items if isinstance(node, ListNode) else ()


def _plain(items: tuple[Node, ...]) -> list[object]:
    return [item.plain() for item in items]


def _nothing_to_change(base: Node | None, change: MapNode) -> Diagnostic:
    return Diagnostic(
        id="nothing-to-change",
        message="the base has no list here that could be changed",
        place=next(iter(change.entries.values())).key_place,
        help="write the list itself: [A, B]",
        note=Note(message="the base has this here", place=base.place) if base else None,
    )


def _not_there(item: Node, base: Node | None) -> Diagnostic:
    return Diagnostic(
        id="nothing-to-remove",
        message=f"the base's list has no {item.plain()!r} to remove",
        place=item.place,
        severity="warning",
        help="take it out of 'remove', or correct its spelling",
        note=Note(message="the base's list stands here", place=base.place) if base else None,
    )
