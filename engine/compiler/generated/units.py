"""Generated functions, ready to be called, and their code for people to read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any, TypeAlias

from engine.compiler.generated import nodes
from engine.compiler.generated.calls import Compiler
from engine.compiler.generated.limits import cap
from engine.compiler.generated.paths import Paths
from engine.compiler.generated.runtime import NAMES
from engine.compiler.generated.translator import ROOT, Translator
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
    """One expression of several that a function evaluates: what it is for, and its tree."""

    name: str
    title: str
    tree: Node = field(repr=False)


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
    translator = compiler(writer, Paths(writer, [tree]), cap(tree, steps))
    value = translator.value(tree, ROOT)
    if title:
        writer.first.insert(0, nodes.statement(nodes.constant(title)))
    return _unit(name, writer, value)


def unit_of_all(name: str, members: list[Member], steps: int) -> Unit:
    """One function for many expressions: a dict with the value of each under its name.

    Raises UnsupportedError where one of them has no generated code.
    """
    writer = Writer()
    paths = Paths(writer, [member.tree for member in members])
    values = []
    for member in members:
        writer.put(nodes.statement(nodes.constant(member.title)))
        translator = Compiler(writer, paths, cap(member.tree, steps))
        values.append(writer.named(translator.value(member.tree, ROOT), member.name))
    keys: list[ast.expr | None] = [nodes.constant(member.name) for member in members]
    return _unit(name, writer, ast.Dict(keys=keys, values=values))


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
