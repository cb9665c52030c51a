"""Orders whose own keys have slashes, as a file may hold them, are found again from the inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.test_files import BRIGHTWICK, FROM_FILES, write_feed
from tests.acceptance.town import Town, open_town
from tests.cli.telling import STILL
from tests.cli.test_inbox import WHY, inbox, occupy

ORDER = "PO/7/31500111"
KEY = f"{ORDER}/main"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Orders come from a file; one of them has a key like a path."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as opened:
        text = FROM_FILES.format(site="wos-assumed").replace("check: read", "check: 'off'")
        ruleset = tmp_path / "rulesets" / "brightwick" / "ruleset.yaml"
        ruleset.write_text(text, encoding="utf-8")
        feed = write_feed(opened)
        records = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
        keyed = [{**one, "key": ORDER} if one["key"] in ORDER else one for one in records]
        feed.write_text("".join(json.dumps(one) + "\n" for one in keyed), encoding="utf-8")
        yield opened


def test_a_refused_part_is_tried_again_by_the_order_of_its_effect(town: Town) -> None:
    """The warehouse did not know the item; it is made, and the order arrives."""
    town.floor("warehouse", "settings", {"unknown_item": "reject"})
    assert town.run("run", "brightwick").code == 5
    town.floor("warehouse", "items", {"number": "GHOST-9"})
    said = inbox(town, "retry", KEY, *WHY, "--yes")

    assert said.code == 0, said.out + said.err
    assert "31500111" in {order["number"] for order in town.stored()}
    assert inbox(town, "--format", "json").json["items"] == []


def test_a_rejected_part_is_found_without_an_effect(town: Town) -> None:
    """Its number is taken: what would be sent now is nothing, because it is taken still."""
    occupy(town, "31500111")
    _, file = town.plan()
    assert town.run("apply", str(file)).code == 5
    items = inbox(town, "--format", "json").json["items"]
    said = inbox(town, "retry", KEY, *WHY, "--yes")

    assert [(one["business_key"], one["effect"]) for one in items] == [(KEY, None)]
    assert said.code == 0
    assert items[0]["rule"] in said.out
    assert "orders.gone" not in said.out


def test_a_part_is_planned_by_the_key_that_is_printed(town: Town) -> None:
    """The link is what stands behind the last slash."""
    said, _ = town.plan("--only", KEY, "--format", "json")

    assert said.code == 2, said.err
    assert [line["key"] for line in said.lines[1:-1]] == [KEY]
