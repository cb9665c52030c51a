"""`docs NAME` of a function, in the real command."""

from __future__ import annotations

from pathlib import Path

from engine.compiler.function_pages import FUNCTIONS
from tests.acceptance.town import crossdock


def test_docs_prints_a_function(workspace: Path) -> None:
    """A function is found by its name, with or without parentheses, in text and JSON."""
    said = crossdock(workspace, "docs", "upper")
    as_json = crossdock(workspace, "docs", "upper()", "--format", "json").json

    assert said.code == 0
    assert "upper(text) -> text" in said.out
    assert as_json["function"] == "upper"
    assert as_json["page"] == said.out


def test_docs_lists_the_functions(workspace: Path) -> None:
    """Without a name all functions come behind the rule ids."""
    lines = crossdock(workspace, "docs").out.splitlines()
    as_json = crossdock(workspace, "docs", "--format", "json").json["functions"]

    assert [line.split("(")[0] for line in lines[-len(FUNCTIONS) :]] == list(FUNCTIONS)
    assert as_json["upper"] == "capital letters"


def test_a_misspelled_function_gets_the_nearest(workspace: Path) -> None:
    """Exit 1 with the function that was most likely meant."""
    said = crossdock(workspace, "docs", "uper")

    assert said.code == 1
    assert "Did you mean upper?" in said.err
