"""Inventory Discrepancy over both twins: nothing is unexplained that has an explanation."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Said, Town, open_town

NAME, EAST = "northpeak", 7
OVERLAY: Mapping[str, Any] = {
    "gates": {"orders.first-pass": {"max": 1000}, "orders.create": {"max": 1000}},
    "stock": {"from": "wos", "to": "ca", "putaway": "delta", "foreign-picks": "delta"},
}
LOST = {"method": "POST", "path": "UpdateQuantity", "count": 1}


@pytest.fixture(params=SITE_PROFILES)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A customer who tells stock, on each kind of site."""
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, site=request.param, overlay=OVERLAY) as opened:
        yield opened


def reconciled(town: Town) -> tuple[Said, dict[tuple[str, int], dict[str, Any]]]:
    """What the command says, and its rows by SKU and DC."""
    said = town.run("reconcile", NAME, "--format", "json")
    rows = {(row["sku"], row["dc"]): row for row in said.lines[1:]}
    for row in rows.values():
        assert sum(row["causes"].values()) + row["unexplained"] == row["difference"]
        assert row["difference"] == row["on_hand"] - row["available"]
    return said, rows


def unexplained(rows: Mapping[tuple[str, int], Mapping[str, Any]]) -> dict[tuple[str, int], int]:
    return {key: row["unexplained"] for key, row in rows.items() if row["unexplained"]}


def sold(town: Town, units: int) -> dict[str, Any]:
    """The warehouse's order for so many compasses that a marketplace has just sold."""
    members = {
        "SiteName": "Amazon Seller Central - US",
        "RequestedShippingClass": "Standard",
        "ShippingAddressLine1": "1 Elm Rd",
        "TotalPrice": 19.9,
    }
    order = town.sell(12000123, ("COMPASS", units, EAST), **members)
    town.at(town.clock.now() + timedelta(minutes=10))
    assert town.run("run", NAME).code == 0
    return next(one for one in town.stored() if str(order["ID"]) in one["number"])


def test_a_fresh_world_has_nothing_unexplained(town: Town) -> None:
    """Before and after its orders are sent all differences are orders, and nothing is written."""
    said, rows = reconciled(town)
    assert (said.code, said.err) == (0, "")
    assert {cause for row in rows.values() for cause in row["causes"]} == {"not-downloaded"}
    assert town.writes() == []

    assert town.run("run", NAME).code == 0
    said, rows = reconciled(town)
    assert (said.code, unexplained(rows)) == (0, {})
    causes = {cause for row in rows.values() for cause in row["causes"]}
    assert causes == {"not-downloaded", "held", "not-picked"}


def test_only_what_no_message_tells_is_unexplained(town: Town) -> None:
    """A put whose trigger is off is the one row that nothing explains, by its very units."""
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    town.put("COMPASS", 7, "MAIN")
    said, rows = reconciled(town)

    assert said.code == 2
    assert unexplained(rows) == {("COMPASS", EAST): 7}
    assert said.lines[0]["unexplained"] == 1
    assert said.lines[1]["sku"] == "COMPASS"


def test_what_waits_on_the_floor_is_explained(town: Town) -> None:
    """Bookings in the queue count until they are told: put, put-away, a pick of another host."""
    town.put("COMPASS", 7, "BULK")
    town.receive("PO-1", "COMPASS", 4)
    town.putaway("PO-1", "COMPASS", 4, "MAIN")
    town.enter("WEB-1", "MAIN", ("COMPASS", 3))
    town.pick("WEB-1")
    said, rows = reconciled(town)
    assert said.code == 0
    wanted = {"deltas-waiting": 7, "put-aways": 4, "foreign-picks": -3}
    assert wanted.items() <= rows["COMPASS", EAST]["causes"].items()

    assert town.run("run", NAME).code == 0
    said, rows = reconciled(town)
    assert said.code == 0
    assert not wanted.keys() & rows.get(("COMPASS", EAST), {"causes": {}})["causes"].keys()


