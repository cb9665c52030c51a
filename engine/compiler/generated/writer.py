"""The body of a generated function while it is being written: blocks of statements, and names."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.compiler.generated import nodes
from engine.compiler.generated.runtime import NAMES

SCOPE = "scope"
_UNFIT = re.compile(r"[^A-Za-z0-9_]+")


class Writer:
    """Statements go to the innermost open block.

    `constants` are lists and objects that the code names, because they are not made anew.
    """

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._blocks: list[list[ast.stmt]] = [[]]
        self._taken = {SCOPE, *NAMES}

    @property
    def statements(self) -> list[ast.stmt]:
        """All that was written, outside of open blocks."""
        return self._blocks[0]

    def put(self, statement: ast.stmt) -> None:
        """Writes a statement."""
        self._blocks[-1].append(statement)

    def ahead(self, statement: ast.stmt) -> None:
        """Writes one that runs before all that is being written, whether that runs or not."""
        self._blocks[0].append(statement)

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """What is written meanwhile goes into this block, and nowhere else."""
        block: list[ast.stmt] = []
        self._blocks.append(block)
        yield block
        self._blocks.pop()

    def fresh(self, hint: str) -> str:
        """A name that nothing has yet and that reads like the hint."""
        plain = _UNFIT.sub("_", hint).strip("_")[:40] or "value"
        if keyword.iskeyword(plain) or plain[0].isdigit():
            plain = f"the_{plain}"
        found, count = plain, 1
        while found in self._taken:
            count += 1
            found = f"{plain}_{count}"
        self._taken.add(found)
        return found

    def named(self, value: ast.expr, hint: str) -> ast.expr:
        """The value under a name, so that it can be used more than once.

        A constant gets one too: Python warns of `1[0]` and of `1 is None`.
        """
        if isinstance(value, ast.Name):
            return value
        target = self.fresh(hint)
        self.put(nodes.assign(target, value))
        return nodes.name(target)

    def bound(self, value: Any) -> ast.expr:
        """A list or an object of the expression itself, under a name."""
        target = self.fresh("LITERAL")
        self.constants[target] = value
        return nodes.name(target)
