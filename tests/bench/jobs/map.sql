COPY (
  SELECT
    ID::VARCHAR AS number,
    {'site': SiteName, 'number': SiteOrderID, 'account': ProfileID::VARCHAR} AS seen,
    CreatedDateUtc AS placed,
    PaymentDateUtc AS paid,
    coalesce(DeliverByDateUtc, EstimatedShipDateUtc) AS due,
    {'currency': Currency, 'total': TotalPrice, 'tax': coalesce(TotalTaxPrice, 0)} AS money,
    {
      'name': concat_ws(' ', nullif(ShippingFirstName, ''), nullif(ShippingLastName, '')),
      'company': coalesce(ShippingCompanyName, ''),
      'street': ShippingAddressLine1,
      'unit': coalesce(ShippingAddressLine2, ''),
      'city': ShippingCity,
      'state': coalesce(nullif(ShippingStateOrProvince, ''), ShippingStateOrProvinceName),
      'code': ShippingPostalCode,
      'country': ShippingCountry,
      'phone': coalesce(nullif(ShippingDaytimePhone, ''), nullif(ShippingEveningPhone, ''), '0'),
      'mail': BuyerEmailAddress
    } AS "to",
    {
      'carrier': Fulfillments[1].ShippingCarrier,
      'service': Fulfillments[1].ShippingClass,
      'soon': Fulfillments[1].ShippingClass IN ('Next Day', '2nd Day'),
      'house': coalesce(nullif(Fulfillments[1].ExternalFulfillmentCenterCode, ''), 'MAIN')
    } AS "by",
    list_transform(
      list_filter(Items, lambda item: NOT item.IsBundle),
      lambda item:
        {'line': item.ID::VARCHAR, 'sku': item.Sku, 'units': item.Quantity, 'title': item.Title}
    ) AS lines,
    list_transform(
      flatten(list_transform(
        list_filter(Items, lambda item: item.IsBundle), lambda item: item.BundleComponents
      )),
      lambda part: {'sku': part.Sku, 'units': part.Quantity, 'kit': part.BundleSku}
    ) AS parts,
    list_sum(list_transform(Items, lambda item: item.Quantity)) AS units,
    list_sort(list_transform(Items, lambda item: item.Sku)) AS skus,
    list_reverse_sort(
      list_transform(Items, lambda item: {'price': item.UnitPrice, 'sku': item.Sku})
    )[1].sku AS dearest,
    list_filter(
      list_transform(Items, lambda item: item.GiftMessage), lambda text: text <> ''
    )[1] AS gift,
    coalesce(nullif(SpecialInstructions, ''), PublicNotes) AS notes,
    list_transform(
      CustomFields, lambda one: {'name': one.FieldID::VARCHAR, 'value': one.Value}
    ) AS fields
  FROM read_json(
    'SOURCE', format = 'newline_delimited', sample_size = -1,
    dateformat = '%X', timestampformat = '%X'
  )
  WHERE PaymentStatus = 'Cleared' AND CheckoutStatus = 'Completed'
    AND ShippingStatus IN ('Unshipped', 'PartiallyShipped')
    AND NOT starts_with(coalesce(PrivateNotes, ''), 'WAIT')
    AND len(list_filter(Items, lambda item: item.Quantity > 0)) > 0
) TO 'TARGET' (FORMAT JSON)
