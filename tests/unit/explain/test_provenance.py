"""Where a request's values are said to come from is where they come from.

One order with a bit of everything is changed at every place, one at a time. A value of the record
that a member is not said to have read never moves that member; one that it is said to have read
moves it, or stops the order.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine.explain.orders_now import order_now
from engine.explain.pointers import leaves_of
from engine.explain.story import Member, Request
from engine.model.order_json import order_from_json
from tests.unit.explain.making import Opened, desk_of, opened

Path = tuple[str | int, ...]

RULESET = """
extends: cases
links:
  west: {dc: WEST, areas: [West], pick: West, stock: us}
orders:
  number: "{{ profile.name | upper }}-{{ ca.ID }}{{ '' if part.single else '-' ~ link.name }}"
  wos-hold: {gift: "contains(tags, 'Customized')"}
  map:
    customField1: {from: "join(', ', sort(tags))", default: ""}
    customField2: {from: ca.SiteName, required: true}
    customField3: {from: "ca.Rows[?Kind == 'note'].Text | [0]", default: "none"}
    customField4: {from: "ca.Custom.First || ca.Custom.Second", default: ""}
    shipMethod: {lookup: ship-method, of: ca.RequestedShippingClass}
    notes: {text: "{% if ca.IsGift %}{{ ca.GiftText }}{% else %}{{ ca.Text or '' }}{% endif %}"}
tables: {ship-method: {missing: hold, rows: {Standard: GROUND, Expedited: 2DAY}}}
"""

ORDER: dict[str, Any] = {
    "key": "1001",
    "profile": 12000101,
    "created": "2026-11-02T10:00:00Z",
    "updated": "2026-11-02T11:00:00Z",
    "shipping": "Unshipped",
    "payment": "Cleared",
    "checkout": "Completed",
    "site": "Shop",
    "site_id": 7,
    "tags": ["late", "blue"],
    "lines": [
        {"id": "1", "sku": "LAMP-01", "quantity": 2, "cancelled": 0},
        {
            "id": "2",
            "sku": "KIT",
            "quantity": 2,
            "cancelled": 0,
            "bundle": True,
            "components": [{"sku": "POT", "quantity": 2}, {"sku": "PAN", "quantity": 4}],
        },
    ],
    "allocations": [
        {
            "id": "91",
            "dc": 5,
            "dc_code": "MAIN",
            "status": "NoChange",
            "items": [
                {"line": "1", "sku": "LAMP-01", "quantity": 2},
                {"line": "2", "sku": "POT", "quantity": 2},
                {"line": "2", "sku": "PAN", "quantity": 4},
            ],
        },
        {
            "id": "92",
            "dc": 9,
            "dc_code": "WEST",
            "status": "Complete",
            "items": [{"line": "1", "sku": "LAMP-01", "quantity": 1}],
        },
    ],
    "raw": {
        "ID": 1001,
        "SiteName": "Shop",
        "RequestedShippingClass": "Standard",
        "IsGift": False,
        "GiftText": "Cheers",
        "Text": "Leave at the door",
        "Unread": "nobody asks",
        "Rows": [{"Kind": "memo", "Text": "old"}, {"Kind": "note", "Text": "new"}],
        "Custom": {"First": None, "Second": "second", "Third": "third"},
        "ShippingFirstName": "Dana",
        "ShippingLastName": "Example",
        "ShippingCity": "Troy",
        "ShippingPostalCode": "12180",
    },
}
SHARES = ("allocations", "lines")
"""What `part.single`, the engine's own word, is made of: whether other DCs have something open."""
TEXTS = ["x", "note", "Expedited", "Complete", "MAIN", "2026-11-03T10:00:00Z", ""]
"""Other texts: among them are those that this ruleset knows."""


@pytest.fixture(scope="module")
def acme() -> Opened:
    """The customer whose order it is."""
    return opened(RULESET)


