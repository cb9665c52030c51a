"""ChannelAdvisor's quantities: what can be sold, and the calls that change it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from engine.adapters.channeladvisor import filters, protocol
from engine.adapters.channeladvisor.client import Client
from engine.adapters.channeladvisor.members import named, quantity, rows, text, whole
from engine.adapters.channeladvisor.product_records import kind_of
from engine.adapters.channeladvisor.products import of_profiles
from engine.adapters.channeladvisor.protocol import Row
from engine.errors import LibraryFaultError
from engine.model.desired import PreparedRequest
from engine.model.stock import Center, ChannelLevel, QuantityUpdate
from engine.ports.flows import StockSink
from engine.ports.systems import ReadKit

_NESTED: Mapping[str, Mapping[str, str]] = {"DCQuantities": {}}
_OPTIONS = {
    "$select": (
        "ID,ProfileID,Sku,ProductType,BundleType,IsParent,InfiniteQuantity,OpenAllocatedQuantity,"
        "PendingCheckoutQuantity,PendingPaymentQuantity,PendingShipmentQuantity"
    ),
    "$expand": protocol.expansion(_NESTED),
}


class ChannelAdvisorStock(StockSink):
    """Reads page by page, by the service's own links; renders quantity updates."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._pool = kit.pool

    def centers(self) -> Mapping[int, Center]:
        found = [center_of(row) for row in self._client.centers()]
        return {center.id: center for center in found}

    def quantity(self, update: QuantityUpdate) -> PreparedRequest:
        """Documented: by the product's id, several DCs a call. Raises LibraryFaultError for none,
        and for a quantity below 0 that is no change: what the service makes of it is not known.
        """
        if not update.legs:
            raise LibraryFaultError("a quantity update without a distribution center")
        if update.type != "Relative" and min(update.legs.values()) < 0:
            raise LibraryFaultError(f"a quantity below 0 cannot be set ({update.type})")
        value = {
            "UpdateType": update.type,
            "CompleteDCList": False,
            "Updates": [
                {"DistributionCenterID": dc, "Quantity": units}
                for dc, units in sorted(update.legs.items())
            ],
        }
        key = protocol.number(update.product, "product")
        return PreparedRequest(
            method="POST",
            path=f"/v1/Products({key})/UpdateQuantity",
            body=json.dumps({"Value": value}),
        )

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        mine = of_profiles(profiles)
        chosen = {"$filter": filters.conjunction(mine)} if mine else {}
        yield from self._pages({**_OPTIONS, **chosen})

    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        read = self._pool.map(self._some, filters.batches(products))
        return {level.product: level for some in read for level in some}

    def _some(self, keys: Sequence[str]) -> list[ChannelLevel]:
        options = {**_OPTIONS, "$filter": filters.any_id(keys, "product")}
        return [level for page in self._pages(options) for level in page]

    def _pages(self, options: Mapping[str, str]) -> Iterator[Sequence[ChannelLevel]]:
        for page in self._client.all(protocol.products_url(self._client.base, options)):
            yield [level_of(self._client.complete(row, _NESTED)) for row in page]


def center_of(row: Row) -> Center:
    """One distribution center; raises BadRecordError without a whole number for its id."""
    return Center(
        id=whole(row, "ID", "a distribution center"),
        code=text(row, "Code", "a distribution center"),
        name=str(row.get("Name") or ""),
        deleted=bool(row.get("IsDeleted")),
        external=bool(row.get("IsExternallyManaged")) or row.get("Type") == "ExternallyManaged",
    )


def level_of(row: Row) -> ChannelLevel:
    """One product's quantities; raises BadRecordError where a needed member is missing."""
    key = str(whole(row, "ID", "a product"))
    where = f"product {key}"
    return ChannelLevel(
        product=key,
        profile=whole(row, "ProfileID", where),
        sku=named(row, "Sku", where),
        available={
            whole(one, "DistributionCenterID", where): quantity(one, where, "AvailableQuantity")
            for one in rows(row, "DCQuantities", where)
        },
        open_allocated=quantity(row, where, "OpenAllocatedQuantity"),
        pending_checkout=quantity(row, where, "PendingCheckoutQuantity"),
        pending_payment=quantity(row, where, "PendingPaymentQuantity"),
        pending_shipment=quantity(row, where, "PendingShipmentQuantity"),
        kind=kind_of(row),
        infinite=bool(row.get("InfiniteQuantity")),
    )
