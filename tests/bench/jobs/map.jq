# The job for jq and gojq. JMESPath's `||` also passes over empty texts.
def given: . != null and . != "" and . != false;
def first_of(f; g): f as $one | if ($one | given) then $one else g end;
select(.PaymentStatus == "Cleared" and .CheckoutStatus == "Completed")
| select(.ShippingStatus == "Unshipped" or .ShippingStatus == "PartiallyShipped")
| select((.PrivateNotes // "") | startswith("WAIT") | not)
| select(any(.Items[]; .Quantity > 0))
| .Fulfillments[0] as $sent
| {
    number: (.ID | tostring),
    seen: {site: .SiteName, number: .SiteOrderID, account: (.ProfileID | tostring)},
    placed: .CreatedDateUtc,
    paid: .PaymentDateUtc,
    due: first_of(.DeliverByDateUtc; .EstimatedShipDateUtc),
    money: {currency: .Currency, total: .TotalPrice, tax: (.TotalTaxPrice // 0)},
    to: {
      name: ([.ShippingFirstName, .ShippingLastName | select(given)] | join(" ")),
      company: (.ShippingCompanyName // ""),
      street: .ShippingAddressLine1,
      unit: (.ShippingAddressLine2 // ""),
      city: .ShippingCity,
      state: first_of(.ShippingStateOrProvince; .ShippingStateOrProvinceName),
      code: .ShippingPostalCode,
      country: .ShippingCountry,
      phone: first_of(.ShippingDaytimePhone; first_of(.ShippingEveningPhone; "0")),
      mail: .BuyerEmailAddress
    },
    by: {
      carrier: $sent.ShippingCarrier,
      service: $sent.ShippingClass,
      soon: ($sent.ShippingClass == "Next Day" or $sent.ShippingClass == "2nd Day"),
      house: first_of($sent.ExternalFulfillmentCenterCode; "MAIN")
    },
    lines: [.Items[] | select(.IsBundle | not)
      | {line: (.ID | tostring), sku: .Sku, units: .Quantity, title: .Title}],
    parts: [.Items[] | select(.IsBundle) | .BundleComponents[]
      | {sku: .Sku, units: .Quantity, kit: .BundleSku}],
    units: ([.Items[].Quantity] | add),
    skus: ([.Items[].Sku] | sort),
    dearest: (.Items | max_by(.UnitPrice).Sku),
    gift: ([.Items[].GiftMessage | select(given)][0]),
    notes: first_of(.SpecialInstructions; .PublicNotes),
    fields: [.CustomFields[] | {name: (.FieldID | tostring), value: .Value}]
  }
