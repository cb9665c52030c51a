"""A new case from a real record: without its buyer, trimmed to what the ruleset makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.cases.draft import Draft
from engine.cases.reading import moment
from engine.cases.redacting import redacted
from engine.compiler.items import CompiledItems
from engine.compiler.references import Path
from engine.customers import Customer
from engine.errors import ConfigurationError
from engine.sandbox.casting.orders import SAID, said_of
from engine.sandbox.casting.products import SAID_OF_PRODUCT, said_of_product

AFTER = timedelta(hours=1)
"""A case plays so long after its record was last touched."""
BOOKED = frozenset(["adjustment", "move", "putaway"])
"""The messages of a warehouse that a case can give by themselves."""


def case_text(
    customer: Customer, raw: Mapping[str, Any], codes: Mapping[int, str], schema: str
) -> str:
    """The text of a case about this order, whose expectation nobody has confirmed yet.

    `raw` is the whole record as the channel gives it, `codes` are the DCs' codes by id, as far as
    they are known. Raises ConfigurationError for what is no order of the channel.
    """
    said = said_of(dict(raw))
    if said is None:
        raise ConfigurationError(
            "that is no order as the channel gives it", "Give one whole order, as JSON."
        )
    numbers = said["centers"]
    centers = [{"code": codes.get(number, str(number)), "id": number} for number in numbers]

    def given(record: Mapping[str, Any]) -> dict[str, Any]:
        order = {"id": said["id"], "profile": said["profile"], "raw": record}
        return {"orders": [order], **({"centers": centers} if centers else {})}

    draft = Draft(
        customer=customer,
        what=f"order {said['id']}",
        given=given,
        at=_after(str(said["updated"])),
        note="its buyer is invented, and what makes no difference is left out",
    )
    rest = {name: value for name, value in raw.items() if name not in SAID}
    bare = redacted(rest, customer.adapters[customer.compiled.rules.source].buyer_members)
    return draft.taken(bare, _second(customer.compiled.reads), schema)


def text_of_file(customer: Customer, raw: Mapping[str, Any], schema: str) -> str:
    """The text of a case about a record of whatever kind: an order or a product of the channel, or
    a message of the warehouse about a booking. Raises ConfigurationError for anything else.
    """
    said = said_of_product(dict(raw))
    if said is not None:
        return _of_product(customer, raw, said, schema)
    for settings in customer.settings.values():
        profile = settings.get("profile") or {}
        names = profile.get("members", {}).get("message", {})
        if isinstance(raw.get(names.get("type")), str) and names.get("payload") in raw:
            return _of_message(customer, raw, profile, schema)
    return case_text(customer, raw, {}, schema)


def _of_product(
    customer: Customer, raw: Mapping[str, Any], said: Mapping[str, Any], schema: str
) -> str:
    items = customer.items
    if items is None:
        raise ConfigurationError(
            "that is a product, and the ruleset has no items",
            "Add the section `items`, or give an order.",
        )
    own = {name: said[name] for name in ("sku", "id", "profile")}
    draft = Draft(
        customer=customer,
        what=f"product {said['id']}",
        given=lambda record: {"products": [{**own, "raw": record}]},
        at=_after(str(said["updated"])),
        flow="items",
    )
    rest = {name: value for name, value in raw.items() if name not in SAID_OF_PRODUCT}
    return draft.taken(rest, _second(_reads(items)), schema)


def _of_message(
    customer: Customer, raw: Mapping[str, Any], profile: Mapping[str, Any], schema: str
) -> str:
    """Who booked it is invented; its item is one that both systems know."""
    names, types = profile["members"]["message"], profile["triggers"]["types"]
    kind, payload = raw[names["type"]], raw[names["payload"]]
    word = next((one for one, name in types.items() if name == kind), None)
    if word not in BOOKED or not isinstance(payload, Mapping):
        raise ConfigurationError(
            f"that is a message of the type {kind}, and no booking",
            "What happens to an order is stated under `earlier` and `happened`: see"
            " `crossdock docs guides/cases`.",
        )
    section = profile["members"][word]
    item = payload.get(section["item"])
    known = {"products": [{"sku": item}]} if isinstance(item, str) else {}

    def given(record: Mapping[str, Any]) -> dict[str, Any]:
        here = {"messages": [{"type": kind, "payload": record}]}
        items = {"items": [item]} if known else {}
        return {"warehouse": {**items, **here}, **known}

    draft = Draft(
        customer=customer,
        what=f"a message {kind}",
        given=given,
        at=_after(payload.get(section["at"])),
        flow="stock",
        note="who booked is invented, and what makes no difference is left out",
    )
    kept = frozenset(section[one] for one in ("reason", "quantity", "at") if one in section)
    return draft.taken(redacted(payload, [str(section.get("user"))]), kept, schema)


def _after(text: object) -> datetime | None:
    """When the case plays; None for what is no time."""
    try:
        return moment(str(text)).replace(microsecond=0) + AFTER
    except ValueError:
        return None


def _second(paths: frozenset[Path]) -> frozenset[str]:
    """The raw members that rules read."""
    return frozenset(str(path[1]) for path in paths if len(path) > 1)


def _reads(items: CompiledItems) -> frozenset[Path]:
    """The paths of the raw product that any rule reads."""
    return frozenset(path for path in _paths(items) if path[0] == items.rules.source)


def _paths(items: CompiledItems) -> Iterator[Path]:
    pieces = [one.value or one.text for one in items.fields]
    for piece in [*pieces, items.where, *(rule.predicate for rule in items.skip)]:
        yield from piece.references if piece is not None else ()
