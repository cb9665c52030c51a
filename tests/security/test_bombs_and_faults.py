"""Texts made to break a reader end in diagnostics; a fault of ours tells nothing of its values."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from engine.cli.faults import write_fault_report
from engine.config.document import parse
from tests.security.leaks import leaks_in_text

NINE = ", ".join(["*{0}"] * 9)
LETTERS = "abcdefghi"
ALIASES = "a: &a [lol]\n" + "".join(
    f"{here}: &{here} [{NINE.format(before)}]\n" for before, here in pairwise(LETTERS)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{here}: &{here} {{<<: [{NINE.format(before)}]}}\n" for before, here in pairwise(LETTERS)
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (ALIASES, {"yaml-alias"}),
        (MERGES, {"yaml-alias", "yaml-merge-key"}),
        ("a: &a [*a]\n", {"yaml-alias"}),
        ("[" * 300_000, {"yaml-too-large"}),
        ("a: " * 100 + "{" * 3_000, {"yaml-syntax"}),
        ("? " * 5_000, {"yaml-too-large"}),
        ("\n".join(" " * level + "a:" for level in range(1_000)), {"yaml-too-large"}),
        ("[" + "1," * 200_000 + "]", {"yaml-too-large"}),
        ("a: " + "x" * 1024 * 1024, {"yaml-too-large"}),
        ("a: 1\n" * 1_000, {"duplicate-key"}),
        ("a: !!python/object/apply:os.system ['true']\n", {"yaml-tag"}),
        ("a: !!binary aGk=\n", {"yaml-tag"}),
        ("a: 1\n---\na: 2\n", {"yaml-documents"}),
        ("a: \ud800\n", {"yaml-syntax"}),
        ("a: \x00\n", {"yaml-syntax"}),
        ("%YAML 9.9\n---\na: 1\n", {"yaml-syntax"}),
    ],
    ids=range(16),
)
def test_a_bomb_ends_in_a_diagnostic(text: str, ids: set[str]) -> None:
    """Each has its id and its place in the file, whatever it would have grown to."""
    _, problems = parse(text, "acme.yaml")
    assert {one.id for one in problems} == ids
    assert {one.place.file for one in problems if one.place} == {"acme.yaml"}


def fault(secret: str) -> Exception:
    """An exception whose message, locals and cause know a secret."""
    try:
        try:
            {}[secret]
        except KeyError as error:
            raise RuntimeError(f"no answer for {secret}") from error
    except RuntimeError as error:
        return error


def test_a_fault_report_has_places_and_no_values() -> None:
    """It says what broke and where, to its owner alone, without the words of any exception."""
    path = Path(write_fault_report(fault("sandbox-wos-key")))
    text, mode = path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777
    path.unlink()

    assert "builtins.RuntimeError" in text
    assert "test_bombs_and_faults.py" in text
    assert leaks_in_text(text, "report") == []
    assert mode == 0o600
