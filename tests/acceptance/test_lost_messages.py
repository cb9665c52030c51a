"""Messages that vanish from the queue: what was lost is named, shown by its units, and mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from engine.sandbox.yard import Layout
from engine.shipped import shipped
from tests.acceptance.test_reconcile import NAME, OVERLAY, reconciled, unexplained
from tests.acceptance.town import Town, open_town

GATE = "stock.set-quantity"
SITE = "counting"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A customer whose site counts its messages, and whose ruleset's profile says so."""
    text = (shipped("mappings") / "profiles" / "wos-assumed.yaml").read_text(encoding="utf-8")
    profile = tmp_path / "mappings" / "profiles" / f"{SITE}.yaml"
    profile.parent.mkdir(parents=True)
    counting = text.replace("readRemoves: false ", "consecutive: true\n  readRemoves: false ")
    profile.write_text(counting, encoding="utf-8")
    with open_town(tmp_path, Layout(customer=NAME), site=SITE, overlay=OVERLAY) as opened:
        yield opened


def stolen(town: Town, *numbers: int) -> None:
    """Another consumer takes these messages away before we come."""
    url = town.yard.environment["WOS_URL"] + "/api/HostQueueApi/Acknowledge"
    headers = {"X-Api-Key": town.yard.environment["WOS_API_KEY"]}
    body = json.dumps({"messageIds": list(numbers)}).encode()
    with urlopen(Request(url, data=body, headers=headers), timeout=9) as answer:
        assert json.load(answer)["success"]


def asking(town: Town) -> dict[str, str]:
    """Key -> rule of what is in the inbox of the queue."""
    items = town.run("inbox", NAME, "--format", "json").json["items"]
    return {one["business_key"]: one["rule"] for one in items if one["rule"].startswith("queue")}


def test_a_booking_that_was_lost_is_named_explained_by_nothing_and_corrected(town: Town) -> None:
    """Its number is missing; reconciliation shows its units; an approved plan makes both equal."""
    town.put("COMPASS", 1, "MAIN")
    assert town.run("run", NAME, "stock").code == 0
    for units in (7, 2):
        town.put("COMPASS", units, "MAIN")
    stolen(town, 900102)

    assert town.run("run", NAME, "stock").code == 0
    assert asking(town) == {"wos:900102": "queue.gap"}
    said, rows = reconciled(town)
    assert (said.code, list(unexplained(rows).values())) == (2, [7])

    file = town.root / "made" / "correct.jsonl"
    assert town.run("reconcile", NAME, "--plan", file).code == 2
    assert town.run("apply", file).code == 4
    assert town.run("apply", file, "--approve", GATE).code == 0
    said, rows = reconciled(town)
    assert (said.code, unexplained(rows)) == (0, {})
    done = ("inbox", NAME, "resolve", "wos:900102", "--reason", "corrected")
    assert town.run(*done).code == 0
    assert asking(town) == {}
