"""When an expression is worth a function of its own: not before it was searched often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import Function, unit_of
from engine.compiler.syntax_tree import Node

OFTEN = 50
"""Searches after which a function has been cheaper: writing it costs as much as these."""
REFUSALS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What generated code raises where it leaves the search to the interpreter."""


class Lazily:
    """How often an expression was searched, and its function once that is often."""

    __slots__ = ("_count", "_function")

    def __init__(self) -> None:
        self._count = 0
        self._function: Function | None = None

    def __call__(self, tree: Node, steps: int, scope: Mapping[str, Any]) -> tuple[bool, Any]:
        """Whether the function has the value, and the value; else the interpreter has to search.

        `tree` is the same each time, and so is the number of steps that a search may take.
        """
        function = self._function or self._counted(tree, steps)
        if function is None:
            return False, None
        try:
            return True, function(scope)
        except REFUSALS:
            return False, None

    def _counted(self, tree: Node, steps: int) -> Function | None:
        self._count += 1
        if self._count == OFTEN:
            self._function = _written(tree, steps)
        return self._function


def _written(tree: Node, steps: int) -> Function | None:
    try:
        return unit_of(tree, steps).function
    except UnsupportedError:
        return None
