"""The schemas of records against what there really is: the twins, the dataclasses, the scopes."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.adapters import find
from engine.adapters.channeladvisor import protocol
from engine.adapters.channeladvisor.product_records import product_of
from engine.adapters.channeladvisor.records import order_of
from engine.adapters.warehouseos.profile import profile_of
from engine.compiler.kinds import ANY, kind_of
from engine.compiler.shapes import Shape
from engine.flows.items_draft import scope_of
from engine.flows.orders_scope import order_scope, part_scope
from engine.flows.stock_bookings import Booking
from engine.flows.stock_draft import booking_scope
from engine.model.order import Order
from engine.model.product import Product
from engine.model.shipment import OrderProgress
from engine.model.stock import ChannelLevel, ShelfLevel, StockTransaction
from engine.record_shapes import order_words, scope_for
from engine.sandbox.channeladvisor.members import ENUMS
from engine.sandbox.channeladvisor.schema import ORDER, PRODUCT, EntityType
from engine.sandbox.world.generate import generate
from tests.unit.config.schema_walk import read
from tests.unit.flows.test_world import customer

Row = dict[str, Any]
NESTED = {"order": protocol.NESTED, "product": protocol.PRODUCT_NESTED}
ENTITIES = {"order": ORDER, "product": PRODUCT}
CANONICAL = {
    "order": Order,
    "product": Product,
    "transaction": StockTransaction,
    "progress": OrderProgress,
    "shelf-level": ShelfLevel,
    "channel-level": ChannelLevel,
}
KINDS = {str: "string", int: "integer", bool: "boolean", datetime: "string"}


@cache
def world() -> Mapping[str, list[Row]]:
    """The twin's records, with orders of every special kind."""
    return generate(400, 11, datetime(2026, 11, 20, tzinfo=UTC)).channeladvisor


def read_with(row: Row, nested: Mapping[str, Any], entity: EntityType) -> Row:
    """A record of the twin as it is read: with these lists, and without the others."""
    kept = {name: value for name, value in row.items() if name not in entity.navigations}
    for name, below in nested.items():
        target = entity.navigations[name].target
        kept[name] = [read_with(one, below, target) for one in row.get(name) or ()]
    return kept


def records(kind: str) -> list[Row]:
    """All records of a kind as the adapter reads them."""
    rows = world()["Orders" if kind == "order" else "Products"]
    return [read_with(row, NESTED[kind], ENTITIES[kind]) for row in rows]


def raw_shape(kind: str) -> Shape:
    """What is known of the raw record of a kind."""
    scope = scope_for("order" if kind == "order" else "product", "ca", find("channeladvisor"))
    return scope.members["ca"]


