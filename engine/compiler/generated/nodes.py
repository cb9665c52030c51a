"""Small pieces of Python's syntax tree. Code is put together of these, never of text."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


def name(text: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(id=text, ctx=ast.Load())


def constant(value: Any) -> ast.Constant:
    """A text, number, boolean or None that is written out."""
    return ast.Constant(value=value)


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    """`function(arguments)`."""
    called = name(function) if isinstance(function, str) else function
    return ast.Call(func=called, args=list(arguments), keywords=[])


def method(value: ast.expr, called: str, *arguments: ast.expr) -> ast.Call:
    """`value.called(arguments)`."""
    return call(attribute(value, called), *arguments)


def attribute(value: ast.expr, of: str) -> ast.Attribute:
    """`value.of`."""
    return ast.Attribute(value=value, attr=of, ctx=ast.Load())


def subscript(value: ast.expr, index: ast.expr) -> ast.Subscript:
    """`value[index]`."""
    return ast.Subscript(value=value, slice=index, ctx=ast.Load())


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    """`left operator right`."""
    return ast.Compare(left=left, ops=[operator], comparators=[right])


def is_none(value: ast.expr) -> ast.Compare:
    """`value is None`."""
    return compare(value, ast.Is(), constant(None))


def both(*tests: ast.expr) -> ast.BoolOp:
    """`one and other`."""
    return ast.BoolOp(op=ast.And(), values=list(tests))


def either(*tests: ast.expr) -> ast.BoolOp:
    """`one or other`."""
    return ast.BoolOp(op=ast.Or(), values=list(tests))


def negated(test: ast.expr) -> ast.UnaryOp:
    """`not test`."""
    return ast.UnaryOp(op=ast.Not(), operand=test)


def choice(test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.IfExp:
    """`yes if test else no`."""
    return ast.IfExp(test=test, body=yes, orelse=no)


def is_type(value: ast.expr, wanted: str) -> ast.Compare:
    """`type(value) is wanted`."""
    return compare(call("type", value), ast.Is(), name(wanted))


def is_list(value: ast.expr) -> ast.Call:
    """`isinstance(value, list)`."""
    return call("isinstance", value, name("list"))


def longer(value: ast.expr, most: int) -> ast.Compare:
    """`len(value) > most`."""
    return compare(call("len", value), ast.Gt(), constant(most))


def assign(target: str, value: ast.expr) -> ast.Assign:
    """`target = value`."""
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def when(test: ast.expr, body: Sequence[ast.stmt]) -> ast.If:
    """`if test: body`."""
    return ast.If(test=test, body=list(body), orelse=[])


def unless(test: ast.expr, body: Sequence[ast.stmt]) -> ast.If:
    """`if not test: body`, in the words of one who writes it."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return when(test.operand, body)
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        return when(compare(test.left, ast.IsNot(), test.comparators[0]), body)
    return when(negated(test), body)


def loop(item: str, values: ast.expr, body: Sequence[ast.stmt]) -> ast.For:
    """`for item in values: body`."""
    target = ast.Name(id=item, ctx=ast.Store())
    return ast.For(target=target, iter=values, body=list(body), orelse=[])


def statement(value: ast.expr) -> ast.Expr:
    """An expression that stands alone."""
    return ast.Expr(value=value)


def literal(value: Any) -> ast.expr:
    """A plain value as it is written in Python, for the eye: lists and objects too."""
    if isinstance(value, list):
        return ast.List(elts=[literal(one) for one in value], ctx=ast.Load())
    if isinstance(value, dict):
        keys: list[ast.expr | None] = [constant(key) for key in value]
        return ast.Dict(keys=keys, values=[literal(one) for one in value.values()])
    return constant(value)
