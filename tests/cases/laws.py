"""The laws of the domain, and for each thing that a law says a case that fails when it is broken.

Every row was tried: the code was broken on purpose, and the case failed. Who changes a law, or how
it is kept, breaks it again and sees to it that its case still fails.
"""

from __future__ import annotations

from collections.abc import Mapping

LAWS: Mapping[str, Mapping[str, str]] = {
    "1 which orders are pulled": {
        "by updated date, a sweep by created date": "orders/sweep",
        "a sweep when it is due": "orders/sweep-due",
        "with an overlap": "orders/overlap",
        "by the export flag": "orders/overlap",
        "what the source can filter is asked of it": "orders/only-asked",
        "and everything is checked again here": "orders/only-payment",
        "handled orders are read by nothing that could hide them": "order-changes/query",
        "open holds are decided again by id": "orders/gone",
    },
    "2 parts": {
        "only the units of linked DCs": "orders/two-parts",
        "only fulfillments that are open": "orders/not-open-base",
        "less what was cancelled": "orders/cancelled-subtract",
        "a cancelled line over two DCs is held": "orders/cancelled-split",
        "a bound part keeps its number": "orders/part-later",
    },
    "3 lines": {
        "by their id, never by SKU": "orders/one-sku-on-two-lines",
        "a bad line holds its order": "orders/lines-bad-hold",
        "what is no goods is left out": "orders/lines-non-shippable",
    },
    "4 bundles": {
        "are split": "orders/bundle-split",
        "component quantities are for the whole line already": "orders/bundles-split",
        "a component that is a bundle is refused": "orders/bundles-split-twice",
        "an unknown number is held": "orders/items-unknown",
        "what is left to the warehouse is no item there": "orders/bundles-wos-also-item",
        "the plan says what was not checked": "orders/items-unchecked",
    },
    "5 attributes": {
        "a value without a row holds the order": "orders/lookup-missing-hold",
        "a required value that is missing holds the order": "orders/map-required",
        "the warehouse's own status Hold is by rule": "orders/wos-hold",
    },
    "6 numbers and the flag": {
        "what is there is compared": "orders/number-taken",
        "a number belongs to one order of the source": "orders/number-taken-alike",
        "the flag is set when every part is bound": "orders/export-waits",
        "nothing is written over": "orders/write-back-over-nothing",
        "a note is appended": "orders/write-back-note",
        "and once": "orders/write-back-once",
    },
    "7 changes": {
        "a batched order is locked": "order-changes/dc-moved-locked",
        "what this ruleset did not create is not deleted": "order-changes/recreate-adopted",
        "a deleted order that was touched is sent again": "order-changes/absent-touched",
        "one that was not touched stays away": "order-changes/absent-untouched",
        "our shipment is no change": "order-changes/none",
        "our number and note are no edit": "order-changes/absent-echo",
        "blanked data is its own kind": "order-changes/blanked",
        "another DC is its own kind": "order-changes/dc-moved",
        "a create waits for its delete": "order-changes/recreate",
        "a crash between both is made good": "order-changes/recreate-unfinished",
        "an order is not sent again by halves": "order-changes/recreate-unknown-item",
        "a re-routed order that was deleted is sent again": "order-changes/dc-moved-absent",
    },
    "8 picking or packing": {
        "at picking, what is picked": "shipments/at-picking",
        "at packing, nothing before": "shipments/not-packed",
        "tracking is waited for": "shipments/tracking-wait",
        "not for ever": "shipments/tracking-wait-over",
        "then it is held where the ruleset says so": "shipments/tracking-then-hold",
        "a late number is added": "shipments/late-label",
    },
    "9 lines and boxes": {
        "shipped is at most ordered": "shipments/too-many",
        "and at most picked": "shipments/not-picked",
        "what was not picked is not told": "shipments/begun-at-picking",
        "a later pick is told from where the first ended": "shipments/at-picking-rest",
        "several boxes are several shipments": "shipments/two-boxes",
        "what was called off is not shipped": "shipments/cancelled",
    },
    "10 bundles go back whole": {
        "by their scarcest component": "shipments/bundle-carried",
        "never rounded up": "shipments/bundle-rest-reported",
        "over all that was told before": "shipments/bundle-completed-later",
        "with what others have to send": "shipments/bundle-other-dc-first",
        "by the stored recipe": "shipments/bundle-recipe-of-the-day",
        "a component and a line of one item are told apart": "shipments/component-is-line-alike",
    },
    "11 carriers": {
        "a pair without a row is held": "shipments/carrier-unmapped",
        "with the nearest rows": "shipments/carrier-unmapped",
        "so is one that comes late": "shipments/late-label-carrier",
    },
    "12 items": {
        "aliases are left alone where nobody owns them": "items/aliases-none",
        "and are the whole list where the ruleset does": "items/aliases-quantity",
        "a plan shows which would vanish": "items/gate-lost-aliases",
        "two products of one SKU are both held": "items/twice",
        "parents and bundles by rule": "items/parent",
        "members for new items are not written again": "items/map-new-only",
        "an item that is there is patched": "items/changed",
        "the memory learns the product id": "items/another-product",
    },
    "13 what is told of stock": {
        "picks of own orders are not": "stock/pick-own",
        "put-backs are not": "stock/put-back",
        "what is left out is not": "stock/pull-ignore",
        "what is reported is not": "stock/picks-report",
        "what is set as available is less orders to come": "stock/set-available",
        "what is set as on hand has what is picked": "stock/set-picked",
    },
    "14 products": {
        "several are never guessed from": "stock/product-twice",
        "the SKU counts within the link's profile": "stock/move-two-products",
        "a booking without a product waits, in order": "stock/product-unknown",
        "the id in the warehouse goes first": "stock/product-field",
    },
    "15 moves": {
        "within a DC are nothing": "stock/move-one-dc",
        "are minus here and plus there": "stock/move-two-dcs",
        "from or to an unlinked area have one side": "stock/move-out",
    },
    "16 DCs": {
        "a deleted one is refused": "stock/dc-deleted",
        "an external one is refused": "stock/dc-external",
        "an unknown one is refused": "stock/dc-unknown",
        "one of two links is refused": "orders/dc-of-two-links",
        "an id may be 0": "orders/dc-zero",
        "or negative": "orders/dc-negative",
    },
    "17 netting": {
        "every leg is on record": "stock/net",
        "a leg on record is not told again": "stock/move-half-told",
        "what cancels out is not sent": "stock/net-zero",
        "one change of a product at a time": "stock/behind-sending",
        "the subject is the product": "stock/behind-doubt",
    },
    "18 reconciliation": {
        "what is picked is on no shelf": "discrepancy/only-picked",
        "bundles have no stock of their own": "discrepancy/left-out",
        "a held part is not one that was not downloaded": "discrepancy/held",
        "pendings of a product are shared out": "discrepancy/apportioned",
        "a doubt explains all of its units or none": "discrepancy/in-doubt",
        "unexplained is what two readings agree on": "discrepancy/changed-in-part",
        "unlinked areas are shown": "discrepancy/unlinked-areas",
    },
}
