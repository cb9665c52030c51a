"""The words that a ruleset lists of an order's statuses, and how much its filter has read.

These are lists in the YAML, no expressions: they are looked up in the merged tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.compiler.findings import unknown_word
from engine.compiler.seen import Seen, unseen_word
from engine.compiler.selection import LetterCase
from engine.compiler.shapes import Shape
from engine.config.nodes import Node, ScalarNode, entries, find, key_place, scalars, text_of
from engine.diagnostics import Diagnostic

LISTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "shipping": (
        ("orders", "only", "shipping"),
        ("orders", "changes", "cancelled-when"),
        ("shipments", "cancelled"),
    ),
    "payment": (("orders", "only", "payment"),),
    "checkout": (("orders", "only", "checkout"),),
    "allocation": (("orders", "not-open"), ("shipments", "shipped")),
}
"""Status -> where a ruleset lists its words."""
_WIDE = frozenset(["profile", "where"])
"""Criteria that leave a read as wide as it was: all orders are of some profile."""
LINKED = "linked"
"""Instead of DCs: those of all links."""
_WORD = re.compile(r"\w+")
_TAGS = ("orders", "only", "tags")


def check_words(
    tree: Node | None, words: Mapping[str, frozenset[str]], letter_case: LetterCase
) -> Iterator[Diagnostic]:
    """Every listed word that no status can be; `words` are those of the statuses that are known."""
    for status, paths in LISTS.items():
        for one in _listed(tree, paths) if status in words else ():
            known = words[status]
            folded = {word.casefold() for word in known}
            text = str(one.value)
            if text not in known and (letter_case == "exact" or text.casefold() not in folded):
                yield unknown_word(text, known, one.inner, marked=text)


def check_width(tree: Node | None, local: frozenset[str]) -> Iterator[Diagnostic]:
    """That a filter by tags alone reads every order; `local` are criteria the channel cannot do."""
    given = {name for name, _ in entries(tree, "orders", "only")}
    if tree is not None and "tags" in given & local and not given - local - _WIDE:
        yield Diagnostic(
            id="wide-read",
            message="The channel cannot filter by tags: every order of the profile is read that is"
            " not exported yet",
            place=key_place(tree, _TAGS),
            severity="warning",
            help="Add what it can filter by: payment, shipping, checkout, dc, site or skus.",
        )


def check_names(tree: Node | None, seen: Seen) -> Iterator[Diagnostic]:
    """Tags and DCs that a ruleset lists, of which a record has another spelling."""
    links = tuple(("links", name, "dc") for name, _ in entries(tree, "links"))
    listed = {"the tag": (_TAGS,), "the DC": (("orders", "only", "dc"), *links)}
    for what, paths in listed.items():
        for one in _listed(tree, paths):
            known = seen.of(what) if isinstance(one.value, str) and one.value != LINKED else {}
            found = unseen_word(str(one.value), what, known, one.inner)
            if found is not None:
                yield found


def check_rows(tree: Node | None, scope: Shape, seen: Seen) -> Iterator[Diagnostic]:
    """Rows of tables that are asked by a text that the seller chose, which no record has, while one
    has a text a slip away that has no row. Mappings may ask in small letters.
    """
    for what, table in _asked(tree, scope):
        known = {name.casefold(): place for name, place in seen.of(what).items()}
        rows = {
            name.casefold(): (name, row) for name, row in entries(tree, "tables", table, "rows")
        }
        unmet = {name: place for name, place in known.items() if name not in rows}
        for folded, (name, row) in rows.items():
            found = unseen_word(folded, what, unmet, row.key_place) if folded not in known else None
            if found is not None:
                yield replace(found, found=name)


def _asked(tree: Node | None, scope: Shape) -> Iterator[tuple[str, str]]:
    """The tables that mappings of orders ask by a text that the seller chose, and what that is."""
    members = [pair for root in scope.members.values() for pair in root.members.items()]
    names = {name: one.named for name, one in members if one.named and not one.several}
    for _, entry in entries(tree, "orders", "map"):
        table, asked = text_of(find(entry.node, ["lookup"])), text_of(find(entry.node, ["of"]))
        for word in _WORD.findall(asked or ""):
            if table is not None and word in names:
                yield names[word], table


def _listed(tree: Node | None, paths: tuple[tuple[str, ...], ...]) -> Iterator[ScalarNode]:
    for path in paths:
        if find(tree, path) is not None:
            yield from scalars(tree, *path)
            yield from scalars(tree, *path, "not")