def _sent(acme: Opened, plain: Mapping[str, Any]) -> Request | None:
    """The request that creates the part of DC MAIN; None where it would not be sent."""
    try:
        order = order_from_json(plain)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    found = order_now(desk_of(acme.customer, [order], {}), order.key, acme.seeing).judged
    mine = [one for one in found if one.decision.key == "1001/main" and one.requests]
    return mine[0].requests[0] if mine else None


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        yield path, value
    for step, below in pairs:
        yield from _leaves(below, (*path, step))


def _other_values(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, 0]
    return [*(text for text in TEXTS if text != value), None]


def _changed(order: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    plain = copy.deepcopy(order)
    holder: Any = plain
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return plain


def _in_the_record(source: str) -> Path:
    """The path in the order of what a source is called: `ca.Rows[0].Text`, `profile.name`."""
    text = source.replace("[", ".[")
    steps = [int(one[1:-1]) if one.startswith("[") else one for one in text.split(".")]
    if steps[0] == "ca":
        return ("raw", *steps[1:])
    return ("profile",) if steps[0] == "profile" else tuple(steps)


def _names(member: Member) -> set[Path]:
    return {_in_the_record(one.path) for one in member.origin.sources if not one.note}


def _is_named(path: Path, names: set[Path]) -> bool:
    return any(path[: len(name)] == name for name in names)


def _values(request: Request, member: Member) -> list[Any]:
    body = leaves_of(request.request["body"])
    return [body.get(pointer) for pointer in member.pointers]


def _moved(acme: Opened, request: Request, plain: dict[str, Any]) -> set[str] | None:
    """The members that are others in this order; None where it is not sent any more."""
    after = _sent(acme, plain)
    if after is None:
        return None
    return {
        member.origin.target
        for member in request.members
        if _values(request, member) != _values(after, member)
    }


@pytest.mark.parametrize("other_dc", ["Complete", "NoChange"])
def test_every_value_of_the_record_moves_what_names_it_and_nothing_else(
    acme: Opened, other_dc: str
) -> None:
    """No unnamed value moves a member, and each named one does, or stops the order."""
    order = _changed(ORDER, ("allocations", 1, "status"), other_dc)
    request = _sent(acme, order)
    assert request is not None
    names = {member.origin.target: _names(member) for member in request.members}
    read = {one.origin.target: [s.path for s in one.origin.sources] for one in request.members}
    idle: set[tuple[str, Path]] = set()
    for path, value in _leaves(order):
        others = [_changed(order, path, other) for other in _other_values(value)]
        effects = [_moved(acme, request, other) for other in others]
        moved = set[str]().union(*(one for one in effects if one is not None))
        named = {target for target, spots in names.items() if _is_named(path, spots)}
        parted = {one for one in moved if path[0] in SHARES and "part.single" in read[one]}
        assert moved <= named | parted, f"{path} moves {moved - named} without being named"
        if None not in effects:
            idle |= {(target, path) for target in named - moved}
    assert idle == set()


def test_every_member_of_the_body_is_explained(acme: Opened) -> None:
    """What no member names is filled by the site profile, and that is told."""
    request = _sent(acme, ORDER)
    assert request is not None
    named = {pointer for member in request.members for pointer in member.pointers}
    body = leaves_of(json.loads(json.dumps(request.request["body"])))
    assert named | set(request.fixed) == set(body)
    assert named & set(request.fixed) == set()


def test_a_member_tells_its_expression_functions_and_row(acme: Opened) -> None:
    """The text with its place, the functions in it, and the row with its own place."""
    request = _sent(acme, ORDER)
    assert request is not None
    told = {member.origin.target: member.origin for member in request.members}
    method, tags = told["shipMethod"], told["customField1"]
    assert method.row is not None
    assert (method.row.table, method.row.key, method.row.value) == (
        "ship-method",
        "Standard",
        "GROUND",
    )
    assert str(method.row.place) == "ruleset.yaml:15:46"
    assert (tags.text, tags.functions) == ("join(', ', sort(tags))", ("join", "sort"))
    assert str(tags.place) == "ruleset.yaml:9:27"
    assert told["number"].functions == ("upper",)
    assert told["shipTo.city"].value == "***"
