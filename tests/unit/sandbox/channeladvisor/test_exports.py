"""ProductExport: started, asked after, downloaded."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from tests.unit.sandbox.channeladvisor.account import Caller, account
from tests.unit.sandbox.channeladvisor.shop import (
    KIT,
    LAMP,
    floor,
    goods,
    product,
    shop,
)


def _start(caller: Caller, query: str = "", columns: bytes = b"") -> Any:
    response = caller.send(
        "POST",
        f"/V1/ProductExport{query}",
        columns,
        authorization=f"Bearer {caller.token}",
        content_type="text/plain",
    )
    assert response.status == 200, response.body
    return json.loads(response.body)


def _poll(caller: Caller, token: str) -> Any:
    return caller.get("/v1/ProductExport?token=" + quote(token, safe=""))


def _table(caller: Caller, started: Any) -> list[list[str]]:
    caller.now += timedelta(seconds=120)
    url = _poll(caller, started["Token"])["ResponseFileUrl"]
    response = caller.send("GET", url)
    assert (response.status, response.headers["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode()
    assert name.endswith(".txt")
    return [line.split("\t") for line in text.split("\r\n")[:-1]]


def test_an_export_takes_its_time() -> None:
    """The token has to be encoded, and leads to the file when it is complete."""
    caller = shop()

    started = _start(caller)

    assert set(started) == {"$id", "Token", "Status", "StartedOnUtc", "ResponseFileUrl"}
    assert (started["Status"], started["ResponseFileUrl"]) == ("InProgress", None)
    assert "+" in started["Token"]
    raw = caller.call("GET", f"/v1/ProductExport?token={started['Token']}")
    assert raw.status == 404
    caller.now += timedelta(seconds=119)
    assert _poll(caller, started["Token"])["Status"] == "InProgress"
    caller.now += timedelta(seconds=1)
    done = _poll(caller, started["Token"])
    assert done["Status"] == "Complete"
    assert done["ResponseFileUrl"].startswith("http://127.0.0.1/files/export-")
    assert done["StartedOnUtc"] == "2026-11-20T08:00:00Z"


def test_the_file_is_not_there_before_its_time() -> None:
    """Its address cannot be used early, nor guessed."""
    caller = shop()
    started = _start(caller)
    caller.now += timedelta(seconds=120)
    url = _poll(caller, started["Token"])["ResponseFileUrl"]
    caller.now -= timedelta(seconds=1)

    assert caller.send("GET", url).status == 404
    assert caller.send("GET", "/files/export-0.zip").status == 404


def test_chosen_columns_come_in_that_order() -> None:
    """Their names are matched ignoring letter case; the filter is the usual one."""
    caller = shop()
    query = "?profileid=12000101&$filter=" + quote("Sku ge 'L' and Sku lt 'N'")

    rows = _table(caller, _start(caller, query, b"id, sku,totalavailablequantity"))

    assert rows == [
        ["ID", "Sku", "TotalAvailableQuantity"],
        [str(LAMP), "LAMP", "37"],
        ["64", "MUG", "50"],
        ["65", "MUG-ALT", "0"],
    ]


def test_without_columns_everything_comes_with_attributes() -> None:
    """Booleans by name, US dates, nothing for null, pairs of attributes, no tabs in texts."""
    rich = product(
        91,
        "RICH",
        Description="a\tb\r\nc",
        IsBlocked=False,
        CreateDateUtc="2026-02-04T00:05:09.1234567Z",
        ReceivedDateUtc="2026-02-04T15:05:09Z",
        Attributes=[{"Name": "Color", "Value": "red"}, {"Name": "Size", "Value": None}],
    )
    caller = shop(product(90, "BARE", Attributes=[{"Name": "A", "Value": "v"}]), rich)

    head, bare, row = _table(caller, _start(caller))
    cells = dict(zip(head, row, strict=True))

    assert cells["Description"] == "a b c"
    assert cells["IsBlocked"] == "False"
    assert cells["CreateDateUtc"] == "2/4/2026 12:05:09 AM"
    assert cells["ReceivedDateUtc"] == "2/4/2026 3:05:09 PM"
    assert cells["Brand"] == ""
    assert head[-4:] == ["Attribute1Name", "Attribute1Value", "Attribute2Name", "Attribute2Value"]
    assert row[-4:] == ["Color", "red", "Size", ""]
    assert bare[-4:] == ["A", "v", "", ""]
    assert not [name for name in head if "DC" in name]


def test_the_rows_are_those_of_the_start() -> None:
    """What changes while the export runs is not in it."""
    caller = shop()
    started = _start(caller, columns=b"Sku,TotalAvailableQuantity")
    floor(caller, f"products/{LAMP}", DCQuantities=[])

    assert ["LAMP", "37"] in _table(caller, started)


def test_only_the_profiles_of_the_application_are_exported() -> None:
    """One that is asked for, or all of them; another's export cannot be seen."""
    products = [*goods(), product(90, "OTHER", profile=12000102)]
    sandbox = ChannelAdvisorSandbox({**account(), "Products": products})
    one = Caller(sandbox).sign_in()
    two = Caller(sandbox, name="two", secret="s2").sign_in()

    mine = _start(one, columns=b"ID")
    assert two.call("GET", "/v1/ProductExport?token=" + quote(mine["Token"])).status == 404
    assert ["90"] not in _table(one, mine)
    both = _start(two, columns=b"ID")
    assert {"90", str(KIT)} < {row[0] for row in _table(two, both)}
    assert _table(two, _start(two, "?ProfileId=12000102", b"ID")) == [["ID"], ["90"]]


@pytest.mark.parametrize(
    ("query", "columns", "status"),
    [
        ("?profileid=12000999", b"", 400),
        ("?profileid=x", b"", 400),
        ("?$filter=Nonsense%20eq%201", b"", 400),
        ("", b"ID,DCQuantities", 400),
        ("", b"ID,Nonsense", 400),
    ],
)
def test_an_export_that_cannot_be_is_refused(query: str, columns: bytes, status: int) -> None:
    """A foreign profile, a wrong filter, an unknown column (quantities per DC are none)."""
    caller = shop()
    bearer = f"Bearer {caller.token}"

    response = caller.send("POST", f"/v1/ProductExport{query}", columns, authorization=bearer)
    assert response.status == status


def test_starts_are_limited_and_questions_are_not() -> None:
    """So many a minute; a minute later there is room again."""
    caller = shop(exports_per_minute=1)
    token = _start(caller)["Token"]

    assert caller.call("POST", "/v1/ProductExport").status == 429
    assert [_poll(caller, token)["Status"] for _ in range(3)] == ["InProgress"] * 3
    caller.now += timedelta(minutes=1)
    assert caller.call("POST", "/v1/ProductExport").status == 200


def test_an_export_needs_a_token_and_other_methods_are_not_there() -> None:
    """As everything else."""
    caller = shop()

    assert caller.send("POST", "/v1/ProductExport").status == 401
    assert caller.call("DELETE", "/v1/ProductExport").status == 404
    assert caller.call("GET", "/v1/ProductExport").status == 404
