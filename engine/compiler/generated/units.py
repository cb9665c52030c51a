"""Generated functions, ready to be called, and their code for people to read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any, TypeAlias

from engine.compiler.generated import nodes
from engine.compiler.generated.calls import Compiler
from engine.compiler.generated.limits import UnsupportedError, cap
from engine.compiler.generated.paths import Paths
from engine.compiler.generated.runtime import NAMES
from engine.compiler.generated.translator import ROOT, Translator, refusal
from engine.compiler.generated.truth import always_boolean
from engine.compiler.generated.writer import SCOPE, Writer
from engine.compiler.syntax_tree import Node

Function: TypeAlias = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A function of a scope. Where it raises, the interpreter has to search instead."""

    function: Function
    tree: ast.FunctionDef = field(repr=False)
    constants: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The code as text, after the lists and objects that it names."""
        given = [nodes.assign(name, nodes.literal(one)) for name, one in self.constants.items()]
        return ast.unparse(_module([*given, self.tree]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One expression of several that a function evaluates: what it is for, and its tree.

    `path` are the objects that its value lies in, and its own name there; its name alone if none.
    """

    name: str
    title: str
    tree: Node = field(repr=False)
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A predicate that is asked before the members are evaluated, and what it says where it
    `stops` the record.
    """

    title: str
    tree: Node = field(repr=False)
    stops: bool


def unit_of(
    tree: Node,
    steps: int,
    compiler: type[Translator] = Compiler,
    *,
    name: str = "search",
    title: str = "",
) -> Unit:
    """The function of one expression, which never takes more than so many steps.

    `title` says above the code what it is for. Raises UnsupportedError where there is none.
    """
    writer = Writer()
    if title:
        writer.put(nodes.statement(nodes.constant(title)))
    translator = compiler(writer, Paths(writer, [tree]), cap(tree, steps))
    return _unit(name, writer, translator.value(tree, ROOT))


def unit_of_all(
    name: str,
    members: Sequence[Member],
    steps: int,
    filters: Sequence[Filter] = (),
    compiler: type[Translator] = Compiler,
) -> Unit:
    """One function for many expressions: a dict with the value of each under its name, None where
    there are filters alone.

    Of a record that a filter stops it gives the number of the first one, from 0, and has evaluated
    nothing behind it. It refuses one of which a filter says neither true nor false. Raises
    UnsupportedError where one of the expressions has no generated code.
    """
    writer = Writer()
    paths = Paths(writer, [one.tree for one in filters] + [one.tree for one in members])
    for number, one in enumerate(filters):
        writer.put(nodes.statement(nodes.constant(one.title)))
        translator = compiler(writer, paths, cap(one.tree, steps))
        writer.put(_stop(one, number, writer, translator.value(one.tree, ROOT)))
    values: list[ast.expr] = []
    for member in members:
        writer.put(nodes.statement(nodes.constant(member.title)))
        translator = compiler(writer, paths, cap(member.tree, steps))
        values.append(writer.named(translator.value(member.tree, ROOT), member.name))
    pairs = [(one.path or (one.name,), value) for one, value in zip(members, values, strict=True)]
    return _unit(name, writer, _object(pairs) if pairs else nodes.constant(None))


def _stop(one: Filter, number: int, writer: Writer, answer: ast.expr) -> ast.stmt:
    if not always_boolean(one.tree):
        answer = writer.named(answer, "answer")
        writer.put(nodes.unless(nodes.is_type(answer, "bool"), [refusal()]))
    ends = [ast.Return(value=nodes.constant(number))]
    return nodes.when(answer, ends) if one.stops else nodes.unless(answer, ends)


def _object(pairs: Sequence[tuple[tuple[str, ...], ast.expr]]) -> ast.Dict:
    """Values under their paths, as objects inside of each other."""
    names = dict.fromkeys(path[0] for path, _ in pairs)
    below = {name: [(path[1:], one) for path, one in pairs if path[0] == name] for name in names}
    keys: list[ast.expr | None] = [nodes.constant(name) for name in names]
    return ast.Dict(keys=keys, values=[_inside(found) for found in below.values()])


def _inside(pairs: Sequence[tuple[tuple[str, ...], ast.expr]]) -> ast.expr:
    ends = [value for path, value in pairs if not path]
    if ends and len(pairs) > 1:
        raise UnsupportedError  # One name for two values, or for a value and an object.
    return ends[0] if ends else _object(pairs)


def _unit(name: str, writer: Writer, value: ast.expr) -> Unit:
    body = [*writer.statements, ast.Return(value=value)]
    given = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=SCOPE)], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    tree = ast.FunctionDef(name=writer.fresh(name), args=given, body=body, decorator_list=[])
    return Unit(function=_function(tree, writer.constants), tree=tree, constants=writer.constants)


def _function(tree: ast.FunctionDef, constants: Mapping[str, Any]) -> Function:
    """The function alone, with nothing in reach but the names that generated code may use."""
    module = compile(_module([tree]), f"<generated {tree.name}>", "exec")
    (code,) = (one for one in module.co_consts if isinstance(one, CodeType))
    return FunctionType(code, {**NAMES, **constants, "__builtins__": {}})


def _module(body: list[Any]) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))
