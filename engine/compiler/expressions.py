"""The door to JMESPath: an expression of a ruleset is checked once and searched many times."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

from jmespath import exceptions, visitor
from jmespath.parser import Parser

from engine.compiler import functions
from engine.compiler.expression_checks import check_tree, too_deep, too_large
from engine.compiler.generated.lazily import Lazily
from engine.compiler.references import Path, read_tree, shortest
from engine.compiler.syntax_tree import MAX_DEPTH, MAX_GROWTH, Node, depth, growth
from engine.compiler.wording import within
from engine.diagnostics import Diagnostic, Place
from engine.errors import CrossdockError
from engine.model.ruleset import Expression

MAX_LENGTH = 1_000
MAX_STEPS = 500_000
"""About half a second of work. A step is a node that is visited; one that makes a large value, not
one that hands it on, counts for several.
"""
_SHORT = 1_000

_TOKENS = {
    "rparen": "`)`",
    "rbracket": "`]`",
    "rbrace": "`}`",
    "colon": "`:`",
    "comma": "`,`",
    "quoted_identifier": "a name",
    "unquoted_identifier": "a name",
}
_HELP = {
    "NUMBER": "A number is written in backticks: `5`.",
    "QUOTED_IDENTIFIER": "Double quotes are for names of members; a text has single quotes.",
    "UNQUOTED_IDENTIFIER": "A text has single quotes: 'Cleared'.",
}


class ExpressionError(CrossdockError):
    """An expression has no result for this record; the text holds nothing of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledExpression:
    """An expression that has been checked.

    `references` are the paths that it reads, from the members of the scope on; what lies below a
    path is read as well. `tree` is plain data, see `engine.compiler.syntax_tree`. What is searched
    often has a function, `fast`: same values, only sooner.
    """

    source: Expression
    references: frozenset[Path]
    tree: Node = field(repr=False, compare=False)
    fast: Lazily = field(default_factory=Lazily, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.source.text

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.source.place

    def search(self, scope: Mapping[str, Any]) -> Any:
        """The value in a scope of plain data: text, number, boolean, None, list or dict.

        Raises ExpressionError where a function fails, the work is above `MAX_STEPS` or the result
        above 1 MiB.
        """
        done, value = self.fast(self.tree, MAX_STEPS, scope)
        if not done:
            return interpreted(self.tree, scope)
        return settled(value)


def interpreted(tree: Node, scope: Mapping[str, Any]) -> Any:
    """The value as the interpreter finds it, who is the judge of what is right."""
    try:
        result = _Interpreter().visit(cast("Any", tree), scope)
    except functions.FunctionError as error:
        raise ExpressionError(str(error)) from error
    except exceptions.JMESPathTypeError as error:
        raise ExpressionError(_type_reason(error)) from None
    except (ArithmeticError, RecursionError, TypeError, ValueError):
        # Their texts may quote the record.
        raise ExpressionError("its values do not fit what is done with them") from None
    return settled(result)


def settled(result: Any) -> Any:
    """A result that is plain data and not too large; raises ExpressionError for any other."""
    # The usual ones are seen at a glance.
    if result is None or type(result) is int or result is True or result is False:
        return result
    if type(result) is str and len(result) < _SHORT:
        return result
    try:
        size = functions.size_of(result)
    except functions.FunctionError as error:
        raise ExpressionError(str(error)) from error
    if size > functions.MAX_RESULT:
        raise ExpressionError("the result is larger than 1 MiB")
    return result


def compile_expression(
    expression: Expression, roots: frozenset[str]
) -> tuple[CompiledExpression | None, list[Diagnostic]]:
    """Checks an expression that will be searched in scopes with the members `roots`.

    Returns it, or None and every problem found, each with its place.
    """
    if len(expression.text) > MAX_LENGTH:
        return None, [too_large(expression, f"it has more than {MAX_LENGTH} characters")]
    sound = _sound(expression.text, roots)
    if sound is None:
        return _compiled(expression, roots)
    return replace(sound, source=expression), []


@lru_cache(maxsize=1_024)
def _sound(text: str, roots: frozenset[str]) -> CompiledExpression | None:
    """An expression in which nothing is wrong, wherever it stands: customers share many, and so
    they do the function that one of them has searched often enough for.
    """
    return _compiled(Expression(text, Place("", 1, 1)), roots)[0]


def _compiled(
    expression: Expression, roots: frozenset[str]
) -> tuple[CompiledExpression | None, list[Diagnostic]]:
    tree = _parse(expression)
    if isinstance(tree, Diagnostic):
        return None, [tree]
    if depth(tree) > MAX_DEPTH:
        return None, [too_deep(expression)]
    if growth(tree) > MAX_GROWTH:
        return None, [too_large(expression, f"it may give over {MAX_GROWTH} copies of its input")]
    reading = read_tree(tree, roots)
    problems = check_tree(expression, tree, reading, roots)
    if problems:
        return None, problems
    references = shortest(reading.paths)
    return CompiledExpression(source=expression, references=references, tree=tree), []


_PACK = functions.Pack()
_OPTIONS = visitor.Options(custom_functions=_PACK)


class _Interpreter(visitor.TreeInterpreter):
    """One search. It counts what it does: an expression that is short may still do much with a
    record that is long, and `map` of a list written out needs no record for it.
    """

    def __init__(self) -> None:
        super().__init__(_OPTIONS)
        self._left = MAX_STEPS

    def visit(self, node: Any, *arguments: Any, **more: Any) -> Any:
        result = super().visit(node, *arguments, **more)
        self._spend(functions.steps_of(node, result))
        return result

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        arguments = [self.visit(child, value) for child in node["children"]]
        self._spend(functions.weight_of_call(node["value"], arguments))
        return _PACK.call_function(node["value"], arguments)

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise ExpressionError(f"it takes more than {MAX_STEPS:,} steps for this record")


# The parser's own rules, by name: its type stubs leave them out.
_LIBRARY: Mapping[str, Any] = vars(Parser)


class _PlacedParser(Parser):
    """JMESPath's parser, whose nodes also say at which offset they start."""

    def __init__(self) -> None:
        super().__init__()
        # The library shares one cache among all parsers; our nodes must not get into it.
        self._CACHE: dict[str, Any] = {}
        self.wanted: str | list[str] | None = None

    def _token_nud_unquoted_identifier(self, token: Node) -> Node:
        return {"type": "field", "children": [], "value": token["value"], "start": token["start"]}

    def _token_nud_quoted_identifier(self, token: Node) -> Node:
        node: Node = _LIBRARY["_token_nud_quoted_identifier"](self, token)
        return {**node, "start": token["start"], "quoted": True}

    def _token_nud_literal(self, token: Node) -> Node:
        return {"type": "literal", "children": [], "value": token["value"], "start": token["start"]}

    def _token_nud_not(self, token: Node) -> Node:
        node: Node = _LIBRARY["_token_nud_not"](self, token)
        return {**node, "start": token["start"]}

    def _token_led_lparen(self, left: Node) -> Node:
        node: Node = _LIBRARY["_token_led_lparen"](self, left)
        return {**node, "start": left["start"]}

    def _raise_parse_error_maybe_eof(self, expected_type: str | list[str], token: Node) -> None:
        self.wanted = expected_type
        _LIBRARY["_raise_parse_error_maybe_eof"](self, expected_type, token)


def _parse(expression: Expression) -> Node | Diagnostic:
    parser = _PlacedParser()
    try:
        with warnings.catch_warnings():
            # `Cleared` in backticks, which is no JSON, only warns; check_tree refuses it.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            return cast("Node", parser.parse(expression.text).parsed)
    except exceptions.EmptyExpressionError:
        return _syntax(expression, 0, "is empty", None)
    except exceptions.IncompleteExpressionError:
        return _syntax(expression, len(expression.text), "ends too early", _expected(parser))
    except exceptions.LexerError as error:
        return _lexical(expression, error)
    except exceptions.ParseError as error:
        token = str(error.token_value)
        problem = f"does not go on with `{token}`" if token else "ends too early"
        return _syntax(
            expression, error.lex_position, problem, _expected(parser), _HELP.get(error.token_type)
        )
    except RecursionError:
        return too_deep(expression)


def _lexical(expression: Expression, error: exceptions.LexerError) -> Diagnostic:
    rest = expression.text[error.lexer_position :]
    if rest[:1] in ("'", '"', "`"):
        return _syntax(expression, error.lexer_position, f"has a bad or open {rest[:1]}", None)
    helps = {
        "=": "Two values are compared with `==`.",
        "&": "And is `&&`.",
        "$": "There is no `$`.",
    }
    problem = f"cannot have `{rest[:1]}` here"
    return _syntax(expression, error.lexer_position, problem, None, helps.get(rest[:1]))


def _expected(parser: _PlacedParser) -> str | None:
    wanted = [parser.wanted] if isinstance(parser.wanted, str) else parser.wanted or []
    words = dict.fromkeys(_TOKENS.get(kind, kind) for kind in wanted)
    return " or ".join(words) or None


def _syntax(
    expression: Expression,
    offset: int,
    problem: str,
    expected: str | None,
    advice: str | None = None,
) -> Diagnostic:
    return Diagnostic(
        id="expression-syntax",
        message=f"The expression {problem}",
        place=within(expression.place, expression.text, offset),
        found=expression.text[offset : offset + 20] or "the end",
        expected=expected,
        help=advice,
    )


def _type_reason(error: exceptions.JMESPathTypeError) -> str:
    wanted = " or ".join(error.expected_types)
    return f"{error.function_name}() needs {wanted} and was given {error.actual_type}"
