"""Generated code gives what the interpreter gives, or leaves the search to it."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.fuzz.tally import tried, tries
from tests.unit.compiler.differential import SCOPES, TEXTS, difference


@tries(200)
@given(text=TEXTS, scope=SCOPES)
def test_generated_code_agrees_with_the_interpreter(text: str, scope: dict[str, Any]) -> None:
    """Whatever expression meets whatever value, no result differs."""
    tried("searches, generated and interpreted")

    assert difference(text, scope) is None
