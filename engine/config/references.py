"""What must agree across the sections of a ruleset: names that are used and names that exist.

Works on any tree, also one that the schema refuses: what has the wrong shape is passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, available_timezones

from engine.config.library import certain, did_you_mean, meant, nearest
from engine.config.literals import moment, zone
from engine.config.nodes import ListNode, Node, ScalarNode, entries, find, scalars, text_of
from engine.config.references_changes import recreated_where_locked
from engine.config.references_items import one_source
from engine.config.references_shipments import way_back
from engine.config.references_stock import check_stock
from engine.config.scalars import quoted, replacing
from engine.diagnostics import Diagnostic, Note, Place

SECTIONS = ("items", "orders", "shipments", "stock")
MAPPED = ("orders", "items")
BUNDLE_WAYS = ("split", "keep", "wos")
OF_ONE_PART = re.compile(r"\b(?:link|part)\b")


def check(tree: Node, adapters: list[str]) -> list[Diagnostic]:
    """Every disagreement found; `adapters` are the known ones (empty: not checked)."""
    found = [problem for part in _CHECKS for problem in part(tree)]
    return found + list(_adapters(tree, adapters))


def _twice(rule: str, named: Iterator[tuple[str, Place, str]], advice: str) -> Iterator[Diagnostic]:
    """One diagnostic for each value that a second owner claims; items are value, place, owner."""
    owners: dict[str, tuple[str, Place]] = {}
    for value, place, owner in named:
        first, there = owners.setdefault(value, (owner, place))
        if first != owner:
            message = f"{value} stands in {owner} and in {first}"
            note = Note(message=f"{first} has it here", place=there)
            yield Diagnostic(id=rule, message=message, place=place, help=advice, note=note)


def _areas(tree: Node) -> Iterator[Diagnostic]:
    named = (
        (f"the area {quoted(area.text)}", area.place, f"link '{name}'")
        for name, _ in entries(tree, "links")
        for area in scalars(tree, "links", name, "areas")
        if isinstance(find(tree, ["links", name, "areas"]), ListNode)
    )
    return _twice("area-in-two-links", named, "an area belongs to one DC: take it out of one link")


def _without_areas(tree: Node) -> Iterator[Diagnostic]:
    """A site without areas has one DC: nothing of a booking tells two of them apart."""
    bare = [
        (name, one.place)
        for name, link in entries(tree, "links")
        for one in [find(link.node, ["areas"])]
        if isinstance(one, ScalarNode) and one.text == "none"
    ]
    for name, place in bare[1:]:
        first, there = bare[0]
        yield Diagnostic(
            id="area-in-two-links",
            message=f"link '{name}' and link '{first}' both have no areas: nothing tells their"
            " stock and their orders apart",
            place=place,
            help="a site without areas is one DC: keep one of the links, or list the areas of each",
            note=Note(message=f"link '{first}' has none here", place=there),
        )


def _centers(tree: Node) -> Iterator[Diagnostic]:
    named = (
        (f"the DC {quoted(dc.text)}", dc.place, f"link '{name}'")
        for name, _ in entries(tree, "links")
        for dc in scalars(tree, "links", name, "dc")
    )
    return _twice("dc-in-two-links", named, "list all areas of a DC in one link")


def _picks(tree: Node) -> Iterator[Diagnostic]:
    for name, link in entries(tree, "links"):
        pick, areas = find(link.node, ["pick"]), find(link.node, ["areas"])
        listed = [area.text for area in scalars(areas)] if isinstance(areas, ListNode) else []
        named = listed or isinstance(areas, ScalarNode)  # An empty list is told as such.
        if isinstance(pick, ScalarNode) and areas is not None and named and pick.text not in listed:
            yield Diagnostic(
                id="pick-not-an-area",
                message=f"link '{name}' picks from {quoted(pick.text)}, which is none of its areas",
                place=pick.place,
                help=meant(pick.text, listed) or "name one of the link's areas",
                note=Note(message="its areas stand here", place=areas.place),
            )


def _profile_ids(tree: Node) -> Iterator[Diagnostic]:
    named = (
        (f"the id {entry.node.text}", entry.node.place, f"profile '{name}'")
        for name, entry in entries(tree, "profiles")
        if isinstance(entry.node, ScalarNode)
    )
    return _twice("profile-twice", named, "give each profile id one name")


def _profiles(tree: Node) -> Iterator[Diagnostic]:
    known = [name for name, _ in entries(tree, "profiles")]
    used = [*scalars(tree, "orders", "only", "profile")]
    used += scalars(tree, "orders", "only", "profile", "not")
    used += scalars(tree, "items", "owner")
    for name, _ in entries(tree, "links"):
        used += scalars(tree, "links", name, "stock")
    return _unknown("unknown-profile", "profile", used, known)


def _connections(tree: Node) -> Iterator[Diagnostic]:
    known = [name for name, _ in entries(tree, "connections")]
    used = [
        node
        for section in SECTIONS
        for side in ("from", "to")
        for node in scalars(tree, section, side)
    ]
    return _unknown("unknown-connection", "connection", used, known)


def _adapters(tree: Node, known: list[str]) -> Iterator[Diagnostic]:
    used = [
        adapter
        for name, _ in entries(tree, "connections")
        for adapter in scalars(tree, "connections", name, "adapter")
    ]
    return _unknown("unknown-adapter", "adapter", used if known else [], known)


def _unknown(
    rule: str, kind: str, used: list[ScalarNode], known: list[str]
) -> Iterator[Diagnostic]:
    """Names that people choose differ by one letter on purpose: only letter case is certain."""
    for node in used:
        if node.text not in known:
            same = [name for name in known if name.lower() == node.text.lower()]
            yield Diagnostic(
                id=rule,
                message=f"there is no {kind} {quoted(node.text)}",
                place=node.place,
                help=did_you_mean(node.text, known),
                fix=replacing(node.place, node.text, same[0] if len(same) == 1 else None),
            )


def _lookups(tree: Node) -> list[ScalarNode]:
    mappings = (entry.node for one in MAPPED for _, entry in entries(tree, one, "map"))
    return [table for mapping in mappings for table in scalars(mapping, "lookup")]


def _tables(tree: Node) -> Iterator[Diagnostic]:
    used = _lookups(tree)
    known = [name for name, _ in entries(tree, "tables")]
    yield from _unknown("unknown-table", "table", used, known)
    names = {node.text if node.text in known else nearest(node.text, known) for node in used}
    for name, entry in entries(tree, "tables"):
        if name not in names:
            yield Diagnostic(
                id="unused-table",
                message=f"no mapping looks into the table {quoted(name)}",
                place=entry.key_place,
                severity="warning",
                help="take it out, or name it in a lookup",
            )


def _bundles(tree: Node) -> Iterator[Diagnostic]:
    named = (
        (f"the bundle {quoted(sku.text)}", sku.place, f"'{way}'")
        for way in BUNDLE_WAYS
        for sku in scalars(tree, "orders", "bundles", way)
    )
    return _twice("bundle-two-ways", named, "a bundle goes one way: take it out of one list")


def _times(tree: Node) -> Iterator[Diagnostic]:
    written = find(tree, ["timezone"])
    name = text_of(written)
    local = _zone(name) if name else ZoneInfo("UTC")
    if local is None and written is not None and name is not None:
        known = sorted(available_timezones())
        yield Diagnostic(
            id="unknown-timezone",
            message=f"there is no time zone {quoted(name)}",
            place=written.place,
            help=meant(name, known) or "use an IANA name such as America/New_York",
            fix=replacing(written.place, name, certain(name, known)),
        )
    for section in MAPPED:
        since = find(tree, [section, "since"])
        if since is not None and not _is_moment(text_of(since), local or ZoneInfo("UTC")):
            yield Diagnostic(
                id="bad-date",
                message=f"{section}.since is not a day of the calendar",
                place=since.place,
                expected="a date such as 2026-11-01, or a UTC time such as 2026-11-01T00:00:00Z",
            )


def _zone(name: str) -> ZoneInfo | None:
    try:
        return zone(name)
    except ValueError:
        return None


def _is_moment(text: str | None, local: ZoneInfo) -> bool:
    try:
        return text is None or bool(moment(text, local))
    except (ValueError, OverflowError):
        return False


def _numbers(tree: Node) -> Iterator[Diagnostic]:
    number = find(tree, ["orders", "number"])
    template = text_of(number)
    links = [entry.key_place for _, entry in entries(tree, "links")]
    if number is not None and template and links[1:] and not OF_ONE_PART.search(template):
        yield Diagnostic(
            id="number-of-two-parts",
            message="two parts of one order would get the same number",
            place=number.place,
            help="add {{ '' if part.single else '-' ~ link.name }} to the number",
            note=Note(message="with a second link an order can have two parts", place=links[1]),
        )


_CHECKS: tuple[Callable[[Node], Iterator[Diagnostic]], ...] = (
    _areas, _without_areas, _centers, _picks, _profile_ids, _profiles, _connections, _tables,
    _bundles, _times, _numbers, recreated_where_locked, one_source, way_back, check_stock,
)  # fmt: skip
