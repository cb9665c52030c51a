"""Lists: paging by link, select, sort, count, and who sees what."""

from __future__ import annotations

import json

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from tests.unit.sandbox.channeladvisor.account import Caller, account, order, twin


def _five(**settings: object) -> Caller:
    return twin(*(order(key) for key in (3, 1, 2, 5, 4)), **settings)


def test_a_walk_by_next_links_sees_every_order_once() -> None:
    """Pages ascend by ID, and the last one has no link."""
    caller = _five(page_sizes={"Orders": 2})

    assert caller.walk("/v1/Orders") == [[1, 2], [3, 4], [5]]


def test_a_page_that_is_just_full_is_the_last() -> None:
    """There is no link to an empty page."""
    caller = _five(page_sizes={"Orders": 5})

    assert caller.walk("/v1/Orders") == [[1, 2, 3, 4, 5]]


def test_a_link_echoes_every_option_but_not_the_token_of_the_header() -> None:
    """A link is absolute, encoded, and asks for the same with a new skip."""
    caller = _five(page_sizes={"Orders": 2})
    query = "exported=false&$select=ID,SiteName&$filter=SiteName%20eq%20%27O%27%27Neil%27%27s%27"

    link = caller.get(f"/v1/Orders?{query}")["@odata.nextLink"]

    head = "http://127.0.0.1/v1/Orders?exported=false&$select=ID,SiteName&$filter="
    assert link == head + "SiteName%20eq%20'O''Neil''s'&$skip=2"
    assert caller.walk(link) == [[3, 4], [5]]


def test_a_token_that_came_by_query_is_echoed_in_the_link() -> None:
    """The query style leaks into links, as it does in the real system."""
    caller = _five(page_sizes={"Orders": 2})
    response = caller.send("GET", f"/v1/Orders?access_token={caller.token}&$expand=Items")

    link = json.loads(response.body)["@odata.nextLink"]

    assert f"access_token={caller.token}" in link
    assert caller.send("GET", link).status == 200


def test_a_doubled_slash_before_v1_works() -> None:
    """A known client asks that way after following a link."""
    assert _five().ids("//v1/Orders?$top=1") == [1]


def test_a_page_past_the_end_is_empty() -> None:
    """An empty page has the context and an empty list, and no 404."""
    page = _five().get("/v1/Orders?$skip=99")

    assert page == {"@odata.context": "http://127.0.0.1/v1/$metadata#Orders", "value": []}


def test_top_counts_down_along_the_links() -> None:
    """A walk with $top ends after so many rows, however small the pages are."""
    caller = _five(page_sizes={"Orders": 2})

    assert caller.walk("/v1/Orders?$top=3") == [[1, 2], [3]]
    assert caller.walk("/v1/Orders?$top=2&$skip=1") == [[2, 3]]
    assert caller.ids("/v1/Orders?$top=0") == []


def test_count_is_that_of_all_pages() -> None:
    """$count=true tells how many rows the filter lets through."""
    caller = _five(page_sizes={"Orders": 1})

    assert caller.get("/v1/Orders?$count=true&$filter=ID%20ge%203")["@odata.count"] == 3
    assert "@odata.count" not in caller.get("/v1/Orders?$count=false")


def test_sorting_takes_several_keys_and_directions() -> None:
    """Nulls come first ascending, dates sort by time, and ties keep the order by ID."""
    caller = twin(
        order(1, SiteName="b", CreatedDateUtc="2026-11-02T00:00:00.1Z"),
        order(2, SiteName=None, CreatedDateUtc="2026-11-02T00:00:00.0999999Z"),
        order(3, SiteName="B", CreatedDateUtc="2026-11-02T00:00:00.1000000Z"),
    )

    assert caller.ids("/v1/Orders?$orderby=CreatedDateUtc") == [2, 1, 3]
    assert caller.ids("/v1/Orders?$orderby=createddateutc%20desc,ID%20desc") == [3, 1, 2]
    assert caller.ids("/v1/Orders?$orderby=SiteName%20asc") == [2, 3, 1]
    caller.sandbox.floor.settings = ChannelAdvisorSettings(letter_case="ignored")
    assert caller.ids("/v1/Orders?$orderby=SiteName") == [2, 1, 3]


