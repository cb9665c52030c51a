"""One bad record of a page, one bad order, one bad booking: parked alone, in every flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.acceptance import test_items, test_shipments, test_stock
from tests.acceptance.test_items import LAMP, ROPE, edit, items_of
from tests.acceptance.test_shipments import LABEL, later, ordered, shipped
from tests.acceptance.town import Town


def parked(town: Town) -> list[tuple[str, str, str]]:
    """Key, class and rule of each open item."""
    found: list[dict[str, Any]] = town.run("inbox", town.name, "--format", "json").json["items"]
    return [(one["business_key"], one["kind"], one["rule"]) for one in found]


def test_a_bad_product_of_a_page(tmp_path: Path) -> None:
    """The others are written; once it can be read it is written too, and its item closes."""
    with test_items.town_of(tmp_path) as town:
        edit(town, LAMP, Sku=None)
        first = town.run("run", town.name, "items")
        assert (first.code, parked(town)) == (5, [(str(LAMP), "reject", "items.unreadable")])
        assert items_of(town)["ROPE-10"]["customField1"] == str(ROPE)

        edit(town, LAMP, 1, Sku="LAMP-01")
        again = town.run("run", town.name, "items")
        assert (again.code, parked(town)) == (0, []), again.err
        assert items_of(town)["LAMP-01"]["customField1"] == str(LAMP)


def test_a_bad_order_among_those_that_are_shipped(tmp_path: Path) -> None:
    """The other box is told; once the order can be read its own is told too."""
    with test_shipments.town_of(tmp_path) as town:
        bad, good = (ordered(town, ("LAMP-01", 1)) for _ in range(2))
        right = town.fulfillments(int(bad))
        town.touch(int(bad), Fulfillments=[{**right[0], "DistributionCenterID": None}])
        for number in (bad, good):
            town.pick(number, finish=True)
            town.pack(number, {"id": "A", "tracking": f"1Z{number}", **LABEL})
        first = town.run("run", town.name, "shipments")
        assert (first.code, parked(town)) == (5, [(bad, "reject", "shipments.unreadable")])
        assert (len(shipped(town, good)), shipped(town, bad)) == (1, [])

        town.touch(int(bad), Fulfillments=right)
        later(town, 60)
        again = town.run("run", town.name, "shipments")
        assert (again.code, parked(town)) == (0, []), again.out
        assert len(shipped(town, bad)) == 1


def test_what_cannot_be_read_is_asked_about_again(tmp_path: Path) -> None:
    """A person may close the item of an order; a box that is packed later opens it again, as
    nobody else would tell that box.
    """
    with test_shipments.town_of(tmp_path) as town:
        bad = ordered(town, ("LAMP-01", 1), ("ROPE-10", 1))
        right = town.fulfillments(int(bad))
        town.touch(int(bad), Fulfillments=[{**right[0], "DistributionCenterID": None}])
        town.pick(bad, finish=True)
        town.pack(bad, {"id": "A", "contents": {"1": 1}, "tracking": "1ZA", **LABEL})
        assert town.run("run", town.name, "shipments").code == 5
        closed = town.run("inbox", town.name, "resolve", bad, "--reason", "seen", "--yes")
        assert (closed.code, parked(town)) == (0, [])

        town.pack(bad, {"id": "B", "contents": {"2": 1}, "tracking": "1ZB", **LABEL})
        assert town.run("run", town.name, "shipments").code == 5
        assert parked(town) == [(bad, "reject", "shipments.unreadable")]
        town.touch(int(bad), Fulfillments=right)
        later(town, 60)
        again = town.run("run", town.name, "shipments")
        assert (again.code, parked(town), len(shipped(town, bad))) == (0, [], 2), again.out


def test_a_bad_booking_among_those_that_are_told(tmp_path: Path) -> None:
    """The channel has no product for one item; what is told of the others goes out, netted or not,
    and once there is a product the booking follows and its item closes.
    """
    with test_stock.town_of(tmp_path) as town:
        before = town.channel_levels()
        town.floor("warehouse", "items", {"number": "STRAY-1"})
        for item, quantity in (("LAMP-01", 2), ("STRAY-1", 5), ("LAMP-01", 3)):
            town.put(item, quantity, "MAIN")
        first = town.run("run", town.name, "stock")
        assert first.code == 5
        assert [one[1:] for one in parked(town)] == [("reject", "stock.product-unknown")]
        assert test_stock.changed(town, before) == {(test_stock.LAMP, test_stock.EAST): 5}

        town.floor("channel", f"products/{test_stock.MUG}", {"Sku": "STRAY-1"})
        again = town.run("run", town.name, "stock")
        assert (again.code, parked(town)) == (0, []), again.out
        assert test_stock.changed(town, before)[test_stock.MUG, test_stock.EAST] == 5
