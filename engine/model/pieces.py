"""Pieces that every section of a ruleset is made of: texts with their place, predicates, fields."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Place


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath text and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Template:
    """A Jinja2 text and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A predicate with the name under which decisions cite it."""

    name: str
    when: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one member of the order to be created gets its value.

    Exactly one of `value` (JMESPath), `text` (template) and `lookup` (table name, with `value` as
    what is looked up) says where it comes from. `required`: null holds the order. `default`
    replaces null; a field that is null without a default is left out.
    """

    target: str
    place: Place
    value: Expression | None = None
    text: Template | None = None
    lookup: str | None = None
    required: bool = False
    default: str | None = None
