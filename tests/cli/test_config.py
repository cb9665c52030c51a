"""`config`: what a person types to see what a ruleset comes to."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.acceptance.town import crossdock

ACME = """\
extends: ca-to-wos/standard
profiles: {us: 12000101}
links: {main: {dc: MAIN, areas: [Main], pick: Main, stock: us}}
orders: {since: 2026-11-01, sweep: 12h, map: {notes: ca.SpecialInstructions}}
"""


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A workspace with one small ruleset."""
    folder = tmp_path / "rulesets"
    folder.mkdir()
    (folder / "acme.yaml").write_text(ACME, encoding="utf-8")
    return tmp_path


def test_a_value_is_told_with_its_line(acme: Path) -> None:
    """One value comes with what it stands over."""
    said = crossdock(acme, "config", "acme", "orders.sweep")

    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[:2] == [["orders:"], ["sweep:", "12h", "#", "rulesets/acme.yaml:4"]]
    assert lines[2] == ["#", "over", "1d", "#", "mappings/ca-to-wos/standard.yaml:22"]


def test_a_part_is_told_alone(acme: Path) -> None:
    """A path names a map with all that is in it, and nothing whose name only begins like it."""
    said = crossdock(acme, "config", "acme", "orders.map.shipTo")

    assert said.code == 0
    assert len(said.out.splitlines()) == 2 + 10
    assert crossdock(acme, "config", "acme", "orders.only.pay").code == 1


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("oders.map", "Did you mean orders.map? Show it with: crossdock config acme orders.map"),
        ("notes", "Did you mean orders.map.notes?"),
        ("zzzzzz", "Show all of it with: crossdock config acme"),
    ],
)
def test_an_unknown_path_is_answered_with_the_one_that_was_meant(
    acme: Path, path: str, advice: str
) -> None:
    """Nobody has to know a path by heart."""
    said = crossdock(acme, "config", "acme", path)

    assert said.code == 1
    assert f"nothing is said of {path} in the ruleset of acme" in said.err
    assert advice in said.err


def test_machines_get_every_origin(acme: Path) -> None:
    """Value, kind of origin, file, line and what it overrode, in order."""
    value = crossdock(acme, "config", "acme", "orders.sweep", "--format", "json").json

    assert value["format_version"] == 1
    assert value["path"] == "orders.sweep"
    (one,) = value["settings"]
    assert (one["value"], one["origin"], one["file"], one["line"]) == (
        "12h",
        "overlay",
        "rulesets/acme.yaml",
        4,
    )
    assert [(was["value"], was["origin"], was["line"]) for was in one["overrode"]] == [
        ("1d", "base", 22)
    ]


def test_what_an_adapter_takes_is_a_default_too(acme: Path) -> None:
    """Delays and limits that nobody has written are told, and those that are written are not."""
    text = ACME + "connections: {wos: {timing: {late: 20m}}, odd: {adapter: none}}\n"
    (acme / "rulesets" / "acme.yaml").write_text(text, encoding="utf-8")
    lines = [
        line.split() for line in crossdock(acme, "config", "acme", "connections").out.splitlines()
    ]

    assert ["window:", "5s", "#", "default"] in lines
    assert ["late:", "2m", "#", "default"] in lines
    assert ["paging:", "keyset", "#", "default"] in lines
    assert ["late:", "20m", "#", "rulesets/acme.yaml:5"] in lines
    assert ["late:", "10m", "#", "default"] not in lines


def test_machines_are_told_of_defaults_without_a_place(acme: Path) -> None:
    """What stands nowhere has no file and no line."""
    (acme / "rulesets" / "acme.yaml").write_text(f"{ACME}retention: null\n", encoding="utf-8")
    value = crossdock(acme, "config", "acme", "retention", "--format", "json").json
    taken, default = value["settings"]

    assert (taken["gone"], taken["line"], taken["overrode"][0]["value"]) == (True, 5, "30d")
    assert (default["value"], default["origin"], default["file"]) == ("30d", "default", None)


def test_a_ruleset_with_errors_is_shown_all_the_same(acme: Path) -> None:
    """Whoever looks for a mistake wants to see what was merged."""
    (acme / "rulesets" / "acme.yaml").write_text(f"{ACME}zone: UTC\n", encoding="utf-8")
    said = crossdock(acme, "config", "acme")

    assert said.code == 1
    assert "unknown-key" in said.err
    assert "sweep: 12h" in said.out


def test_references_stay_references(acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret is looked up to be shown."""
    monkeypatch.setenv("CA_SHARED_SECRET", "hunter2hunter2")
    said = crossdock(acme, "config", "acme")

    assert "secret: env:CA_SHARED_SECRET" in said.out
    assert "hunter2" not in said.out


def test_nobodys_config_is_refused(acme: Path) -> None:
    """The known customers are named."""
    said = crossdock(acme, "config", "nobody")

    assert said.code == 1
    assert "Known are: acme." in said.err


def test_the_code_of_a_map_says_key_and_line_of_each_value(acme: Path) -> None:
    """What is run can be read, by people and by Python."""
    said = crossdock(acme, "config", "acme", "orders.map", "--compiled")

    assert said.code == 0
    assert "def orders_map(scope):" in said.out
    assert "notes (rulesets/acme.yaml:4:" in said.out
    assert [type(one).__name__ for one in ast.parse(said.out).body] == ["FunctionDef"]


def test_the_code_of_all_conditions_is_shown(acme: Path) -> None:
    """Each rule and each map has its function; what is always interpreted says so."""
    rules = """\
  only: {where: "ca.TotalPrice > `1`"}
  skip: {gone: "site == 'a'"}
  hold: {never: "length(lines[?matches(sku, 'a')]) > `1`"}
items:
  {from: ca, to: wos, owner: [us], since: 2026-11-01, only: {where: "sku != 'a'"},
   skip: {b: "sku == 'b'"}}
stock:
  {from: wos, to: ca, putaway: delta, foreign-picks: delta,
   rules: {c: {when: "reason == 'c'", do: report}}}
"""
    orders = "orders:\n  since: 2026-11-01\n" + rules
    head = "".join(ACME.splitlines(keepends=True)[:3])
    (acme / "rulesets" / "acme.yaml").write_text(head + orders, encoding="utf-8")

    said = crossdock(acme, "config", "acme", "--compiled", "--format", "json")

    assert said.code == 0, said.err
    functions = {one["key"]: one["code"] for one in json.loads(said.out)["functions"]}
    assert functions["orders.hold.never"] is None
    assert "ca.TotalPrice > `1`" in functions["orders.only.where"]
    assert {"orders.skip.gone", "items.skip.b", "orders.map"} <= functions.keys()
    assert functions["orders.filters"].count("return") == 3
    assert functions["orders.unheld"] is None


def test_a_ruleset_without_code_at_a_path_says_so(acme: Path) -> None:
    """A key that has no expression is no empty answer."""
    said = crossdock(acme, "config", "acme", "orders.since", "--compiled")

    assert said.code == 1
    assert "the ruleset of acme has no expression at orders.since" in said.err