def misfits(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Every place of a value that its shape does not foretell."""
    if shape.kinds != ANY and kind_of(value) not in shape.kinds:
        yield f"{path}: {kind_of(value)}"
    elif shape.words is not None and value not in shape.words:
        yield f"{path}: {value}"
    elif isinstance(value, list):
        for one in value:
            yield from misfits(one, shape.items, f"{path}[]")
    elif isinstance(value, dict) and shape.kinds != ANY:
        for name, one in value.items():
            yield from misfits(one, known(shape, name), f"{path}.{name}")


def known(shape: Shape, name: str) -> Shape:
    """What is known of a member; of one that is not known, that it is nothing."""
    return shape.members.get(name) or shape.others or Shape(kinds=frozenset())


def ours(scope: Row) -> Row:
    """A scope without the raw record, which is compared with its schema."""
    return {name: value for name, value in scope.items() if name != "ca"}


def missing(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Every member that the shape has and an object lacks."""
    if isinstance(value, list):
        for one in value:
            yield from missing(one, shape.items, f"{path}[]")
    elif isinstance(value, dict) and shape.members:
        yield from (f"{path}.{name}" for name in shape.members if name not in value)
        for name, one in value.items():
            yield from missing(one, shape.members[name], f"{path}.{name}")


@pytest.mark.parametrize("kind", ["order", "product"])
def test_every_record_of_the_twin_has_its_shape(kind: str) -> None:
    """Each member of each record is in the schema with its kind and its word, and none lacks."""
    shape = raw_shape(kind)
    validator = Draft202012Validator(
        {**read(f"records/channeladvisor-{kind}"), "additionalProperties": False}
    )
    found = {error.message for row in records(kind) for error in validator.iter_errors(row)}
    lost = {one for row in records(kind) for one in missing(row, shape, kind)}

    assert found == set()
    assert lost == set()
    assert len(records(kind)) > 50


@pytest.mark.parametrize("kind", ["order", "product"])
def test_lists_that_are_not_read_are_named(kind: str) -> None:
    """What the service has and the record lacks is told apart from what is misspelled."""
    unread = set(ENTITIES[kind].navigations) - set(NESTED[kind])

    assert unread <= raw_shape(kind).absent


@pytest.mark.parametrize("kind", ["order", "product"])
def test_enums_are_those_of_the_service(kind: str) -> None:
    """A status has all the words that the service has for it, and no others."""
    definitions = read(f"records/channeladvisor-{kind}")["$defs"]
    words = {name: tuple(one["enum"]) for name, one in definitions.items() if "enum" in one}

    assert words == {name: ENUMS[name] for name in words}
    assert words


def hinted(hint: Any) -> tuple[set[str], bool]:
    """The kinds of a dataclass's member as JSON has them, and whether it may be null."""
    parts = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    plain = [part for part in parts if part is not NoneType]
    return {_kind(part) for part in plain}, NoneType in parts


def _kind(part: Any) -> str:
    origin = typing.get_origin(part)
    if origin is tuple:
        return "array"
    if origin is typing.Literal:
        return "string"
    return "object" if is_dataclass(part) or origin is not None else KINDS[part]


def described(schema: Row, whole: Row) -> tuple[set[str], bool]:
    """The same of a property of a schema."""
    if "$ref" in schema:
        return described(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    kinds = schema.get("type", "string")
    listed = {kinds} if isinstance(kinds, str) else set(kinds)
    return listed - {"null"}, "null" in listed


def compared(of: Any, schema: Row, whole: Row) -> Iterator[str]:
    """Where a dataclass and its schema differ, those inside of lists too."""
    hints = typing.get_type_hints(of)
    if set(schema["properties"]) != {one.name for one in fields(of)}:
        yield f"{of.__name__}: {set(schema['properties']) ^ {one.name for one in fields(of)}}"
        return
    for name, below in schema["properties"].items():
        if hinted(hints[name]) != described(below, whole):
            yield f"{of.__name__}.{name}: {hinted(hints[name])} {described(below, whole)}"
        inner = next((one for one in typing.get_args(hints[name]) if is_dataclass(one)), None)
        if inner is not None:
            yield from compared(inner, whole["$defs"][below["items"]["$ref"][8:]], whole)


@pytest.mark.parametrize("name", CANONICAL)
def test_a_canonical_record_is_as_its_schema_says(name: str) -> None:
    """Each dataclass has the members of its schema, of the same kinds, null where it may be."""
    schema = read(f"records/{name}")

    assert list(compared(CANONICAL[name], schema, schema)) == []


def test_every_schema_of_records_is_a_schema() -> None:
    """Those that people never write records in are valid as well."""
    for name in ("scopes", "channeladvisor-order", "channeladvisor-product"):
        Draft202012Validator.check_schema(read(f"records/{name}"))


def test_the_scope_of_an_order_has_its_shape() -> None:
    """What an order's expressions really see is what their shapes say, member by member."""
    compiled = customer("northpeak").compiled
    shape = scope_for("order", "ca", find("channeladvisor"))
    for row in records("order"):
        scope = order_scope(compiled, order_of(row, {}))
        whole = part_scope(scope, compiled.links[0], single=True)

        assert list(misfits(ours(whole), shape, "")) == []
        assert set(whole) | {"numbers"} == set(shape.members)


def test_the_scope_of_a_product_has_its_shape() -> None:
    """The same of products."""
    items = customer("northpeak").items
    assert items is not None
    shape = scope_for("product", "ca", find("channeladvisor"))
    for row in records("product"):
        scope = scope_of(items, product_of(row))

        assert list(misfits(ours(scope), shape, "")) == []
        assert set(scope) == set(shape.members)


@pytest.mark.parametrize("kind", ["put", "pull", "count", "putaway", "move", "pick"])
def test_the_scope_of_a_booking_has_its_shape(kind: str) -> None:
    """The same of bookings, with areas that a link has and areas that none has."""
    stock = customer("northpeak").stock
    assert stock is not None
    shape = scope_for("booking")
    for area in ("MAIN", "NOWHERE", None):
        booking = Booking(
            key="k", name="k", kind=kind, item="MUG", quantity=1, area=area, to_area="WEST",
            fields={"customField1": "1"},
        )  # fmt: skip
        scope = booking_scope(stock, booking)

        assert list(misfits(ours(scope), shape, "")) == []
        assert set(scope) == set(shape.members)


def test_words_of_our_own_know_what_the_service_says() -> None:
    """A status has the service's words, and what the service never leaves out is never null."""
    scope = scope_for("order", "ca", find("channeladvisor"))
    words = order_words(find("channeladvisor"))

    assert scope.members["payment"].words == frozenset(ENUMS["PaymentStatus"])
    assert not scope.members["site"].nullable
    assert words["allocation"] == frozenset(ENUMS["DeliveryStatus"])
    assert set(words) == {"shipping", "payment", "checkout", "allocation"}


def test_of_other_systems_nothing_is_known() -> None:
    """A source that describes no records has an open raw record, and no words."""
    scope = scope_for("order", "jsonl", find("files"))

    assert scope.members["jsonl"].kinds == ANY
    assert scope.members["payment"].words is None
    assert order_words(find("files")) == {}
    assert order_words(None) == {}


def test_states_of_progress_are_those_of_site_profiles() -> None:
    """Our words for a status are the schema's."""
    words = set(read("records/progress")["properties"]["state"]["enum"])

    for name in ("wos-assumed", "wos-ledgerline"):
        settings = customer("tidewater" if name == "wos-ledgerline" else "northpeak").settings
        assert set(profile_of(settings["wos"]["profile"]).statuses) | {"unknown"} == words
