// The job by hand in Node.
const { play } = require("./lines.js");

const kept = (order) =>
  order.PaymentStatus === "Cleared" &&
  order.CheckoutStatus === "Completed" &&
  ["Unshipped", "PartiallyShipped"].includes(order.ShippingStatus) &&
  !(order.PrivateNotes || "").startsWith("WAIT") &&
  order.Items.some((item) => item.Quantity > 0);

const address = (order) => ({
  name: [order.ShippingFirstName, order.ShippingLastName].filter(Boolean).join(" "),
  company: order.ShippingCompanyName || "",
  street: order.ShippingAddressLine1,
  unit: order.ShippingAddressLine2 || "",
  city: order.ShippingCity,
  state: order.ShippingStateOrProvince || order.ShippingStateOrProvinceName,
  code: order.ShippingPostalCode,
  country: order.ShippingCountry,
  phone: order.ShippingDaytimePhone || order.ShippingEveningPhone || "0",
  mail: order.BuyerEmailAddress,
});

const mapped = (order) => {
  if (!kept(order)) return undefined;
  const items = order.Items;
  const sent = order.Fulfillments[0];
  const gift = items.find((item) => item.GiftMessage);
  return {
    number: String(order.ID),
    seen: {
      site: order.SiteName,
      number: order.SiteOrderID,
      account: String(order.ProfileID),
    },
    placed: order.CreatedDateUtc,
    paid: order.PaymentDateUtc,
    due: order.DeliverByDateUtc || order.EstimatedShipDateUtc,
    money: { currency: order.Currency, total: order.TotalPrice, tax: order.TotalTaxPrice || 0 },
    to: address(order),
    by: {
      carrier: sent.ShippingCarrier,
      service: sent.ShippingClass,
      soon: ["Next Day", "2nd Day"].includes(sent.ShippingClass),
      house: sent.ExternalFulfillmentCenterCode || "MAIN",
    },
    lines: items
      .filter((item) => !item.IsBundle)
      .map((item) => ({
        line: String(item.ID),
        sku: item.Sku,
        units: item.Quantity,
        title: item.Title,
      })),
    parts: items
      .filter((item) => item.IsBundle)
      .flatMap((item) => item.BundleComponents)
      .map((part) => ({ sku: part.Sku, units: part.Quantity, kit: part.BundleSku })),
    units: items.reduce((sum, item) => sum + item.Quantity, 0),
    skus: items.map((item) => item.Sku).sort(),
    dearest: items.reduce((best, item) => (item.UnitPrice > best.UnitPrice ? item : best)).Sku,
    gift: gift ? gift.GiftMessage : null,
    notes: order.SpecialInstructions || order.PublicNotes,
    fields: order.CustomFields.map((one) => ({ name: String(one.FieldID), value: one.Value })),
  };
};

play(mapped);
