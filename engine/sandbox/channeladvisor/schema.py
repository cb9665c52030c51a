"""The members and navigations of the entity types that the twin serves, as its metadata has them.

Names, types and enums: documented (generated client models of `/v1/$metadata`). Names are matched
ignoring letter case (seen in client code); answers carry the spelling of this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.sandbox.channeladvisor import members

Row = dict[str, Any]
"""One entity as JSON members; its children are nested lists under their navigation's name."""

Children = Callable[[Row, Row], Sequence[Row]]
"""(row, the order or other top row it belongs to) -> the rows behind a navigation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Navigation:
    """A collection behind a member: the type of its rows, and how they are found."""

    target: EntityType
    rows: Children


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntityType:
    """One type. `kinds`: member -> number, string, date, boolean, or the enum's name."""

    entity_set: str
    kinds: Mapping[str, str]
    navigations: Mapping[str, Navigation] = field(default_factory=dict)
    spelling: Mapping[str, str]

    def canonical(self, name: str) -> str | None:
        """The table's spelling of a member or navigation, None where there is none."""
        return self.spelling.get(name.lower())


def _nested(name: str) -> Children:
    return lambda row, _top: row.get(name) or ()


def _items_of_line(line: Row, order: Row) -> Sequence[Row]:
    """Fulfillment items of an order line (of all its components, where it is a bundle)."""
    return [
        item
        for fulfillment in order.get("Fulfillments") or ()
        for item in fulfillment.get("Items") or ()
        if item.get("OrderItemID") == line.get("ID")
    ]


def _items_of_component(component: Row, order: Row) -> Sequence[Row]:
    line = {"ID": component.get("OrderItemID")}
    product = component.get("ProductID")
    return [item for item in _items_of_line(line, order) if item.get("ProductID") == product]


COMPUTED: Mapping[str, Children] = {
    "OrderItem.FulfillmentItems": _items_of_line,
    "OrderItemBundleComponent.FulfillmentItems": _items_of_component,
}


def _entity(name: str, entity_set: str, **targets: EntityType) -> EntityType:
    kinds = {
        member: kind for kind, text in members.MEMBERS[name].items() for member in text.split()
    }
    kinds.update(members.ENUM_MEMBERS.get(name, {}))
    navigations = {
        member: Navigation(target=target, rows=COMPUTED.get(f"{name}.{member}") or _nested(member))
        for member, target in targets.items()
    }
    spelling = {member.lower(): member for member in (*kinds, *navigations)}
    return EntityType(
        entity_set=entity_set, kinds=kinds, navigations=navigations, spelling=spelling
    )


_ATTRIBUTE = _entity("OrderAttributeValue", "OrderAttributeValues")
FULFILLMENT_ITEM = _entity("FulfillmentItem", "FulfillmentItems")
FULFILLMENT = _entity("Fulfillment", "Fulfillments", Items=FULFILLMENT_ITEM)
ORDER_ADJUSTMENT = _entity("OrderAdjustment", "OrderAdjustments")
ORDER_ITEM_ADJUSTMENT = _entity("OrderItemAdjustment", "OrderItemAdjustments")
ORDER_ITEM = _entity(
    "OrderItem",
    "OrderItems",
    BundleComponents=_entity(
        "OrderItemBundleComponent",
        "OrderItemBundleComponents",
        FulfillmentItems=FULFILLMENT_ITEM,
    ),
    FulfillmentItems=FULFILLMENT_ITEM,
    Promotions=_entity("OrderItemPromotion", "OrderItemPromotions"),
    Adjustments=ORDER_ITEM_ADJUSTMENT,
    OrderItemAttributes=_entity("OrderItemAttributeValue", "OrderItemAttributeValues"),
)
ORDER = _entity(
    "Order",
    "Orders",
    Items=ORDER_ITEM,
    Fulfillments=FULFILLMENT,
    Adjustments=ORDER_ADJUSTMENT,
    CustomFields=_entity("CustomField", "CustomFields"),
    OrderAttributes=_ATTRIBUTE,
    Exports=_entity("ExportStatus", "Exports"),
)
PROFILE = _entity("Profile", "Profiles", SiteAccounts=_entity("SiteAccount", "SiteAccounts"))
DISTRIBUTION_CENTER = _entity(
    "DistributionCenter",
    "DistributionCenters",
    OperatingHours=_entity("OperatingHour", "OperatingHours"),
)
SITE = _entity("Site", "Sites")
PRODUCT = _entity(
    "Product",
    "Products",
    Attributes=_entity("AttributeValue", "AttributeValues"),
    Images=_entity("Image", "Images"),
    Labels=_entity("ProductLabel", "ProductLabels"),
    DCQuantities=_entity("DCQuantity", "DCQuantities"),
    BundleComponents=_entity("ProductBundleComponent", "ProductBundleComponents"),
    Children=_entity("ChildRelationship", "Children"),
    AliasRelationships=_entity("AliasRelationship", "AliasRelationships"),
)
PRODUCT_CHILDREN: Mapping[str, str] = {
    navigation.target.entity_set: name for name, navigation in PRODUCT.navigations.items()
}
"""Entity set of a product's children -> the navigation that they are stored under."""

SETS: Mapping[str, EntityType] = {
    entity.entity_set.lower(): entity
    for entity in (
        ORDER,
        ORDER_ITEM,
        FULFILLMENT,
        FULFILLMENT_ITEM,
        PROFILE,
        DISTRIBUTION_CENTER,
        SITE,
        PRODUCT,
        *(navigation.target for navigation in PRODUCT.navigations.values()),
    )
}


def complete(row: Row, entity: EntityType) -> Row:
    """The row with every member (null where it was left out) and every stored child list."""
    stored = {
        name: [complete(child, navigation.target) for child in row.get(name) or ()]
        for name, navigation in entity.navigations.items()
        if navigation.rows not in COMPUTED.values()
    }
    plain = {name: value for name, value in row.items() if name not in entity.navigations}
    missing = dict.fromkeys(name for name in entity.kinds if name not in plain)
    return {**plain, **missing, **stored}
