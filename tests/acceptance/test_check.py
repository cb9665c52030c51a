"""`check` over real HTTP: what a customer's ruleset says against both twins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Said, Town, open_town
from tests.cli.conftest import STILL

NORTHPEAK = Layout(customer="northpeak")


def severities(said: Said) -> dict[tuple[str, str], str]:
    """Rule and about of each finding -> its severity."""
    return {(one["rule"], one["about"]): one["severity"] for one in said.json["findings"]}


def check(town: Town) -> Said:
    return town.run("check", town.name, "--format", "json")


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_ruleset_that_holds_has_no_errors_and_nothing_is_written(
    site: str, tmp_path: Path
) -> None:
    """Each kind is looked at, assumptions of the site profile are named, and no request writes."""
    with open_town(tmp_path, NORTHPEAK, site=site, still=STILL) as town:
        said = check(town)
        found = severities(said)

        assert (said.code, said.json["errors"]) == (0, 0)
        assert found["check.dc", "links.west.dc"] == "ok"
        assert found["check.areas", "links.east"] == "ok"
        assert found["check.profiles", "profiles.outlet"] == "ok"
        assert found["check.bundles", "bundle KIT-NESTED"] == "warning"
        assert found["check.assumption", "auth"] == "warning"
        assert town.writes() == []


def test_people_read_what_to_mend_first_and_good_news_last(tmp_path: Path) -> None:
    """The text has its groups in that order, and a sum at its end."""
    overlay = {"links": {"west": {"dc": "WESTT"}}}
    with open_town(tmp_path, NORTHPEAK, overlay=overlay, still=STILL) as town:
        said = town.run("check", town.name)

    places = [said.out.index(word) for word in ("To be mended", "To look at", "Assumed", "Fine")]
    assert (said.code, places) == (1, sorted(places))
    assert "Did you mean 'WEST'?" in said.out
    assert "northpeak: 1 error, " in said.out
    assert said.out.count("nobody has compared it with the site's API Docs screen.") <= 6
    assert "\n    endpoints." in said.out


def test_what_does_not_hold_is_an_error(tmp_path: Path) -> None:
    """A foreign profile, a center that nobody has, and an area with a slip of the pen."""
    overlay: dict[str, Any] = {
        "profiles": {"outlet": 999},
        "links": {"west": {"dc": 12345, "areas": ["WESST"], "pick": "WESST"}},
    }
    with open_town(tmp_path, NORTHPEAK, overlay=overlay, still=STILL) as town:
        said = check(town)
        found = severities(said)

    assert (said.code, said.json["errors"]) == (1, 3)
    assert found["check.profiles", "profiles.outlet"] == "error"
    assert found["check.dc", "links.west.dc"] == "error"
    assert found["check.areas", "links.west"] == "error"


def test_behind_a_shut_door_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong key is all that is told of the warehouse, and the channel is checked."""
    with open_town(tmp_path, NORTHPEAK, still=STILL) as town:
        monkeypatch.setenv("WOS_API_KEY", "wrong")
        said = check(town)
        found = severities(said)

    assert said.code == 1
    assert found["check.key", "key"] == "error"
    assert found["check.dc", "links.west.dc"] == "ok"
    assert not [rule for rule, _ in found if rule in {"check.areas", "check.bundles"}]


def test_a_system_that_gives_no_answer_is_a_finding_and_the_rest_is_checked(
    tmp_path: Path,
) -> None:
    """A list of centers that never comes does not end the check."""
    with open_town(tmp_path, NORTHPEAK, still=STILL) as town:
        town.faults(
            "channel",
            {"kind": "500", "method": "GET", "path": "DistributionCenters", "count": None},
        )
        found = severities(check(town))

    assert found["check.dc", "connection ca"] == "error"
    assert found["check.areas", "links.west"] == "ok"


def test_boxes_that_went_by_an_unknown_carrier_are_found(tmp_path: Path) -> None:
    """A pair without a row in the carriers table is named with its count."""
    overlay = {"shipments": {"from": "wos", "to": "ca", "carriers": {"UPS/Ground": ["UPS", "GR"]}}}
    with open_town(tmp_path, NORTHPEAK, overlay=overlay, still=STILL) as town:
        assert town.run("run", town.name).code in {0, 5}
        number = town.stored()[0]["number"]
        town.batch(number)
        town.pick(number)
        town.pack(number)
        town.label(number, "1Z999", box="1", carrier="DHL", service="Express")
        said = check(town)

    (found,) = [one for one in said.json["findings"] if one["rule"] == "check.carriers"]
    assert "DHL/Express" in found["text"]
    assert said.code == 0