def test_select_gives_these_members_by_their_own_spelling() -> None:
    """Names are matched in any letter case, answers and context have the canonical one."""
    page = _five().get("/v1/orders?$select=id,sitename&$top=1&$expand=items($select=id)")

    assert page["@odata.context"] == "http://127.0.0.1/v1/$metadata#Orders(ID,SiteName,Items())"
    assert page["value"] == [{"ID": 1, "SiteName": "O'Neil's", "Items": [{"ID": 10}]}]


def test_a_row_has_every_member_and_no_children() -> None:
    """Empty members are explicit nulls; navigations are absent unless expanded."""
    row = _five().get("/v1/Orders?$top=1")["value"][0]

    assert row["EstimatedShipDateUtc"] is None
    assert {"ShippingPostalCode", "BillingCity", "UserDataRemovalDateUTC"} <= set(row)
    assert {"Items", "Fulfillments", "Exports"}.isdisjoint(row)


@pytest.mark.parametrize(
    "query",
    [
        "$search=x",
        "$format=json",
        "$Filter=ID%20eq%201",
        "$top=-1",
        "$top=x",
        "$skip=1.5",
        "$count=yes",
        "$select=",
        "$select=Nonsense",
        "$orderby=",
        "$orderby=Items",
        "$orderby=ID%20down",
        "$orderby=ID%20desc%20x",
        "$expand=",
        "$expand=Nonsense",
        "$expand=SiteName",
        "$expand=Items(",
        "$expand=Items($expand=Nonsense)",
        "$expand=Items($filter=Nonsense%20eq%201)",
        "$expand=Items($select=ID)x",
        "$expand=Items(nonsense)",
        "exported=perhaps",
    ],
)
def test_an_option_that_cannot_be_understood_is_a_400(query: str) -> None:
    """Unknown options, names and values are refused, never ignored."""
    assert _five().call("GET", f"/v1/Orders?{query}").status == 400


def test_a_caller_sees_its_own_profiles_alone() -> None:
    """Orders of other profiles are neither listed nor found by key."""
    state = account(order(1), order(2, ProfileID=12000102))
    sandbox = ChannelAdvisorSandbox(state)
    one = Caller(sandbox).sign_in()
    two = Caller(sandbox, name="two", secret="s2").sign_in()

    assert one.ids("/v1/Orders") == [1]
    assert one.call("GET", "/v1/Orders(2)").status == 404
    assert one.ids("/v1/Profiles") == [12000101]
    assert two.ids("/v1/Orders") == [1, 2]
    assert two.ids("/v1/Profiles") == [12000101, 12000102]
    assert two.ids("/v1/Fulfillments?$filter=OrderID%20eq%202") == [21]


def test_distribution_centers_and_sites_are_lists_too() -> None:
    """IDs may be 0 and negative; each is found by key as well, with all of its members."""
    caller = twin(page_sizes={"others": 1})

    assert caller.walk("/v1/DistributionCenters") == [[-2], [0]]
    assert caller.get("/v1/DistributionCenters(-2)")["Code"] == "FBA-US"
    assert "ThroughputLimitUnits" in caller.get("/v1/DistributionCenters(0)")
    assert caller.get("/v1/Sites")["value"][0]["AdjustmentReasons"] == ["GeneralAdjustment"]


def test_lines_and_fulfillments_are_sets_of_their_own() -> None:
    """The same rows are reached without the order that they hang under."""
    caller = twin(order(1), order(2))

    assert caller.ids("/v1/OrderItems") == [10, 20]
    assert caller.ids("/v1/FulfillmentItems?$filter=OrderItemID%20eq%2020") == [22]
    assert caller.ids("/v1/Fulfillments(21)/Items") == [22]


def test_five_thousand_orders_are_cut_into_pages_without_loss() -> None:
    """The largest world of the demo is walked completely by its links."""
    caller = twin(*(order(key, UpdatedDateUtc=None) for key in range(1, 5001)), per_minute=None)

    pages = caller.walk("/v1/Orders?$select=ID&exported=false")

    assert [len(page) for page in pages] == [100] * 50
    assert len({key for page in pages for key in page}) == 5000


def test_settings_that_make_no_sense_are_refused() -> None:
    """A page has at least one row, and the open questions have two answers each."""
    with pytest.raises(ValueError, match="at least 1"):
        ChannelAdvisorSettings(page_sizes={"Orders": 0})
    with pytest.raises(ValueError, match="letter_case"):
        ChannelAdvisorSettings(letter_case="both")
