"""What must become of one order: what it makes in the warehouse, or why it makes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.world.customers import Customer
from engine.sandbox.world.headers import header_of, number_of, ship_to_of, tags_of
from engine.sandbox.world.model import ExpectedOrder
from engine.sandbox.world.parts import Content, Part, Row, is_bad, parts_of, shippable


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a warehouse knows: item numbers, and bundles with (item, quantity) of each component."""

    items: frozenset[str]
    bundles: Mapping[str, tuple[tuple[str, int], ...]]

    @classmethod
    def of(cls, site: Mapping[str, Any]) -> Stock:
        """Reads a warehouse's state."""
        return cls(
            items=frozenset(item["number"] for item in site["items"]),
            bundles={
                number: tuple((part["item"], part["quantity"]) for part in parts)
                for number, parts in site["bundles"].items()
            },
        )

    def kind(self, number: str) -> str:
        """item, bundle or unknown; of a number that is both, the item wins."""
        if number in self.items:
            return "item"
        return "bundle" if number in self.bundles else "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    host_id: str
    number: str
    quantity: int
    kind: str


def judge(order: Row, customer: Customer, stock: Stock) -> tuple[list[ExpectedOrder], list[str]]:
    """The expected orders, and one reason for each part (or the whole order) that is not."""
    fallen = _filtered(order, customer) or _skipped(order, customer)
    if fallen:
        return [], [fallen]
    parts = parts_of(order, customer)
    held = _held(order, customer)
    if held or not parts:
        return [], [held or "dropped:nothing-left"] * max(1, len(parts))
    expected, reasons = [], []
    for part in parts:
        verdict = _verdict(order, customer, part, stock, single=len(parts) == 1)
        if isinstance(verdict, str):
            reasons.append(verdict)
        else:
            expected.append(verdict)
    return expected, reasons


def _filtered(order: Row, customer: Customer) -> str:
    dcs = {box["DistributionCenterID"] for box in order["Fulfillments"]}
    least = customer.least_total
    tests = {
        "profile": order["ProfileID"] in customer.profiles,
        "shipping": order["ShippingStatus"] in customer.shipping,
        "payment": order["PaymentStatus"] in customer.payment,
        "checkout": order["CheckoutStatus"] in customer.checkout,
        "site": order["SiteName"] != customer.not_site,
        "dc": bool(dcs & customer.dcs),
        "since": order["CreatedDateUtc"][:19] >= customer.since,
        "where": least is None or order["TotalPrice"] >= least,
    }
    return next((f"filtered:{name}" for name, passed in tests.items() if not passed), "")


def _skipped(order: Row, customer: Customer) -> str:
    if customer.skip_tag in tags_of(order):
        return "skipped:local-pickup"
    prefix = customer.skip_site_order
    if prefix and (order["SiteOrderID"] or "").startswith(prefix):
        return "skipped:test-order"
    return ""


def _held(order: Row, customer: Customer) -> str:
    """What holds every part of an order."""
    if customer.needs_address and not (order["ShippingAddressLine1"] or "").strip():
        return "held:no-address"
    if customer.bad_lines == "hold" and any(map(is_bad, shippable(order, customer))):
        return "held:bad-line"
    return ""


def _verdict(
    order: Row, customer: Customer, part: Part, stock: Stock, *, single: bool
) -> ExpectedOrder | str:
    if part.torn:
        return "held:cancelled-over-dcs"
    header = header_of(order, customer)
    if isinstance(header, str):
        return f"held:{header}"
    wanted = [line for content in part.contents for line in _wanted(content, customer)]
    for line in wanted:
        if not line.quantity:
            return "held:broken-bundle"
        kind = stock.kind(line.number)
        if kind != line.kind:
            return f"held:{kind}-for-{line.kind}"
    return ExpectedOrder(
        order=order["ID"],
        number=number_of(order, customer, part.link.name, single=single),
        area=part.link.area,
        status="hold" if customer.hold_tag in tags_of(order) else "available",
        lines=tuple(stored for line in wanted for stored in _stored(line, stock)),
        fields=header,
        ship_to=ship_to_of(order),
    )


def _wanted(content: Content, customer: Customer) -> list[_Wanted]:
    """The lines to be sent for one line of the order; a bundle is split, kept, or left whole."""
    line = content.line
    host = str(line["ID"])
    way = customer.bundle_ways.get(line["Sku"], customer.bundles)
    if way == "split" or not line["BundleComponents"]:
        return [
            _Wanted(host_id=host, number=sku, quantity=quantity, kind="item")
            for sku, quantity, _ in content.pieces
            if quantity
        ]
    counts = {divmod(quantity, per) for _, quantity, per in content.pieces}
    whole, rest = counts.pop()
    if counts or rest:
        whole = 0  # Some DC has only a piece of a bundle: nothing that can be sent whole.
    kind = "bundle" if way == "wos" else "item"
    return [_Wanted(host_id=host, number=line["Sku"], quantity=whole, kind=kind)]


def _stored(line: _Wanted, stock: Stock) -> list[tuple[str, str, int]]:
    """What the warehouse stores for a line: of a bundle its components, with the line's host id."""
    if line.kind == "item":
        return [(line.host_id, line.number, line.quantity)]
    return [(line.host_id, item, line.quantity * per) for item, per in stock.bundles[line.number]]
