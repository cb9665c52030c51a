"""Generated code gives what the interpreter gives, or leaves the search to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from engine.compiler.expressions import CompiledExpression
from engine.compiler.generated.calls import Compiler
from tests.unit.compiler.differential import (
    FIXED,
    compiled_or_none,
    judged,
    ran,
    short_texts,
    written,
)
from tests.unit.compiler.faulty import FAULTY


@cache
def cases() -> list[tuple[CompiledExpression, list[str]]]:
    """Every short expression with what the interpreter says of it for each value."""
    found = [one for one in map(compiled_or_none, short_texts()) if one is not None]
    return [(one, [judged(one, scope) for scope in FIXED]) for one in found]


def wrong(compiler: type[Compiler]) -> Iterator[str]:
    """The short searches in which the code of a compiler differs from the interpreter."""
    for one, verdicts in cases():
        function = written(one, compiler)
        for scope, verdict in zip(FIXED, verdicts, strict=True):
            if ran(function, scope) not in (None, verdict):
                yield one.text


def test_every_way_to_put_expressions_together_agrees() -> None:
    """Each form of the language and each function, over values of every kind."""
    assert len(cases()) * len(FIXED) > 3_000
    assert list(wrong(Compiler)) == []


@pytest.mark.parametrize("compiler", FAULTY(), ids=lambda one: one.__name__)
def test_a_fault_of_the_compiler_is_seen(compiler: type[Compiler]) -> None:
    """Each deliberate fault gives another result in one of the same searches."""
    assert next(wrong(compiler), None) is not None
