"""Generated code gives what the interpreter gives, or leaves the search to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from engine.compiler.expressions import CompiledExpression
from engine.compiler.generated.calls import Compiler
from tests.unit.compiler.differential import (
    FIXED,
    compiled_or_none,
    generated,
    judged,
    short_texts,
)
from tests.unit.compiler.faulty import FAULTY


@cache
def cases() -> list[tuple[CompiledExpression, Any, str]]:
    """Every short search with what the interpreter says of it."""
    found = [one for one in map(compiled_or_none, short_texts()) if one is not None]
    return [(one, scope, judged(one, scope)) for one in found for scope in FIXED]


def wrong(compiler: type[Compiler]) -> Iterator[str]:
    """The short searches in which the code of a compiler differs from the interpreter."""
    for one, scope, verdict in cases():
        if generated(one, scope, compiler) not in (None, verdict):
            yield one.text


def test_every_way_to_put_expressions_together_agrees() -> None:
    """Each form of the language and each function, over values of every kind."""
    assert len(cases()) > 3_000
    assert list(wrong(Compiler)) == []


@pytest.mark.parametrize("compiler", FAULTY(), ids=lambda one: one.__name__)
def test_a_fault_of_the_compiler_is_seen(compiler: type[Compiler]) -> None:
    """Each deliberate fault gives another result in one of the same searches."""
    assert next(wrong(compiler), None) is not None
