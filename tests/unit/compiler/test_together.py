"""What is mapped in one function is what its expressions give one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import CompiledExpression
from engine.compiler.generated.lazily import OFTEN
from engine.compiler.orders import CompiledOrders
from engine.compiler.together import Together
from engine.flows.orders_fields import header_of
from tests.unit.flows.making import compiled, expression, member, template

TEXTS = {
    "reference": "to_string(ca.ID)",
    "site": "ca.Site || site",
    "skus": "join(', ', sort(ca.Items[*].Sku))",
    "units": "sum(ca.Items[*].Quantity)",
    "gift": "ca.Items[?Gift] | [0].Note",
    "shout": "upper(ca.Notes)",
}
ITEMS = [{"Sku": "MUG", "Quantity": 2, "Gift": True, "Note": "x"}, {"Sku": "HAT", "Quantity": 1}]
RECORDS: list[dict[str, Any]] = [
    {"ID": 7, "Site": "Ebay", "Items": ITEMS, "Notes": "leave it"},
    {"ID": 8, "Site": "", "Items": [], "Notes": "b"},
    {"ID": 9, "Items": None, "Notes": None},
    {"ID": 10, "Site": "x" * (1024 * 1024), "Items": ITEMS, "Notes": "c"},
    {"ID": 11, "Site": [1], "Items": ITEMS, "Notes": "d"},
]


def mapped() -> CompiledOrders:
    """Orders with a field for every text, and one from a template."""
    fields = [member(name, value=expression(text)) for name, text in TEXTS.items()]
    return compiled(fields=(*fields, member("note", text=template("{{ ca.ID }}"))))


def scope(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields are computed of."""
    return {"site": "none", "ca": raw}


@pytest.mark.parametrize("raw", RECORDS, ids=lambda raw: raw["ID"])
def test_many_records_are_mapped_as_the_first_one_was(raw: dict[str, Any]) -> None:
    """Values, problems and their words are the same before and after there is one function."""
    rules = mapped()
    first = header_of(rules, scope(raw))

    assert all(header_of(rules, scope(raw)) == first for _ in range(OFTEN + 2))


def test_one_function_has_every_expression() -> None:
    """Of the record that many have, all values come at once; a template is not among them."""
    together = mapped().together
    found = [together.values(scope(RECORDS[0])) for _ in range(OFTEN)]

    assert not any(found[:-1])
    assert found[-1] == {
        "reference": "7",
        "site": "Ebay",
        "skus": "HAT, MUG",
        "units": 3,
        "gift": "x",
        "shout": "LEAVE IT",
    }


def test_a_record_that_fails_is_left_to_the_expressions() -> None:
    """Where one expression has no value, none is taken from the function."""
    together = mapped().together
    assert not any(together.values(scope(RECORDS[2])) for _ in range(OFTEN + 1))


@pytest.mark.parametrize("texts", [[], ["&ca.ID"]])
def test_without_code_there_is_no_function(texts: list[str]) -> None:
    """No expression, or one that is never generated, leaves every one to itself."""
    fields = tuple(_field(text) for text in texts)

    assert Together(fields).written() is None
    assert not any(Together(fields).values({"ca": {}}) for _ in range(OFTEN + 1))


def test_who_watches_each_search_sees_every_search() -> None:
    """The cases count what was touched: their expressions are never mapped together."""
    watched = replace(mapped(), fields=tuple(_watched(one) for one in mapped().fields))
    found = [watched.together.values(scope(RECORDS[0])) for _ in range(OFTEN + 1)]
    assert not any(found)


def _field(text: str) -> CompiledField:
    return compiled(fields=(member("one", value=expression(text)),)).fields[0]


class _Watched(CompiledExpression):
    """An expression of which somebody wants to see each search."""


def _watched(one: CompiledField) -> CompiledField:
    value = one.value
    if value is None:
        return one
    seen = _Watched(source=value.source, references=value.references, tree=value.tree)
    return replace(one, value=seen)
