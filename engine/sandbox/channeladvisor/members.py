"""The member names of each entity type by kind, and the members of each enum. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sandbox.channeladvisor.product_members import (
    PRODUCT_ENUM_MEMBERS,
    PRODUCT_ENUMS,
    PRODUCT_MEMBERS,
)

_ADDRESS = (
    "{0}Title {0}FirstName {0}LastName {0}Suffix {0}CompanyName {0}CompanyJobTitle"
    " {0}DaytimePhone {0}EveningPhone {0}AddressLine1 {0}AddressLine2 {0}City"
    " {0}StateOrProvince {0}StateOrProvinceName {0}PostalCode {0}Country "
)

_ADJUSTMENT: Mapping[str, str] = {
    "number": (
        "ID ProfileID OrderID ItemAdjustment TaxAdjustment ShippingAdjustment"
        " ShippingTaxAdjustment GiftWrapAdjustment GiftWrapTaxAdjustment RecyclingFeeAdjustment"
        " ReturnShippingFee RestockingFee"
    ),
    "string": (
        "SellerAdjustmentID SiteAdjustmentID AdjustmentTransactionID PublicNotes Comment"
        " RmaNumber ReturnTrackingNumberOrUrl ReturnShippingMethod"
    ),
    "boolean": "IsRestock",
    "date": "SiteRefundDateUtc CreatedDateUtc",
}

MEMBERS: Mapping[str, Mapping[str, str]] = {
    **PRODUCT_MEMBERS,
    "Order": {
        "number": (
            "ID ProfileID SiteID SiteAccountID UserDataPresent CheckoutSourceID TotalPrice"
            " TotalTaxPrice TotalShippingPrice TotalShippingTaxPrice TotalInsurancePrice"
            " TotalGiftOptionPrice TotalGiftOptionTaxPrice AdditionalCostOrDiscount"
            " PromotionAmount FlagID"
        ),
        "string": (
            "SiteName SiteOrderID SecondarySiteOrderID SellerOrderID Currency PublicNotes"
            " PrivateNotes SpecialInstructions RequestedShippingCarrier RequestedShippingClass"
            " ResellerID FlagDescription OrderTags BuyerUserId BuyerEmailAddress PaymentMethod"
            " PaymentTransactionID PaymentPaypalAccountID PaymentCreditCardLast4"
            " PaymentMerchantReferenceNumber PromotionCode "
            + _ADDRESS.format("Shipping")
            + _ADDRESS.format("Billing")
        ),
        "date": (
            "UserDataRemovalDateUTC CreatedDateUtc ImportDateUtc UpdatedDateUtc"
            " EstimatedShipDateUtc DeliverByDateUtc CheckoutDateUtc PaymentDateUtc"
            " ShippingDateUtc"
        ),
        "boolean": "BuyerEmailOptIn",
    },
    "OrderItem": {
        "number": (
            "ID ProfileID OrderID ProductID Quantity UnitPrice TaxPrice ShippingPrice"
            " ShippingTaxPrice RecyclingFee UnitEstimatedShippingCost GiftPrice GiftTaxPrice"
            " ReferenceProductID"
        ),
        "string": (
            "SiteOrderItemID SellerOrderItemID SiteListingID Sku Title GiftMessage GiftNotes"
            " ItemURL HarmonizedCode ReferenceSku"
        ),
        "boolean": "IsBundle",
    },
    "OrderItemBundleComponent": {
        "number": (
            "ProfileID OrderID OrderItemID ProductID BundleProductID Quantity ReferenceProductID"
        ),
        "string": "Sku BundleSku Title ReferenceSku",
    },
    "OrderItemPromotion": {
        "number": "ID OrderItemID OrderID ProfileID Amount ShippingAmount",
        "string": "Code",
    },
    "OrderItemAdjustment": {
        **_ADJUSTMENT,
        "number": _ADJUSTMENT["number"] + " OrderItemID Quantity",
    },
    "OrderAdjustment": _ADJUSTMENT,
    "OrderItemAttributeValue": {
        "number": "OrderItemID OrderID ProfileID",
        "string": "Name Value",
    },
    "OrderAttributeValue": {"number": "OrderID ProfileID", "string": "Name Value"},
    "CustomField": {"number": "FieldID OrderID ProfileID", "string": "Value"},
    "ExportStatus": {
        "number": "ID ProfileID OrderID",
        "string": "ApplicationID DeveloperKey",
        "boolean": "Override",
    },
    "Fulfillment": {
        "number": ("ID ProfileID OrderID DistributionCenterID ShippingCost InsuranceCost TaxCost"),
        "string": (
            "TrackingNumber TrackingUrl ReturnTrackingNumber ShippingCarrier ShippingClass"
            " ExternalFulfillmentCenterCode SellerFulfillmentID ExternalFulfillmentNumber"
            " ExternalFulfillmentReferenceNumber ShippingLabelRequestID StagingLocation"
            " SerialShippingContainerCode LabelFormat ReturnLabelFormat ChannelReturnLabelFormat"
        ),
        "date": (
            "CreatedDateUtc UpdatedDateUtc ShippedDateUtc EarliestDeliveryDateUtc"
            " EarliestShipDateUtc EstimatedDeliveryDateUtc EstimatedShipDateUtc"
        ),
        "boolean": ("HasShippingLabel HasChannelPackingSlip HasReturnLabel HasChannelReturnLabel"),
    },
    "FulfillmentItem": {
        "number": (
            "ID ProfileID FulfillmentID OrderID OrderItemID ProductID Quantity ReferenceProductID"
            " DistributionCenterItemUnitCost DistributionCenterShippingCost"
            " DistributionCenterCalculatedItemUnitCost DistributionCenterCalculatedShippingCost"
        ),
        "string": "Sku SellerFulfillmentItemID ReferenceSku WarehouseLocation",
    },
    "Profile": {
        "number": "ID DefaultDistributionCenterID",
        "string": "AccountName CompanyName CurrencyCode TimeZoneRegion TimeZoneDescription",
    },
    "SiteAccount": {
        "number": "ID SiteID",
        "string": "SiteAccountName SiteName",
        "boolean": "Enabled",
    },
    "DistributionCenter": {
        "number": (
            "ID HandlingTimeMinutes PickupOrderHoldMinutes ThroughputLimitNumber Latitude Longitude"
        ),
        "string": (
            "Name Code FulfillmentPartnerName ContactName ContactEmail ContactPhone Address1"
            " Address2 City StateOrProvince Country PostalCode County District TimeZone MainPhone"
            " AltPhone Fax HomePage Email BusinessDescription StoreCategories"
            " CourierPickupInstructions CustomerPickupInstructions PickupInstructions"
        ),
        "date": "DeletedDateUtc",
        "boolean": "PickupLocation ShipLocation IsExternallyManaged IsDeleted DeliveryAvailable",
    },
    "OperatingHour": {
        "number": "DistributionCenterID DayID",
        "string": "OpenTime CloseTime",
    },
    "Site": {
        "number": "ID SiteCategoryID",
        "string": "SiteName SiteCategoryName",
        "complex": "CancellationConfiguration RefundConfiguration AdjustmentReasons",
    },
}

_ADJUSTMENT_ENUMS: Mapping[str, str] = {
    "Reason": "AdjustmentReason",
    "Type": "AdjustmentType",
    "RequestStatus": "AsyncStatus",
    "RestockStatus": "AsyncStatus",
    "CreatedSource": "ChangeSource",
    "LastUpdatedSource": "ChangeSource",
}

ENUM_MEMBERS: Mapping[str, Mapping[str, str]] = {
    **PRODUCT_ENUM_MEMBERS,
    "Order": {
        "CheckoutStatus": "CheckoutStatus",
        "PaymentStatus": "PaymentStatus",
        "ShippingStatus": "ShippingStatus",
        "DistributionCenterTypeRollup": "DistributionCenterTypeRollup",
        "OrderTaxType": "TaxType",
        "ShippingTaxType": "TaxType",
        "GiftOptionsTaxType": "TaxType",
    },
    "OrderAdjustment": _ADJUSTMENT_ENUMS,
    "OrderItemAdjustment": _ADJUSTMENT_ENUMS,
    "Fulfillment": {
        "Type": "FulfillmentType",
        "DeliveryStatus": "DeliveryStatus",
        "ExternalFulfillmentStatus": "ExternalFulfillmentStatus",
    },
    "FulfillmentItem": {"MarketplaceShippingStatus": "MarketplaceShippingStatus"},
    "DistributionCenter": {
        "Type": "DistributionCenterType",
        "ThroughputLimitUnits": "ThroughputLimitUnits",
    },
}

ENUMS: Mapping[str, tuple[str, ...]] = dict(PRODUCT_ENUMS) | {
    name: tuple(text.split())
    for name, text in {
        "CheckoutStatus": (
            "NotVisited Completed Visited CompletedAndVisited Disabled CompletedOffline OnHold"
        ),
        "PaymentStatus": "NotYetSubmitted Cleared Submitted Failed Deposited",
        "ShippingStatus": (
            "Unshipped Shipped PartiallyShipped PendingShipment Canceled ThirdPartyManaged"
        ),
        "DistributionCenterTypeRollup": "SellerManaged ExternallyManaged Mixed",
        "TaxType": "NoTax Standard ExclusiveVat InclusiveVat",
        "FulfillmentType": "Ship Pickup ShipToStore Courier",
        "DeliveryStatus": (
            "NoChange InTransit ReadyForPickup Complete Canceled ThirdPartyManaged Confirmed"
            " PickAndPack LabelCreated Held"
        ),
        "ExternalFulfillmentStatus": "New Pending Sent Processing Complete Held Failed",
        "MarketplaceShippingStatus": (
            "Pending InProgress Complete CompletedWithoutNotification Failed"
        ),
        "DistributionCenterType": "Warehouse ExternallyManaged DropShip RetailStore",
        "ThroughputLimitUnits": "Minutes Hours Days",
        "AdjustmentType": "Refund Cancellation",
        "ChangeSource": "Channel UserInterface Api System",
        "AdjustmentReason": (
            "GeneralAdjustment ItemNotAvailable CustomerReturnedItem CouldNotShip"
            " AlternateItemProvided BuyerCancelled CustomerExchange MerchandiseNotReceived"
            " ShippingAddressUndeliverable"
        ),
        "AsyncStatus": (
            "Error SubmittedNotProcessed NewRma PendingApproval ProcessingApproval ReadyForReturn"
            " PendingReturn ProcessingReturn PendingRejection ProcessingRejection"
            " ProcessedNotAcknowledged PendingReturnRejection ProcessingReturnRejection"
            " AcknowledgedPostProcessingNotComplete PostProcessingComplete RejectionCompleted"
            " InformationOnly NoChange"
        ),
    }.items()
}
