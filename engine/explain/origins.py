"""What each member of a request comes from: the members of the record that were really read, the
text of the ruleset with its place, the functions in it, and the row of the table. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import ExpressionError
from engine.compiler.lookup import Found, look_up
from engine.compiler.orders import CompiledOrders
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.templates import CompiledTemplate, TemplateError
from engine.compiler.tracing import (
    filters_of,
    functions_of,
    reads_of_expression,
    reads_of_template,
)
from engine.diagnostics import Place
from engine.explain.lines import line_origins
from engine.explain.sources import STARS, Seeing, Source
from engine.flows.fields import Ids, raw_of, text_of, value_of
from engine.flows.orders_draft import PartDraft
from engine.flows.orders_fields import IDS
from engine.flows.orders_parts import Problem
from engine.model.desired import DesiredOrder
from engine.model.order import Order

Kind = Literal["expression", "template", "rule", "constant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The row of a table that gave a value; `default`: there is none, and the table's default did.

    `place` is the row's own, or that of the default; the key is starred out where it is a buyer's.
    """

    table: str
    key: str | None
    value: str | None
    place: Place | None
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One member of a request under its name in the ruleset, its value (starred out where it holds
    buyer's data), and all that this hangs on. `problem` says why there is no value where that
    keeps the record back. `note`: what is to be known beside it.
    """

    target: str
    value: Any
    kind: Kind
    text: str = ""
    place: Place | None = None
    functions: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    row: Row | None = None
    problem: str = ""
    note: str = ""


def field_origin(
    field: CompiledField, scope: Mapping[str, Any], ids: Ids, seeing: Seeing
) -> Origin:
    """One mapped member of one record."""
    value = value_of(field, scope, ids)
    held = value.reason if isinstance(value, Problem) else ""
    told = None if isinstance(value, Problem) else value
    text = field.text or field.value
    return Origin(
        target=field.rule.target,
        value=_masked(told, hidden=field.private),
        kind="template" if field.text is not None else "expression",
        text=text.text if text is not None else "",
        place=text.place if text is not None else field.rule.place,
        functions=_functions(text),
        sources=_sources(text, scope, seeing),
        row=_row(field, scope, seeing),
        problem=held,
        note=_defaulted(field, scope),
    )


def order_origins(
    compiled: CompiledOrders, order: Order, part: PartDraft, desired: DesiredOrder, seeing: Seeing
) -> tuple[Origin, ...]:
    """Every member of the order that is to be created for a part: its number, area and state, the
    mapped members, and its lines.
    """
    fields = (
        field_origin(field, part.scope, IDS, seeing)
        for field in compiled.fields
        if field.rule.target in desired.fields
    )
    lines = (
        Origin(kind="rule", **told)
        for told in line_origins(compiled.rules, order, part, desired, seeing.places)
    )
    return (
        _number(compiled, part, seeing),
        *_whereto(compiled, part, desired, seeing),
        *fields,
        *lines,
    )


def predicate_sources(
    predicate: CompiledPredicate, scope: Mapping[str, Any], seeing: Seeing
) -> tuple[Source, ...]:
    """What a predicate looked at to come to its answer."""
    return _sources(predicate.expression, scope, seeing)


def _number(compiled: CompiledOrders, part: PartDraft, seeing: Seeing) -> Origin:
    kept = part.binding is not None
    return Origin(
        target="number",
        value=part.number,
        kind="template",
        text=compiled.number.text,
        place=compiled.number.place,
        functions=filters_of(compiled.number),
        sources=_sources(compiled.number, part.scope, seeing),
        note="it keeps the number under which it was sent" if kept else "",
    )


def _whereto(
    compiled: CompiledOrders, part: PartDraft, desired: DesiredOrder, seeing: Seeing
) -> Iterator[Origin]:
    link = part.part.link
    if desired.area is not None:
        yield Origin(
            target="area",
            value=desired.area,
            kind="rule",
            text=f"links.{link.name}.pick",
            place=seeing.places.at("links", link.name, "pick") or link.place,
            note=f"the part of DC {link.dc}",
        )
    for rule in compiled.wos_hold:
        yield Origin(
            target="hold",
            value=desired.hold,
            kind="expression",
            text=rule.predicate.text,
            place=rule.predicate.place,
            functions=functions_of(rule.predicate.expression),
            sources=predicate_sources(rule.predicate, part.scope, seeing),
            note=rule.id,
        )


def _functions(text: Any) -> tuple[str, ...]:
    if text is None:
        return ()
    return filters_of(text) if isinstance(text, CompiledTemplate) else functions_of(text)


def _sources(text: Any, scope: Mapping[str, Any], seeing: Seeing) -> tuple[Source, ...]:
    if text is None:
        return ()
    if isinstance(text, CompiledTemplate):
        return seeing.sources(reads_of_template(text, scope))
    return seeing.sources(reads_of_expression(text, scope))


def _row(field: CompiledField, scope: Mapping[str, Any], seeing: Seeing) -> Row | None:
    """The row that was found; None where no table is asked, or has no answer."""
    key = looked_up(field, scope)
    if field.table is None or key is None:
        return None
    found = look_up(field.table, key)
    if not isinstance(found, Found):
        return None
    own = key in field.table.rows
    where = ("rows", key) if own else ("default",)
    # The line of a row would tell what a buyer's member holds.
    place = None if field.private else seeing.places.at("tables", field.table.name, *where)
    return Row(
        table=field.table.name,
        key=_masked(key, hidden=field.private),
        value=_masked(found.value, hidden=field.private),
        place=place or field.table.place,
        default=not own,
    )


def looked_up(field: CompiledField, scope: Mapping[str, Any]) -> str | None:
    """What is looked up in a member's table; None where there is nothing to look up."""
    if field.table is None:
        return None
    bare = replace(field.rule, default=None, required=False)
    value = text_of(replace(field, table=None, rule=bare), scope, IDS)
    return None if isinstance(value, Problem) else value


def _computed(field: CompiledField, scope: Mapping[str, Any]) -> Any:
    try:
        return raw_of(field, scope)
    except (ExpressionError, TemplateError):
        return None


def _defaulted(field: CompiledField, scope: Mapping[str, Any]) -> str:
    if field.rule.default is None or _computed(field, scope) is not None:
        return ""
    return "null in the record: its default stands in"


def _masked(value: Any, *, hidden: bool) -> Any:
    return STARS if hidden and value not in (None, "") else value
