"""The products and their quantities: per DC what is available, per product what is held back.

total = available + open allocated + pending checkout + pending payment + pending shipment
(documented). A bundle's available quantity is calculated, per DC, from that of its components
(documented; the formula is inferred), a parent has none. Open allocation has no DC on the wire:
here it counts for the default DC of the product's profile. The pooled figures equal the
product's own: no account of the twin shares quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.pendings import Pendings
from engine.sandbox.channeladvisor.product_members import COUNTED, PENDING
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.stamps import stamp


class Stock:
    """Products by ID. `default_centers`: profile ID -> DC ID. `version` counts the changes."""

    def __init__(self, default_centers: Mapping[int, int]) -> None:
        self.products: dict[int, Row] = {}
        self.pendings = Pendings()
        self.version = 0
        self._default_centers = default_centers
        self._bundles: dict[int, set[int]] = {}
        self._relatives: dict[int, set[int]] = {}
        self._skus: dict[tuple[int, object], int] = {}

    def find(self, profile: int, sku: object) -> Row | None:
        """The profile's product of this SKU."""
        product = self.products.get(self._skus.get((profile, sku), -1))
        return None if product is None or product["Sku"] != sku else product

    def put(self, row: Row) -> None:
        """Stores a whole product in place of the one with its ID, and makes its figures agree."""
        self.version += 1
        product = schema.complete(row, schema.PRODUCT)
        _own(product)
        self.products[product["ID"]] = product
        self._skus[product["ProfileID"], product["Sku"]] = product["ID"]
        for component in product["BundleComponents"]:
            self._bundles.setdefault(component["ComponentID"], set()).add(product["ID"])
        self._relate(product)
        self._recalculate(product, None)
        self._restate(product, None)

    def bundled(self, product: Row) -> bool:
        """Whether it is a bundle, whose quantity cannot be set."""
        return bool(product["BundleComponents"])

    def available(self, product: Row, center: int) -> int:
        """The available units in a DC; 0 where the product has no row for it."""
        row = _row(product, center)
        return 0 if row is None else row["AvailableQuantity"] or 0

    def withheld(self, product: Row, center: int) -> dict[str, int]:
        """What is held back in a DC, by the member that counts it."""
        figures = {name: self.pendings.at(product["ID"], center, name) for name in PENDING}
        default = self._default_centers.get(product["ProfileID"], 0)
        figures["OpenAllocatedQuantity"] = (
            product["OpenAllocatedQuantity"] if center == default else 0
        )
        return figures

    def assign(self, product: Row, quantities: Mapping[int, int], now: datetime) -> None:
        """Sets the available units of some DCs and stamps the change."""
        self.version += 1
        for center, quantity in quantities.items():
            _set(product, center, quantity)
        product["QuantityUpdateDateUtc"] = stamp(now)
        self._restate(product, now)

    def refresh(self, order: Row) -> None:
        """Takes over what the order holds back now. Products that are not known are passed by."""
        self.version += 1
        for product in self.pendings.replace(order):
            if product in self.products:
                self._total(self.products[product])

    def _restate(self, product: Row, now: datetime | None) -> None:
        """Totals of the product, and the bundles that it is part of."""
        self._total(product)
        for key in self._bundles.get(product["ID"], ()):
            bundle = self.products[key]
            if self._recalculate(bundle, now):
                self._restate(bundle, now)

    def _recalculate(self, bundle: Row, now: datetime | None) -> bool:
        """Whether a bundle's quantities changed; left alone while a component is not known."""
        parts = {row["ComponentID"]: row["Quantity"] or 1 for row in bundle["BundleComponents"]}
        if not parts or not parts.keys() <= self.products.keys():
            return False
        known = [self.products[part] for part in parts]
        changed = False
        for center in _centers([bundle, *known]):
            fewest = min(self.available(part, center) // parts[part["ID"]] for part in known)
            if _set(bundle, center, max(fewest, 0)):
                changed = True
        if changed and now is not None:
            bundle["QuantityUpdateDateUtc"] = stamp(now)
        return changed

    def _total(self, product: Row) -> None:
        rows = product["DCQuantities"]
        available = sum(row["AvailableQuantity"] or 0 for row in rows)
        parent = product["ProductType"] == "Parent"
        held = {name: self.pendings.total(product["ID"], name) for name in PENDING}
        held["OpenAllocatedQuantity"] = product["OpenAllocatedQuantity"] or 0
        product.update(held)
        product["TotalAvailableQuantity"] = None if parent else available
        product["TotalQuantity"] = available + sum(held.values())
        product.update({f"{name}Pooled": product[name] for name in COUNTED})

    def _relate(self, product: Row) -> None:
        """Adds the relationship rows that follow from what products say about each other."""
        for owner in {product["ParentProductID"], product["ReferenceProductID"]} - {None}:
            self._relatives.setdefault(owner, set()).add(product["ID"])
            if owner in self.products:
                _adopt(self.products[owner], product)
        for key in self._relatives.get(product["ID"], ()):
            _adopt(product, self.products[key])


def _own(product: Row) -> None:
    """Children carry the product's keys, also where the seed leaves them out."""
    for name in schema.PRODUCT_CHILDREN.values():
        for child in product[name]:
            for member in ("ProductID", "ProfileID"):
                if member in child and child[member] is None:
                    child[member] = product["ID" if member == "ProductID" else member]


def _adopt(owner: Row, product: Row) -> None:
    """The rows by which an owner lists its children and its aliases."""
    keys = {"ProfileID": owner["ProfileID"]}
    if product["ParentProductID"] == owner["ID"]:
        row = {**keys, "ParentProductID": owner["ID"], "ChildProductID": product["ID"]}
        _once(owner["Children"], row, "ChildProductID")
    if product["AliasType"] == "Alias" and product["ReferenceProductID"] == owner["ID"]:
        row = {**keys, "AliasProductID": product["ID"], "ReferenceProductID": owner["ID"]}
        row["AliasProductSku"] = product["Sku"]
        _once(owner["AliasRelationships"], row, "AliasProductID")


def _once(rows: list[Row], row: Row, key: str) -> None:
    if all(other[key] != row[key] for other in rows):
        rows.append(row)


def _row(product: Row, center: int) -> Row | None:
    rows: Iterable[Row] = product["DCQuantities"]
    return next((row for row in rows if row["DistributionCenterID"] == center), None)


def _set(product: Row, center: int, quantity: int) -> bool:
    """Sets a DC's available units; whether that changed anything."""
    row = _row(product, center)
    if row is None:
        row = {"ProductID": product["ID"], "ProfileID": product["ProfileID"]}
        row |= {"DistributionCenterID": center, "AvailableQuantity": None}
        product["DCQuantities"].append(row)
    changed: bool = row["AvailableQuantity"] != quantity
    row["AvailableQuantity"] = quantity
    return changed


def _centers(products: Iterable[Row]) -> list[int]:
    rows = [row for product in products for row in product["DCQuantities"]]
    return list(dict.fromkeys(row["DistributionCenterID"] for row in rows))
