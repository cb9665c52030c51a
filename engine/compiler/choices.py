"""The words that a ruleset lists of an order's statuses, and how much its filter has read.

These are lists in the YAML, no expressions: they are looked up in the merged tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.compiler.findings import unknown_word
from engine.compiler.selection import LetterCase
from engine.config.nodes import Node, ScalarNode, entries, find, key_place, scalars
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


def _listed(tree: Node | None, paths: tuple[tuple[str, ...], ...]) -> Iterator[ScalarNode]:
    for path in paths:
        if find(tree, path) is not None:
            yield from scalars(tree, *path)
            yield from scalars(tree, *path, "not")
