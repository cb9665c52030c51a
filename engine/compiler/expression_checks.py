"""What is wrong with an expression that can be read: names, functions, negations, sizes."""

from __future__ import annotations

import re

from engine.compiler import functions
from engine.compiler.patterns import PatternError, cost_factors
from engine.compiler.references import Reading
from engine.compiler.syntax_tree import MAX_DEPTH, Node, children, walk
from engine.compiler.wording import did_you_mean, fix_of, within
from engine.config.library import certain
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import Expression

_PLAIN_PATH = re.compile(r"!\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?![\w.\[(])", re.ASCII)
"""A negated path of plain names, up to its end: what it was meant to be is certain."""
_TAKES_A_VALUE = frozenset(
    [
        "subexpression",
        "index_expression",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
    ]
)


def check_tree(
    expression: Expression, tree: Node, reading: Reading, roots: frozenset[str]
) -> list[Diagnostic]:
    """Every problem of a tree, in the order of the text."""
    found = [_stranger(expression, node, roots) for node in reading.strangers]
    found += [_bare(expression, node) for node in reading.bare]
    for node in walk(tree):
        if node["type"] == "function_expression":
            found += _function(expression, node)
        elif node["type"] == "literal":
            found += _literal(expression, node)
        elif node["type"] in _TAKES_A_VALUE and children(node)[0]["type"] == "not_expression":
            found.append(_negated(expression, children(node)[0]))
    return sorted(found, key=lambda problem: problem.place.column if problem.place else 0)


def too_deep(expression: Expression) -> Diagnostic:
    """The problem of an expression that is nested beyond what anybody reads."""
    return Diagnostic(
        id="expression-too-deep",
        message=f"The expression is nested more than {MAX_DEPTH} levels deep",
        place=expression.place,
        help="Split it into several rules, or use a lookup table.",
    )


def too_large(expression: Expression, why: str) -> Diagnostic:
    """The problem of an expression that is too long, or could give too much."""
    return Diagnostic(
        id="expression-too-large",
        message=f"The expression is too large: {why}",
        place=expression.place,
        help="Split it into several rules, or use a lookup table.",
    )


def _stranger(expression: Expression, node: Node, roots: frozenset[str]) -> Diagnostic:
    name = node["value"]
    if node.get("quoted"):
        advice = f"Double quotes make a name of it; a text has single quotes: '{name}'."
    else:
        advice = did_you_mean(name, roots) or f"A text has single quotes: '{name}'."
    return Diagnostic(
        id="unknown-root",
        message=f'There is no "{name}" here',
        place=_at(expression, node, len(name) + (2 if node.get("quoted") else 0)),
        found=name,
        expected=f"one of {', '.join(sorted(roots))}",
        help=advice,
    )


def _bare(expression: Expression, node: Node) -> Diagnostic:
    word = node["value"]
    return Diagnostic(
        id="bare-literal",
        message=f'A bare {word} is read as a member named "{word}"',
        place=_at(expression, node, len(word)),
        found=word,
        expected=f"`{word}`",
        help=f"Write {word} in backticks: `{word}`.",
        fix=fix_of(_at(expression, node, len(word)), word, f"`{word}`"),
    )


def _negated(expression: Expression, node: Node) -> Diagnostic:
    inner = children(node)[0]
    start = str(inner["value"]) if inner["type"] == "field" else "..."
    place, path = _at(expression, node, 1), _PLAIN_PATH.match(expression.text, node["start"])
    whole = _at(expression, node, len(path[0])) if path is not None else place
    return Diagnostic(
        id="negated-member",
        message=f"`!{start}.X` is read as `(!{start}).X`, which is always null",
        place=place,
        found=f"!{start}",
        expected=f"!({start}.X)",
        help="Put what is to be negated in parentheses.",
        fix=fix_of(whole, path[0], f"!({path[1]})") if path is not None else None,
    )


def _function(expression: Expression, node: Node) -> list[Diagnostic]:
    name = node["value"]
    arity = functions.arity(name)
    if arity is None:
        return [_unknown_function(expression, node)]
    wanted, more = arity
    given = len(children(node))
    if given < wanted or (given > wanted and not more):
        return [_wrong_arity(expression, node, f"{'at least ' if more else ''}{wanted}")]
    return _pattern(expression, children(node)[1]) if name == "matches" else []


def _unknown_function(expression: Expression, node: Node) -> Diagnostic:
    name, place = node["value"], _at(expression, node, len(node["value"]))
    meant = certain(name, functions.names())
    return Diagnostic(
        id="unknown-function",
        message=f"There is no function {name}()",
        place=place,
        found=name,
        help=did_you_mean(name, functions.names()) or "docs/functions.md lists them.",
        fix=fix_of(place, name, meant) if meant else None,
    )


def _wrong_arity(expression: Expression, node: Node, wanted: str) -> Diagnostic:
    name = node["value"]
    plural = "" if wanted == "1" else "s"
    return Diagnostic(
        id="wrong-arity",
        message=f"{name}() takes {wanted} argument{plural}, not {len(children(node))}",
        place=_at(expression, node, len(name)),
        found=str(len(children(node))),
        expected=wanted,
    )


def _pattern(expression: Expression, node: Node) -> list[Diagnostic]:
    if node["type"] != "literal" or not isinstance(node["value"], str):
        return []
    try:
        cost_factors(node["value"])
    except PatternError as error:
        return [
            Diagnostic(
                id="bad-pattern",
                message=f"This pattern is refused: {error}",
                place=_at(expression, node, len(node["value"]) + 2),
                found=node["value"],
            )
        ]
    return []


def _literal(expression: Expression, node: Node) -> list[Diagnostic]:
    """JMESPath lets a text without quotes pass inside of backticks, but only for now."""
    written = expression.text[node["start"] :]
    if not isinstance(node["value"], str) or not written.startswith("`"):
        return []
    if written[1:].lstrip().startswith('"'):
        return []
    return [
        Diagnostic(
            id="expression-syntax",
            message="Backticks hold JSON: a number, true, false, null",
            place=_at(expression, node, len(node["value"]) + 2),
            found=f"`{node['value']}`",
            expected=f"'{node['value']}'",
            help="A text has single quotes.",
        )
    ]


def _at(expression: Expression, node: Node, length: int) -> Place:
    return within(expression.place, expression.text, node["start"], length)