def test_what_is_picked_is_no_difference(town: Town) -> None:
    """Units in a cart are on no shelf and still held back: they are shown beside the causes."""
    order = sold(town, 4)
    before = reconciled(town)[1]["COMPASS", EAST]
    town.pick(order["number"], {"1": 3})
    said, rows = reconciled(town)
    after = rows["COMPASS", EAST]

    assert (said.code, before["picked"], after["picked"]) == (0, 0, 3)
    assert after["causes"]["not-picked"] == before["causes"]["not-picked"] - 3


def test_an_order_that_was_deleted_by_hand_is_a_cause(town: Town) -> None:
    """The channel still holds its units back, and they lie on the shelf."""
    order = sold(town, 4)
    town.remove(order["number"])
    said, rows = reconciled(town)

    assert said.code == 0
    assert rows["COMPASS", EAST]["causes"]["deleted-there"] == 4


def test_what_was_picked_and_called_off_is_a_cause(town: Town) -> None:
    """The units left the shelf, and the channel sells them again."""
    order = sold(town, 4)
    town.pick(order["number"])
    number = int(order["number"].partition("-")[2])
    town.floor("channel", "cancel", {"order": number})
    said, rows = reconciled(town)

    assert rows["COMPASS", EAST]["causes"]["picked-and-cancelled"] == -4, said.out


@pytest.mark.parametrize("kind", ["cut-after", "cut-before"])
def test_a_change_without_an_answer_is_a_cause_only_where_it_fits(town: Town, kind: str) -> None:
    """Whether a lost change arrived decides whether its units explain anything."""
    town.put("COMPASS", 7, "MAIN")
    town.faults("channel", {**LOST, "kind": kind})
    town.run("run", NAME)
    assert town.struck("channel") == 1
    said, rows = reconciled(town)

    assert said.code == 0
    causes = rows.get(("COMPASS", EAST), {"causes": {}})["causes"]
    assert ("in-flight" in causes) is (kind == "cut-before")


def test_the_page_and_the_table_have_the_same_rows(town: Town, tmp_path: Path) -> None:
    """CSV has a line for each row of the JSON, and the page a row for each, loading nothing."""
    rows = reconciled(town)[1]
    file, page = tmp_path / "made" / "stock.csv", tmp_path / "stock.html"
    assert town.run("reconcile", NAME, "--format", "csv", "--out", file).code == 0
    lines = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [(one["sku"], int(one["dc"])) for one in lines] == list(rows)
    assert [int(one["not-downloaded"]) for one in lines] == [
        row["causes"]["not-downloaded"] for row in rows.values()
    ]

    said = town.run("reconcile", NAME, "--format", "html", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert (said.code, said.out) == (0, "")
    assert text.count("<tr>") == 1 + len(rows)
    assert text.count("<svg ") == 2
    assert "src=" not in text
    assert "O&#x27;RING-5" in text


def test_people_read_the_worst_first(town: Town) -> None:
    """The text has the sums, the worst rows with their causes in words, and how many more."""
    town.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    town.put("COMPASS", 7, "MAIN")
    said = town.run("reconcile", NAME)
    lines = said.out.splitlines()

    assert (said.code, said.err) == (2, "")
    assert lines[0].startswith("Inventory Discrepancy of northpeak, ")
    assert lines[1].endswith("1 are not (7 units).")
    assert lines[2] == "Left out, having no stock of their own: 5 bundle, 5 infinite, 1 parent."
    head = lines.index("Worst first")
    assert lines[head + 2].split()[:2] == ["COMPASS", "EAST3PL"]
    assert "+7" in lines[head + 2].split()
    assert any("not downloaded" in line for line in lines)


def test_a_file_is_of_one_of_the_formats_for_files(town: Town, tmp_path: Path) -> None:
    """The text is for the screen alone."""
    said = town.run("reconcile", NAME, "--out", tmp_path / "stock.txt")
    assert said.code == 64
    assert "--format csv, html or json" in said.err
