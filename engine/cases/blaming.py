"""Where in a ruleset that stands which wrote a value: a rule, or what maps a member. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.cases.case import Case, Difference
from engine.config.nodes import Node, entries, find, key_place
from engine.diagnostics import Place

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "lookup": ("tables",),
    "ways": (),
    "carrier": ("carriers",),
    "no-carrier": ("no-carrier",),
    "tracking-wait": ("tracking", "wait"),
    "dc": (),
}
"""Words of rule ids that are called otherwise in the ruleset."""
MAPPED: Mapping[str, str] = {"orders": "orders", "order-changes": "orders", "items": "items"}
"""Flow -> the section whose `map` writes its requests."""


def blamed(
    found: Difference, case: Case, tree: Node, profiles: Sequence[Mapping[str, Any]]
) -> Difference:
    """The same with the place of its value in the case, and who wrote it, and where that stands.

    `tree` is the merged ruleset, `profiles` are the documents of its sites.
    """
    at = replace(found, place=_place_in(case, found.path))
    field = _field(found.path, case.flow, tree, profiles)
    if field is not None:
        return replace(at, rule=".".join(field), rule_place=key_place(tree, field))
    return replace(at, rule_place=place_of(found.rule, tree))


def place_of(rule: str, tree: Node) -> Place | None:
    """Where the rule of a decision stands: as much of its id as names a key; None for a rule that
    is the engine's own.
    """
    path = _path_of(rule)
    while len(path) > 1:
        if find(tree, path) is not None:
            return key_place(tree, path)
        path = path[:-1]
    return None


def _path_of(rule: str) -> tuple[str, ...]:
    """`orders.lookup.ship-method` is `tables.ship-method`, `stock.ways.put` is `stock.put`."""
    flow, *rest = rule.split(".")
    if rest and rest[0] == "lookup":
        return ("tables", *rest[1:])
    if rest and rest[0] in SECTIONS:
        return (flow, *SECTIONS[rest[0]], *rest[1:])
    return (flow, *rest)


def _place_in(case: Case, path: tuple[str | int, ...]) -> Place:
    """Where the expected value stands; of one that is not there, what it should stand in."""
    while (node := find(case.node, path)) is None:
        path = path[:-1]
    return node.place


def _field(
    path: tuple[str | int, ...], flow: str, tree: Node, profiles: Sequence[Mapping[str, Any]]
) -> tuple[str, ...] | None:
    """The path of the mapping that writes a member of a body; None where none does, as of lines."""
    section = MAPPED.get(flow)
    inner = path[path.index("body") :] if "body" in path else ()
    if section is None or not inner or any(isinstance(step, int) for step in inner):
        return None
    wire = str(path[-1])
    for word in [wire, *_mapped(wire, section, tree), *_spoken(wire, profiles)]:
        for own in ((section, "map", word), (section, word)):
            if find(tree, own) is not None:
                return own
    return None


def _mapped(wire: str, section: str, tree: Node) -> Iterator[str]:
    """What the map calls a member of the wire: by its last word, `shipTo.name` too."""
    names = [name for name, _ in entries(tree, section, "map")]
    yield from (name for name in names if name.rpartition(".")[2].casefold() == wire.casefold())


def _spoken(wire: str, value: Any) -> Iterator[str]:
    """The words that a site profile writes so."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner == wire:
                yield str(name)
            yield from _spoken(wire, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _spoken(wire, inner)
