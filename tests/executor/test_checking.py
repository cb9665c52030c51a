"""`check` over fakes: what an adapter does not offer is not asked, and bad news stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from engine.errors import SystemUnavailableError
from engine.executor.checking import ORDERS, Sites, check
from engine.model.desired import ItemState, PreparedRequest
from engine.model.finding import ERROR, OK, WARNING, Finding
from engine.model.order import Unreadable
from engine.model.product import BundlePart, Product, ProductRef
from engine.model.rules_items import ItemRules
from engine.model.rules_shipments import ShipmentRules
from engine.model.rules_stock import StockRules
from engine.model.shipment import Box, OrderProgress
from engine.model.stock import Center, ChannelLevel, QuantityUpdate, ShelfLevel
from engine.ports.flows import Inspector, ProductSource, ProgressSource, ShelfSource, StockSink
from tests.fakes.systems import FakeSink
from tests.fakes.world import NOON
from tests.unit.flows.making import link, rules, ruleset

HOUR = timedelta(hours=1)


class Shelves(ShelfSource):
    """Stock in these areas, one page each; `read` are the pages that were taken."""

    def __init__(self, *areas: str | None) -> None:
        self.areas = areas
        self.read = 0

    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        for area in self.areas:
            self.read += 1
            yield [ShelfLevel(item="MUG", area=area, on_hand=1)]

    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        return {}


class Progress(ProgressSource):
    """Orders of one box each; the first of a page cannot be read."""

    def __init__(self, *pages: Sequence[str]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        self.asked += numbers
        return {
            number: Unreadable(key=number, why="odd") if index == 0 else packed(number)
            for index, number in enumerate(numbers)
        }

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        yield from self.pages


class Down(Inspector):
    """A system that does not answer."""

    def inspect(self) -> Sequence[Finding]:
        raise SystemUnavailableError("no answer", "Try again later.")


class Quantities(StockSink):
    """Two mugs that differ by letter case, and a bundle."""

    def centers(self) -> Mapping[int, Center]:
        return {7: Center(id=7, code="EAST")}

    def quantity(self, update: QuantityUpdate) -> PreparedRequest:
        return PreparedRequest(method="POST", path=f"/{update.product}")

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        kinds: dict[str, Literal["item", "bundle"]] = {
            "MUG": "item",
            "mug": "item",
            "KIT": "bundle",
        }
        for sku, kind in kinds.items():
            yield [ChannelLevel(product=f"p{sku}", profile=1, sku=sku, available={}, kind=kind)]

    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        return {}


class Products(ProductSource):
    """The bundle, or a record that cannot be read in its place."""

    def __init__(self, *, odd: bool = False) -> None:
        self.odd = odd

    def server_now(self) -> datetime:
        return NOON

    def products(
        self, profiles: Sequence[int], since: datetime, until: datetime
    ) -> Iterator[Sequence[Product | Unreadable]]:
        yield []

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Product | Unreadable]:
        parts = (BundlePart(sku="LID", quantity=2),)
        kit = Product(key="pKIT", profile=1, sku="KIT", updated=NOON, components=parts)
        return {"pKIT": Unreadable(key="pKIT", why="odd") if self.odd else kit}

    def by_sku(self, profile: int, skus: Sequence[str]) -> Mapping[str, Sequence[ProductRef]]:
        return {}


def packed(number: str) -> OrderProgress:
    """One box by DHL without a service, one without a carrier."""
    boxes = (Box(id="1", contents=(), carrier="DHL"), Box(id="2", contents=()))
    return OrderProgress(
        number=number,
        state="complete",
        locked=False,
        packed=True,
        area=None,
        lines=(),
        boxes=boxes,
    )


def sites(**more: Any) -> Sites:
    """Nothing but a warehouse that knows items."""
    orders = rules()
    plain: dict[str, Any] = {
        "ruleset": ruleset(orders, link("east", 7)),
        "orders": orders,
        "inspectors": {},
        "items": FakeSink(),
        "stock": None,
        "products": None,
        "shelves": None,
        "progress": None,
        "targets": None,
    }
    return Sites(**{**plain, **more})


def found_by(**more: Any) -> list[tuple[str, str, str]]:
    """Rule, severity and text of each finding."""
    return [(one.rule, one.severity, one.text) for one in check(sites(**more), NOON)]


def test_what_an_adapter_does_not_offer_is_not_asked() -> None:
    """Of files there is nothing to find but that areas are not checked."""
    assert found_by() == [
        ("check.areas", WARNING, "the site tells no areas: east not checked"),
    ]


def test_a_system_that_is_down_is_one_finding() -> None:
    """An inspection that gets no answer does not hinder the others."""
    found = found_by(inspectors={"ca": Down()}, shelves=Shelves("East"))

    assert [(rule, severity) for rule, severity, _ in found] == [
        ("check.reads", ERROR),
        ("check.areas", OK),
    ]


def test_stock_is_walked_only_until_every_area_was_seen() -> None:
    """Three hundred thousand records are not read for two names."""
    shelves = Shelves("west", "EAST", "yard", "bulk")

    assert found_by(shelves=shelves)[0][1] == OK
    assert shelves.read == 2


def test_a_site_that_tells_no_areas_is_said_to_be_unchecked() -> None:
    """A record without an area is no area of that name."""
    assert "tells no areas" in found_by(shelves=Shelves(None, None))[0][2]
    assert "nothing lies in an area east" in found_by(shelves=Shelves())[0][2]


def of_products(*, odd: bool = False, **more: Any) -> list[tuple[str, str]]:
    """Rule and severity of what is found of products."""
    sink = FakeSink()
    sink.known = {"KIT": ItemState.UNKNOWN, "LID": ItemState.BUNDLE}
    orders = rules()
    own = replace(ruleset(orders, replace(link("east", 7), stock="us")), **more)
    found = found_by(ruleset=own, stock=Quantities(), products=Products(odd=odd), items=sink)
    return [(rule, severity) for rule, severity, _ in found if rule != "check.areas"]


def test_products_are_judged_for_the_flows_that_the_ruleset_has() -> None:
    """SKUs that exist twice matter where stock is told or items are written."""
    told = StockRules(source="wos", sink="ca", ways={})
    owned = ItemRules(source="ca", sink="wos", owners=(1,), since=NOON, overlap=HOUR)
    bundle = ("check.bundles", WARNING)
    center = ("check.dc", ERROR)

    assert of_products()[1:] == [bundle]
    assert of_products(stock=told)[1:] == [("check.sku-twice", WARNING), bundle]
    assert of_products(items=owned)[1:] == [("check.sku-twice", WARNING), bundle]
    assert of_products(odd=True)[-1] == ("check.bundles", OK)
    assert center not in of_products()


def test_only_the_latest_orders_are_looked_at_for_carriers() -> None:
    """Boxes without a carrier and orders that cannot be read say nothing."""
    shipments = ShipmentRules(
        source="wos",
        sink="ca",
        at="packing",
        level="line",
        tracking=None,
        carriers={},
        no_carrier="send",
        shipped=frozenset(),
        cancelled=frozenset(),
        overlap=HOUR,
        catch_up=HOUR,
    )
    own = replace(ruleset(rules()), shipments=shipments)
    progress = Progress(["a", "b", "c"], [str(n) for n in range(ORDERS)], ["never"])
    found = found_by(ruleset=own, progress=progress)

    assert len(progress.asked) == ORDERS
    assert found[-1][2].startswith(f"{ORDERS - 2} of the boxes lately seen went by DHL,")
    few = found_by(ruleset=own, progress=Progress(["a", "b"]))
    assert few[-1][2].startswith("1 of the boxes")
