"""Which members of a record are asked for: ours, and those that somebody reads. No I/O.

Documented: `$select`, and options of an expansion in parentheses. That `$select` is one of these is
inferred from OData, as is the semicolon between them: `asking` tells what happens where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.adapters.channeladvisor import protocol
from engine.model.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What we need of each record ourselves: members that are no lists, and rows in lists.

    What tells rows apart (`protocol.identity`) is among them: a list may be cut.
    """

    members: tuple[str, ...]
    lists: Mapping[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Query options: `narrow` ask for what is `needed` and more, `whole` for all that is read."""

    narrow: Mapping[str, str]
    whole: Mapping[str, str]
    needed: Rows


_ITEM = ("ID", "OrderItemID", "ProductID", "Sku", "Quantity")
_LINE = Rows(
    members=("ID", "ProductID", "Sku", "Quantity", "IsBundle"),
    lists={
        "BundleComponents": Rows(members=("OrderItemID", "ProductID", "Sku", "Quantity")),
        "Adjustments": Rows(members=("ID", "Type", "RequestStatus", "Quantity")),
    },
)
_FULFILLMENT = Rows(
    members=(
        *("ID", "DistributionCenterID", "DeliveryStatus"),
        *("SellerFulfillmentID", "TrackingNumber"),
    ),
    lists={"Items": Rows(members=_ITEM)},
)
ORDER = Rows(
    members=(
        *("ID", "ProfileID", "CreatedDateUtc", "UpdatedDateUtc", "ShippingStatus"),
        *("PaymentStatus", "CheckoutStatus", "SiteName", "SiteID", "OrderTags"),
    ),
    lists={"Items": _LINE, "Fulfillments": _FULFILLMENT},
)
PRODUCT = Rows(
    members=(
        *("ID", "ProfileID", "Sku", "CreateDateUtc", "UpdateDateUtc", "Title"),
        *("ProductType", "BundleType", "IsParent", "AliasType", "ReferenceSku", "ParentSku"),
    ),
    lists={
        "Attributes": Rows(members=("Name", "Value")),
        "Images": Rows(members=("PlacementName", "Url")),
        "BundleComponents": Rows(members=("ComponentID", "ComponentSku", "Quantity")),
        "AliasRelationships": Rows(members=("AliasProductID", "AliasProductSku")),
    },
)


def choice_of(needed: Rows, nested: Mapping[str, Any], wanted: Wanted | None) -> Choice:
    """How records are asked for of which `wanted` is read beside what is `needed` here.

    `nested` are the lists that a whole record is read with; of those that nobody needs none are
    expanded. A list that is wanted comes with all that is in it.
    """
    whole = {"$expand": protocol.expansion(nested)}
    if wanted is None:
        return Choice(narrow=whole, whole=whole, needed=needed)
    listed = [
        _whole(name, nested[name]) if name in wanted.members else _narrow(name, needed.lists[name])
        for name in nested
        if name in wanted.members or name in needed.lists
    ]
    more = sorted(wanted.members - nested.keys() - set(needed.members))
    chosen = {} if wanted.plain else {"$select": ",".join((*needed.members, *more))}
    return Choice(narrow={"$expand": ",".join(listed), **chosen}, whole=whole, needed=needed)


def has_lists(row: protocol.Row, needed: Rows) -> bool:
    """Whether a record came with its lists, and each of their rows with its own. A service that
    passes over a piece of an expansion would otherwise hide, say, what was cancelled.
    """
    return all(
        name in row and all(has_lists(one, below) for one in _records(row[name]))
        for name, below in needed.lists.items()
    )


def _records(value: object) -> list[protocol.Row]:
    """What else is in a list, or there in its place, is refused by who reads the record."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _whole(name: str, below: Mapping[str, Any]) -> str:
    return protocol.expansion({name: below})


def _narrow(name: str, rows: Rows) -> str:
    inner = ",".join(_narrow(below, one) for below, one in rows.lists.items())
    expanded = f";$expand={inner}" if inner else ""
    return f"{name}($select={','.join(rows.members)}{expanded})"
