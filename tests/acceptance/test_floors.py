from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, open_town

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LAMP = 6300100


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_people_do_their_work_on_both_floors(tmp_path: Path, site: str) -> None:
    """An order of another host is picked, packed and labelled; its units leave the shelf."""
    with open_town(tmp_path, Layout(customer="northpeak"), site=site, still=NOON) as town:
        before = town.levels()
        town.enter("X1", "WEST", ("LAMP-01", 5))
        town.batch("X1")
        town.pick("X1", {"1": 4}, finish=True)
        town.pack("X1", {"id": "A", "contents": {"1": 1}}, {"id": "B", "contents": {"1": 3}})
        town.label("X1", "1Z9", box="B")
        order = town.stored()[0]
        assert [box["contents"] for box in order["boxes"]] == [[[1, 1]], [[1, 3]]]
        assert order["boxes"][1]["tracking"] == "1Z9"
        assert before["LAMP-01", "WEST"] - town.levels()["LAMP-01", "WEST"] == 4
        town.remove("X1")
        assert town.stored() == []


def test_stock_is_where_people_laid_it(tmp_path: Path) -> None:
    """Put, pull, count, move and putaway change the areas that they name, and no others."""
    with open_town(tmp_path, Layout(customer="northpeak"), still=NOON) as town:
        before = town.levels()
        town.put("LAMP-01", 9, "MAIN")
        town.pull("LAMP-01", 2, "MAIN", reason="DMG")
        town.count("LAMP-01", -3, "BULK")
        town.move("LAMP-01", 4, origin="MAIN", target="OFFICE")
        town.receive("P1", "LAMP-01", 6)
        town.putaway("P1", "LAMP-01", 5, "DEPOT")
        after = town.levels()
        changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
        assert changed == {
            ("LAMP-01", "MAIN"): 3,
            ("LAMP-01", "BULK"): -3,
            ("LAMP-01", "OFFICE"): 4,
            ("LAMP-01", "DEPOT"): 5,
        }
        with pytest.raises(HTTPError, match="400"):
            town.pull("LAMP-01", 1_000_000, "MAIN")


def test_a_sale_takes_what_can_be_sold(tmp_path: Path) -> None:
    """The order is allocated to its DC, and there are so many fewer to sell there."""
    with open_town(tmp_path, Layout(customer="northpeak"), still=NOON) as town:
        before = town.channel_levels()
        sold = town.sell(12000123, ("LAMP-01", 3, 9), OrderTags="Prime")
        assert town.channel_levels()[LAMP, 9] == before[LAMP, 9] - 3
        (fulfillment,) = town.fulfillments(sold["ID"])
        assert fulfillment["DistributionCenterID"] == 9
        assert [item["Quantity"] for item in fulfillment["Items"]] == [3]


def test_time_goes_on_for_everybody_and_never_back(tmp_path: Path) -> None:
    """Both twins and the engine stand at one time; an earlier one changes nothing."""
    with open_town(tmp_path, Layout(customer="northpeak"), still=NOON) as town:
        for moment in (NOON + timedelta(hours=2), NOON):
            town.at(moment)
            assert town.clock.now() == NOON + timedelta(hours=2)
        sold = town.sell(12000123, ("LAMP-01", 1, 9))
        assert sold["CreatedDateUtc"] == "2026-11-20T14:00:00Z"
        town.enter("X1", None, ("LAMP-01", 1))
        assert town.stored()[0]["created"].startswith("2026-11-20T14:00:00")
