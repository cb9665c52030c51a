"""What an expression or a template of a ruleset gives for the record of a case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.cases.reading import read_case
from engine.cases.samples import Scope, samples
from engine.cases.suite import case_schema, files_of
from engine.compiler.expressions import compile_expression
from engine.compiler.templates import compile_template
from engine.customers import load_customer
from engine.errors import CrossdockError
from engine.lsp.desk import Desk
from engine.lsp.spots import Spot
from engine.model.pieces import Expression, Template

MOST = 200
"""A value is shown this long at most."""
SECTIONS = "orders", "items"
PREDICATES = "skip", "hold", "wos-hold"
NAMED = 2
"""A predicate and a mapping stand under a name of their own."""


def value_at(spot: Spot, customer: str, desk: Desk) -> Iterator[str]:
    """What the text at a spot gives for the first case with a record of its section; nothing where
    it is no expression, or where the customer has no such case or cannot be read.
    """
    piece = piece_at(spot)
    if piece is None:
        return
    try:
        sample = _samples(customer, desk).get(spot.keys[0])
    except CrossdockError:
        return
    if sample is not None:
        file, scope = sample
        yield f"{_value(piece, scope)} for {file}"


def piece_at(spot: Spot) -> Expression | Template | None:
    """The expression or template at a spot, None for any other text."""
    scalar = spot.scalar
    if scalar is None or not isinstance(scalar.value, str):
        return None
    if _is_template(spot.keys):
        return Template(text=scalar.value, place=scalar.inner)
    if _is_expression(spot.keys):
        return Expression(text=scalar.value, place=scalar.inner)
    return None


def _is_template(keys: tuple[str, ...]) -> bool:
    return keys == ("orders", "number") or (keys[1:2] == ("map",) and keys[3:] == ("text",))


def _is_expression(keys: tuple[str, ...]) -> bool:
    section, rest = keys[0], keys[1:]
    is_predicate = rest == ("only", "where") or (len(rest) == NAMED and rest[0] in PREDICATES)
    is_mapped = rest[:1] == ("map",) and rest[NAMED:] in ((), ("from",), ("of",))
    return section in SECTIONS and (is_predicate or is_mapped)


def shown(value: object) -> str:
    """A value as JSON in a line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= MOST else text[:MOST] + '…'}`"


def _samples(customer: str, desk: Desk) -> Mapping[str, tuple[str, Scope]]:
    loaded, _ = load_customer(desk, customer, "draft")
    if loaded is None:
        return {}
    schema = case_schema(desk)
    found = []
    for path in files_of(desk.root, customer):
        text = desk.text_of(path)
        case = read_case(customer, text.file, text.text, schema)[0] if text is not None else None
        found += [case] if case is not None else []
    return samples(loaded, found)


def _value(piece: Expression | Template, scope: Scope) -> str:
    try:
        return shown(_result(piece, scope))
    except CrossdockError as error:
        return f"No value: {error.summary}"


def _result(piece: Expression | Template, scope: Mapping[str, Any]) -> Any:
    """Raises CrossdockError where it has no result."""
    roots = frozenset(scope)
    if isinstance(piece, Template):
        template, _ = compile_template(piece, roots)
        return template.render(scope) if template is not None else None
    expression, _ = compile_expression(piece, roots)
    return expression.search(scope) if expression is not None else None
