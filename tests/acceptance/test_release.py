"""`release` over real HTTP: what goes live, what keeps it back, and what `run` uses then."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.ledger.opening import open_ledger, open_reader
from engine.ports.ledger import Release
from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Town, open_town, write_ruleset
from tests.cli.conftest import STILL, workspace_of

BRIGHTWICK = Layout(customer="brightwick")
NOBODYS = {"orders": {"skip": {"all": "ca.ID != `0`"}}}


def released(town: Town) -> Release | None:
    """What the memory has as live."""
    reader = open_reader(workspace_of(town).ledger_url(), town.name)
    try:
        return reader.released()
    finally:
        reader.close()


def change(town: Town, overlay: Mapping[str, Any]) -> None:
    """Somebody edits the ruleset's file; its site profile stays."""
    own = town.root / "rulesets" / town.name / "ruleset.yaml"
    before = json.loads(own.read_text("utf-8"))
    kept = {"connections": before["connections"]} if "connections" in before else {}
    write_ruleset(town.root, town.name, {**kept, **overlay})


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_released_ruleset_is_what_run_uses_whatever_the_files_say(
    site: str, tmp_path: Path
) -> None:
    """A plan shows the files, a run sends what was released and says that they differ."""
    with open_town(tmp_path, BRIGHTWICK, site=site, still=STILL) as town:
        said = town.run("release", town.name, "--yes")
        assert (said.code, town.writes()) == (0, [])
        assert "It is the first release." in said.out
        change(town, NOBODYS)
        planned, _ = town.plan("--format", "json")
        assert planned.lines[-1]["changes"] == {}

        ran = town.run("run", town.name)

        assert ran.code in {0, 5}
        assert "The files of brightwick differ from what was released" in ran.out
        assert town.stored()


def test_broken_files_do_not_stop_what_is_live(tmp_path: Path) -> None:
    """The run goes on with the released ruleset and says that the files have errors."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        town.run("release", town.name, "--yes")
        change(town, {"orders": {"sinse": "2026-11-01"}})
        ran = town.run("run", town.name)

        assert "The files of brightwick have errors" in ran.out
        assert town.stored()


def test_without_a_release_a_run_says_so_and_uses_the_files(tmp_path: Path) -> None:
    """With one whose files are the same it says nothing of it."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        before = town.run("run", town.name, "--format", "json")
        assert "brightwick is not released yet" in before.err
        assert town.run("release", town.name, "--yes").code == 0
        after = town.run("run", town.name)

    assert "release" not in after.out


def test_the_document_holds_the_ruleset_and_the_profile_of_its_site(tmp_path: Path) -> None:
    """A change of a site profile's file alone does not reach a run either."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        town.run("release", town.name, "--yes")
        kept = released(town)
        assert kept is not None
        ((name, profile),) = kept.document["profiles"].items()
        wrong = {**profile, "endpoints": {}}
        place = town.root / "mappings" / "profiles" / f"{name}.yaml"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(wrong), encoding="utf-8")
        ran = town.run("run", town.name)

        assert "differ from what was released" in ran.out or "have errors" in ran.out
        assert town.stored()


def test_a_second_release_says_what_it_changes(tmp_path: Path) -> None:
    """Places are named, and the same ruleset once more is nothing to do."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        town.run("release", town.name, "--yes")
        change(town, NOBODYS)
        second = town.run("release", town.name, "--yes")
        third = town.run("release", town.name, "--yes", "--format", "json")
        ran = town.run("run", town.name)

        assert "new ruleset.orders.skip.all" in second.out
        assert (third.code, third.json["released"]) == (0, True)
        assert "live already" in third.json["verdict"]
        assert (ran.code, town.stored()) == (0, [])


@pytest.mark.parametrize(
    ("overlay", "code", "says"),
    [
        ({"links": {"main": {"dc": "MAINN"}}}, 1, "check found errors"),
        ({"gates": {"orders.create": {"max": 3}}}, 4, "a gate blocks its plan"),
        ({"tables": {"spare": {"missing": "hold", "rows": {"a": "b"}}}}, 1, "without any"),
        ({"gates": {"orders.create": None}}, 1, "error[no-gate]"),
    ],
)
def test_what_is_not_fit_for_life_is_not_released(
    overlay: Mapping[str, Any], code: int, says: str, tmp_path: Path
) -> None:
    """An error of check, a gate that blocks the plan, and a warning each keep it back."""
    with open_town(tmp_path, BRIGHTWICK, overlay=overlay, still=STILL) as town:
        said = town.run("release", town.name, "--yes")

        assert said.code == code
        assert says in said.out + said.err
        assert released(town) is None


def test_nobody_goes_live_without_a_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question is asked after the plan was shown; no answer is no."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        monkeypatch.setattr("sys.stdin", open_text("n\n"))
        said = town.run("release", town.name)

        assert (said.code, released(town)) == (1, None)
        assert said.out.index("Plan for brightwick") < said.out.index("brightwick: not released")


def test_many_changes_are_counted_and_not_all_shown(tmp_path: Path) -> None:
    """The first twenty places are enough to see what a release is about."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        town.run("release", town.name, "--yes")
        skips = {f"rule-{n}": f"ca.ID == `{n}`" for n in range(21)}
        change(town, {"orders": {"skip": skips}})
        said = town.run("release", town.name, "--yes")

        assert "Against the live ruleset: 21 differences" in said.out
        assert "... and 1 more." in said.out


def test_what_cannot_be_kept_as_one_ruleset_is_not_released(tmp_path: Path) -> None:
    """A base and a ruleset of half a MiB each can be read, and both as one cannot."""
    long = {"orders": {"lines": {"bad": "hold", "non-shippable": ["A" * 600_000]}}}
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        base = town.root / "mappings" / "town" / "long.yaml"
        base.write_text(json.dumps({"extends": "town/brightwick", **long}), encoding="utf-8")
        own = town.root / "rulesets" / town.name / "ruleset.yaml"
        more = {"orders": {"bundles": {"default": "split", "keep": ["B" * 600_000]}}}
        own.write_text(json.dumps({"extends": "town/long", **more}), encoding="utf-8")
        said = town.run("release", town.name, "--yes")

        assert said.code == 1
        assert "too much to be kept as one ruleset" in said.err
        assert released(town) is None


def test_what_a_newer_engine_refuses_is_told_and_not_run(tmp_path: Path) -> None:
    """What was released by another version is checked like files; it says to release again."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        town.run("run", town.name)
        before = town.writes()
        ledger = open_ledger(workspace_of(town).ledger_url(), town.name, owner="test")
        ledger.note_release("x", {"ruleset": {"colour": "red"}, "profiles": {}}, STILL)
        ledger.close()
        said = town.run("run", town.name)

        assert (said.code, town.writes()) == (1, before)
        assert "does not hold with this version" in said.err
        assert "colour" in said.err


def open_text(text: str) -> Any:
    """What somebody types."""
    return io.StringIO(text)
