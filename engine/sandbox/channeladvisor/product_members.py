"""The member names of products and their children by kind, and their enums. Data only."""

from __future__ import annotations

from collections.abc import Mapping

PENDING = ("PendingCheckoutQuantity", "PendingPaymentQuantity", "PendingShipmentQuantity")
"""What orders hold back, by what they still wait for."""

COUNTED = ("OpenAllocatedQuantity", *PENDING, "TotalQuantity")
"""The product's own figures that have a twin for accounts which share quantity."""

PRODUCT_MEMBERS: Mapping[str, Mapping[str, str]] = {
    "Product": {
        "number": (
            "ID ProfileID MultipackQuantity Height Length Width Weight Cost Margin RetailPrice"
            " StartingPrice ReservePrice BuyItNowPrice StorePrice SecondChancePrice MinPrice"
            " MaxPrice EstimatedShippingCost TotalAvailableQuantity"
            f" {' '.join(f'{name} {name}Pooled' for name in COUNTED)}"
            " QuantitySoldLast7Days QuantitySoldLast14Days QuantitySoldLast30Days"
            " QuantitySoldLast60Days QuantitySoldLast90Days ParentProductID ReferenceProductID"
        ),
        "string": (
            "Sku Title Subtitle Classification ASIN UPC EAN ISBN MPN HarmonizedCode TaxProductCode"
            " Brand Manufacturer Condition Description ShortDescription Warranty StoreTitle"
            " StoreDescription FlagDescription WarehouseLocation SupplierName SupplierCode"
            " SupplierPO BlockComment ParentSku RelationshipName VaryBy CopyToAliases ReferenceSku"
        ),
        "date": (
            "CreateDateUtc UpdateDateUtc QuantityUpdateDateUtc ReceivedDateUtc LastSaleDateUtc"
            " BlockedDateUtc BlockedFromAdvertisingDateUtc"
        ),
        "boolean": (
            "IsBlocked IsBlockedFromAdvertising IsExternalQuantityBlocked InfiniteQuantity"
            " IsAvailableInStore IsDisplayInStore IsParent IsInRelationship CopyToChildren"
        ),
    },
    "AttributeValue": {"number": "ProductID ProfileID", "string": "Name Value"},
    "Image": {"number": "ProductID ProfileID", "string": "PlacementName Abbreviation Url"},
    "ProductLabel": {"number": "ProductID ProfileID", "string": "Name"},
    "DCQuantity": {"number": "ProductID ProfileID DistributionCenterID AvailableQuantity"},
    "ProductBundleComponent": {
        "number": "ProductID ComponentID ProfileID Quantity",
        "string": "ComponentSku",
    },
    "ChildRelationship": {"number": "ParentProductID ChildProductID ProfileID"},
    "AliasRelationship": {
        "number": "AliasProductID ReferenceProductID ProfileID",
        "string": "AliasProductSku",
    },
}

PRODUCT_ENUM_MEMBERS: Mapping[str, Mapping[str, str]] = {
    "Product": {
        "ProductType": "ProductType",
        "BundleType": "BundleType",
        "AliasType": "AliasType",
        "Flag": "FlagType",
    },
}

PRODUCT_ENUMS: Mapping[str, tuple[str, ...]] = {
    "ProductType": ("Item", "Child", "Bundle", "Parent"),
    "BundleType": ("None", "BundleComponent", "BundleItem", "AssemblyBundleItem"),
    "AliasType": ("None", "Reference", "Alias"),
    "FlagType": (
        *("NoFlag", "RedFlag", "QuestionMark", "NotAvailable", "Price", "YellowFlag"),
        *("GreenFlag", "BlueFlag", "ExclamationPoint", "ItemCopied", "NotSpecified"),
    ),
    "QuantityUpdateType": ("Absolute", "Relative", "Available", "InStock", "UnShipped"),
}
"""The quantity type `Unconfirmed` is left out: nothing says what it means."""
