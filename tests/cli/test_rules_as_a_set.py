"""validate: rules that are right one by one, and not together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.town import crossdock
from tests.unit.consistency.rows import written

MINE = """\
extends: two
links: {east: {stock: us}}
orders:
  skip: {few: "length(tags) < `3`", many: "length(tags) > `8`", odd: "length(tags) == `5`"}
  hold: {first: "created == updated"}
"""
OTHER = "extends: two\nlinks: {east: {stock: us}}\n"


def test_two_customers_and_what_is_not_decided_are_told(tmp_path: Path) -> None:
    """The pair once, with both lines, and one line about the rules that nobody can tell."""
    written(tmp_path, MINE)
    written(tmp_path, OTHER, "other")
    said = crossdock(tmp_path, "validate")

    assert said.code == 0
    assert said.out.count("claimed-twice") == 1
    assert "  note: acme takes them here\n  --> rulesets/acme.yaml:2:9\n" in said.out
    assert said.out.endswith(
        "acme: ok\nother: ok, 1 warning\n"
        "4 rules not decided as part of a set (acme: orders.skip.few uses length(); "
        "acme: orders.skip.many uses length(); acme: orders.skip.odd uses length(); and 1 more)\n"
    )


def test_one_customer_is_held_against_all_others(tmp_path: Path) -> None:
    """Also where only that one is asked for; json has the same, and what is not decided."""
    written(tmp_path, MINE)
    written(tmp_path, OTHER, "other")
    said = crossdock(tmp_path, "validate", "acme", "--format", "json").json

    assert [one["id"] for one in said["customers"]["acme"]] == ["claimed-twice"]
    assert said["not_decided"]["acme"][0] == {"rule": "orders.skip.few", "why": "uses length()"}


def test_a_fix_does_not_hide_the_neighbours(tmp_path: Path) -> None:
    """What is found of two customers is looked for in the files as they are mended."""
    written(tmp_path, "extends: two\norders: {only: {payment: [Cleard]}}\n")
    written(tmp_path, OTHER, "other")
    said = crossdock(tmp_path, "validate", "acme", "--fix", "--format", "json").json

    assert [one["id"] for one in said["fixed"]["acme"]] == ["not-one-of"]
    assert [one["id"] for one in said["customers"]["acme"]] == ["claimed-twice"]


def test_a_release_is_refused_while_two_take_the_same_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them would create them: it is found before anything is asked of the systems."""
    written(tmp_path, f"{MINE}gates: {{orders.create: {{max: 300}}}}\n")
    written(tmp_path, OTHER, "other")
    for name in ("CA_URL", "WOS_URL"):
        monkeypatch.setenv(name, "http://system.example.com")
    said = crossdock(tmp_path, "release", "acme", "--yes")

    assert said.code == 1
    assert "error[claimed-twice]: acme and other may take the same orders" in said.err
    assert "the ruleset acme has 1 error of a go-live" in said.err
