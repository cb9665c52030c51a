"""Where a member stands in a body is found by changing it, whatever the adapter's words are."""

from __future__ import annotations

import json
from dataclasses import replace

from engine.explain.pointers import item_pointers, leaves_of, pointers_of
from engine.model.desired import DesiredLine, DesiredOrder, PreparedRequest
from engine.model.product import Alias, DesiredItem

LINE = DesiredLine(number=1, host_id="7", item="MUG", quantity=2)
ORDER = DesiredOrder(number="N1", area=None, hold=False, fields={"notes": "hi"}, lines=(LINE,))


def render(desired: DesiredOrder) -> PreparedRequest:
    body = {
        "no": desired.number,
        "state": "Hold" if desired.hold else "Open",
        "texts": [{"kind": "notes", "a/b": desired.fields.get("notes")}],
        "rows": [[line.host_id, line.item, line.quantity] for line in desired.lines],
        "version": 2,
    }
    return PreparedRequest(method="POST", path="/", body=json.dumps(body))


def test_every_member_has_its_place() -> None:
    """Number, state, mapped members and lines, however deep; what no member fills has none."""
    assert pointers_of(ORDER, render) == {
        "number": ("/no",),
        "hold": ("/state",),
        "notes": ("/texts/0/a~1b",),
        "lines[0].item": ("/rows/0/1",),
        "lines[0].quantity": ("/rows/0/2",),
        "lines[0].host_id": ("/rows/0/0",),
    }


def test_a_body_that_is_no_json_has_no_places() -> None:
    """Nothing is claimed of a request that cannot be taken apart."""
    odd = PreparedRequest(method="POST", path="/", body="<order/>")
    none = PreparedRequest(method="DELETE", path="/")
    assert pointers_of(ORDER, lambda desired: odd) == {}
    assert (leaves_of("<order/>"), leaves_of(None)) == ({}, {})
    assert pointers_of(ORDER, lambda desired: none) == {}


def test_values_of_every_kind_are_told_apart() -> None:
    """Numbers, truth values and texts of an item are found alike."""
    item = DesiredItem(number="MUG", fields={"weight": 1.5, "fragile": True, "name": "Mug"})

    def words(one: DesiredItem) -> PreparedRequest:
        aliases = [alias.alias for alias in one.aliases or ()]
        body = {"no": one.number, "f": dict(one.fields), "also": aliases}
        return PreparedRequest(method="POST", path="/", body=json.dumps(body))

    assert item_pointers(item, words) == {
        "number": ("/no",),
        "weight": ("/f/weight",),
        "fragile": ("/f/fragile",),
        "name": ("/f/name",),
    }
    both = replace(item, fields={}, aliases=(Alias(alias="A"), Alias(alias="B")))
    assert item_pointers(both, words)["aliases"] == ("/also/0", "/also/1")
