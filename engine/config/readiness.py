"""What is still to be done before a ruleset goes live: marks to fill in, values that `init` wrote,
limits that nobody has set.

Works on any tree, also one that the schema refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.config.nodes import MapNode, Node, entries, find, key_place, leaves, plain_at
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic, Place

MARK = re.compile(r"todo|tbd|fixme|change[-_ ]?me|xxx+|\?\?\?+|<[^<>]+>", re.IGNORECASE)
TEXTS = ("map", "tables")  # What is written into orders may be any text, one in <> too.
STARTER: dict[str, Any] = {
    "profiles": {"us": 12000123},
    "links": {"east": {"dc": "EAST3PL", "areas": ["MAIN", "BULK"], "pick": "MAIN", "stock": "us"}},
}
"""What `crossdock init` writes: a test holds it against the starter."""
SURE = frozenset(["documented", "seen"])


def placeholders(tree: Node, path: tuple[str, ...] = ()) -> Iterator[Diagnostic]:
    """Every value that is a mark to come back to, such as tbd."""
    if not isinstance(tree, MapNode):
        for leaf in leaves(tree):
            if MARK.fullmatch(leaf.text.strip()) and not _is_text(leaf.text, path):
                yield _placeholder(leaf.text, leaf.place, path)
        return
    for key, entry in tree.entries.items():
        yield from placeholders(entry.node, (*path, key))


def of_go_live(tree: Node) -> Iterator[Diagnostic]:
    """What a go-live asks of a ruleset, beyond that it is right."""
    yield from _values_of_init(tree)
    yield from _no_gate(tree)


def assumed(profile: Mapping[str, Any], place: Place) -> Iterator[Diagnostic]:
    """The parts of a site profile that nobody has compared with the site itself."""
    endpoints = [one.get("mark") for one in profile.get("endpoints", {}).values()]
    marks = [*endpoints, *profile.get("marks", {}).values()]
    unsure = sum(1 for mark in marks if mark not in SURE)
    if unsure:
        yield Diagnostic(
            id="assumed-profile",
            message=f"{unsure} of {len(marks)} parts of this site profile are only assumed",
            place=place,
            severity="warning",
            expected="parts that are marked documented or seen",
            help="`crossdock check` names them: compare each with the site's API Docs screen",
        )


def _is_text(text: str, path: tuple[str, ...]) -> bool:
    return text.strip().startswith("<") and any(part in path for part in TEXTS)


def _placeholder(text: str, place: Place, path: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(
        id="placeholder",
        message=f"{'.'.join(path)} is still to be filled in",
        place=place,
        found=quoted(text.strip()),
        help="write the value, or take the key out",
    )


def _values_of_init(tree: Node) -> Iterator[Diagnostic]:
    profiles = find(tree, ["profiles"])
    if profiles is not None and all(plain_at(tree, key) == STARTER[key] for key in STARTER):
        first = next((entry.node.place for _, entry in entries(profiles)), profiles.place)
        yield Diagnostic(
            id="values-of-init",
            message="profiles and links are those that `crossdock init` wrote",
            place=first,
            expected="the customer's own profile id, DC and areas",
            found="what the sandbox has",
            help="write the customer's own: `crossdock check` asks both systems for them",
        )


def _no_gate(tree: Node) -> Iterator[Diagnostic]:
    if find(tree, ["orders"]) is None or find(tree, ["gates", "orders.create"]) is not None:
        return
    yield Diagnostic(
        id="no-gate",
        message="nothing limits how many orders one pass creates",
        place=key_place(tree, ["orders"]),
        expected="gates: {orders.create: {max: N}}",
        help="take a good day's orders and some more: above it a person looks first",
    )
