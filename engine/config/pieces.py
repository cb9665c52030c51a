"""Pieces that several sections of a valid tree have: expressions, predicates, fields, lists."""

from __future__ import annotations

from engine.config.nodes import Entry, ListNode, Node, ScalarNode, entries, find, plain_at
from engine.model.ruleset import Expression, FieldRule, NamedRule, Template


def scalar(node: Node | None) -> ScalarNode:
    """A scalar that the schema has let through; raises TypeError for anything else."""
    if not isinstance(node, ScalarNode):
        raise TypeError("the schema let a text through that is none")
    return node


def expression(node: Node | None) -> Expression:
    """The expression that is written here."""
    found = scalar(node)
    return Expression(found.text, found.inner)


def named_rules(node: Node, section: str) -> tuple[NamedRule, ...]:
    """The named predicates of a section."""
    return tuple(NamedRule(name, expression(entry.node)) for name, entry in entries(node, section))


def field_rule(target: str, entry: Entry) -> FieldRule:
    """How one member gets its value."""
    given = entry.node
    if isinstance(given, ScalarNode):
        return FieldRule(target=target, place=entry.key_place, value=expression(given))
    source = find(given, ["of"]) or find(given, ["from"])
    text = find(given, ["text"])
    written = scalar(text) if text is not None else None
    return FieldRule(
        target=target,
        place=entry.key_place,
        value=expression(source) if source is not None else None,
        text=Template(written.text, written.inner) if written else None,
        lookup=plain_at(given, "lookup"),
        required=bool(plain_at(given, "required")),
        default=plain_at(given, "default"),
    )


def texts(node: Node, *path: str) -> frozenset[str]:
    """The list of texts at a path; empty where there is none."""
    found = find(node, path)
    return frozenset(found.plain()) if isinstance(found, ListNode) else frozenset()
