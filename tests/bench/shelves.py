"""A channel and a warehouse of very many products, as pages that lie on disk and are only read.

Each product has two DCs in the channel and three locations in the warehouse. One in 400 has a unit
more in the channel than on its shelves; all others agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from engine.ports.world import Clock, ReadTransport, Request, Response

NOTHING = "0"
"""The folder of no products, beside those of some."""
CUSTOMER, PROFILE = "northpeak", 12000123
BASES = {"CA_URL": "http://127.0.0.1:9", "WOS_URL": "http://127.0.0.1:10"}
ENVIRONMENT = {
    **BASES,
    "CA_APPLICATION_ID": "app-northpeak",
    "CA_SHARED_SECRET": "sandbox-secret-northpeak",
    "CA_REFRESH_TOKEN": "sandbox-refresh-northpeak",
    "WOS_API_KEY": "sandbox-key-northpeak",
}
_EAST, _WEST = 101, 102
_PLACES = (("MAIN", 4), ("BULK", 2), ("WEST", 3))
_FIRST, _WRONG = 6_300_000, 400
_CHANNEL_PAGE, _SITE_PAGE = 100, 500
_LEVELS, _SHELVES = "levels-{}.json", "shelves-{}.json"
_PRIME = 7_919


def write(folder: Path, products: int) -> None:
    """Both systems' pages into an empty folder: in the channel by id, on the shelves by place."""
    folder.mkdir()
    levels = (_level(at, products) for at in range(products))
    for number, rows in enumerate(_pages(levels, _CHANNEL_PAGE)):
        link = f"{BASES['CA_URL']}/v1/Products?$skip={number + 1}"
        more = {"@odata.nextLink": link} if (number + 1) * _CHANNEL_PAGE < products else {}
        (folder / _LEVELS.format(number)).write_bytes(_body({"value": rows, **more}))
    shelves = (_shelf(at, area, units) for area, units in _PLACES for at in range(products))
    for number, rows in enumerate(_pages(shelves, _SITE_PAGE), start=1):
        page = _listed(rows, number, 3 * products)
        (folder / _SHELVES.format(number)).write_bytes(_body(page))


def pages(folder: Path) -> list[Path]:
    """The files of all pages."""
    return sorted(folder.glob("*.json"))


class Shelves(ReadTransport):
    """Answers what a reconciliation asks: pages from the folder, a few products again by id."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._products = len(list(folder.glob(_LEVELS.format("*")))) * _CHANNEL_PAGE

    def token(self, request: Request) -> Response:
        return self._answer(_body({"access_token": "made-up", "expires_in": 3600}))

    def get(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self._answer(self._found(parts.path.rpartition("/")[2], asked))

    def _found(self, place: str, asked: dict[str, str]) -> bytes:
        if place == "Products":
            return self._levels(asked)
        if place == "GetInventory":
            return self._shelves(asked)
        if place == "DistributionCenters":
            return _body({"value": [_center(_EAST, "EAST3PL"), _center(_WEST, "WEST")]})
        if place == "GetMessages":
            return _body({"messages": [], "remaining": 0})
        return _body({"value": []})

    def _levels(self, asked: dict[str, str]) -> bytes:
        ids = re.findall(r"ID eq (\d{7})\b", asked.get("$filter", ""))
        if ids:
            rows = [_level(int(one) - _FIRST, self._products) for one in ids]
            return _body({"value": rows})
        return (self._folder / _LEVELS.format(asked.get("$skip", "0"))).read_bytes()

    def _shelves(self, asked: dict[str, str]) -> bytes:
        if "itemNumber" in asked:
            at = int(asked["itemNumber"].rpartition("-")[2])
            rows = [_shelf(at, area, units) for area, units in _PLACES]
            return _body(_listed(rows, 1, len(rows)))
        return (self._folder / _SHELVES.format(asked["page"])).read_bytes()

    def _answer(self, body: bytes) -> Response:
        date = format_datetime(self._clock.now(), usegmt=True)
        return Response(status=200, headers={"date": date}, body=body)


def _level(at: int, products: int) -> dict[str, Any]:
    keys = {"ProductID": _FIRST + at, "ProfileID": PROFILE}
    sku = at * _PRIME % products  # The ids run in another order than the SKUs do.
    figures = {_EAST: 6 + (sku % _WRONG == 0), _WEST: 3}
    pending = ("OpenAllocated", "PendingCheckout", "PendingPayment", "PendingShipment")
    return {
        "ID": _FIRST + at,
        "ProfileID": PROFILE,
        "Sku": _sku(sku),
        "ProductType": "Item",
        "BundleType": "None",
        "IsParent": False,
        "InfiniteQuantity": False,
        **{f"{name}Quantity": 0 for name in pending},
        "DCQuantities": [
            {**keys, "DistributionCenterID": dc, "AvailableQuantity": units}
            for dc, units in figures.items()
        ],
    }


def _shelf(at: int, area: str, units: int) -> dict[str, Any]:
    return {
        "itemNumber": _sku(at),
        "locationName": f"{area[0]}-{at // 100:04d}-{at % 100:02d}",
        "areaName": area,
        "locationType": "Pick",
        "quantity": units,
        "allocatedQuantity": 0,
    }


def _listed(rows: Sequence[Any], page: int, total: int) -> dict[str, Any]:
    return {"records": rows, "page": page, "pageSize": _SITE_PAGE, "totalRecords": total}


def _center(number: int, code: str) -> dict[str, Any]:
    return {"ID": number, "Code": code, "Name": code, "IsDeleted": False, "Type": "Warehouse"}


def _sku(number: int) -> str:
    return f"SKU-{number:06d}"


def _body(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _pages(rows: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """The rows in pages, the first one even if there is none."""
    source = iter(rows)
    yield list(islice(source, size))
    while page := list(islice(source, size)):
        yield page
