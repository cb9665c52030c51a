"""JSON lines in and out, through the same ports as the real systems."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.files import ADAPTER
from engine.adapters.files.sink import FileSink
from engine.adapters.files.source import FileOrders
from engine.adapters.files.writes import Append
from engine.errors import ConfigurationError, ProtocolError, SystemUnavailableError
from engine.model.desired import DesiredLine, DesiredOrder, ItemState, PreparedRequest
from engine.model.effect import AnswerKind, Effect, EffectState, Intent, Proof
from engine.model.order import AllocatedItem, Allocation, Component, Line, Order, Unreadable
from engine.model.order_json import order_from_json, order_to_json
from engine.ports.systems import WriteKit
from tests.adapters.rig import NOW, SINCE, StepClock, query, write_kit

SCHEMA = Path(__file__).parents[2] / "schemas" / "records" / "order.schema.json"
LATER = NOW + timedelta(seconds=5)
DESIRED = DesiredOrder(
    number="N-1",
    area=None,
    hold=True,
    fields={"notes": "Köln", "shipTo.name": "Dana"},
    lines=(
        DesiredLine(number=1, host_id="7", item="KIT", quantity=2, expands=True),
        DesiredLine(number=2, host_id="8", item="LAMP", quantity=1, bundle="SET"),
    ),
    private=frozenset(("shipTo.name",)),
)
TEXT = st.text(max_size=8)
QUANTITY = st.integers(0, 99)
MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without a zone
COMPONENT = st.builds(Component, sku=st.none() | TEXT, quantity=QUANTITY, product=st.none() | TEXT)
ITEM = st.builds(
    AllocatedItem,
    line=st.text(min_size=1, max_size=4),
    sku=st.none() | TEXT,
    quantity=QUANTITY,
    product=st.none() | TEXT,
)
ORDERS = st.builds(
    Order,
    key=st.text(min_size=1, max_size=8),
    profile=st.integers(1, 10**8),
    created=MOMENT,
    updated=MOMENT,
    shipping=TEXT,
    payment=TEXT,
    checkout=TEXT,
    site=st.none() | TEXT,
    site_id=st.none() | st.integers(),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    lines=st.lists(
        st.builds(
            Line,
            id=st.text(min_size=1, max_size=4),
            sku=st.none() | TEXT,
            quantity=QUANTITY,
            cancelled=QUANTITY,
            bundle=st.booleans(),
            components=st.lists(COMPONENT, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    allocations=st.lists(
        st.builds(
            Allocation,
            id=st.text(min_size=1, max_size=4),
            dc=st.integers(-9, 9),
            dc_code=st.none() | TEXT,
            status=TEXT,
            items=st.lists(ITEM, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    raw=st.dictionaries(TEXT, TEXT, max_size=2),
)
ORDER = Order(
    key="1", profile=1, created=SINCE, updated=SINCE, shipping="s", payment="p", checkout="c"
)


@given(ORDERS)
def test_an_order_survives_its_json(order: Order) -> None:
    """What is written as the schema says is read back equal."""
    value = json.loads(json.dumps(order_to_json(order)))

    jsonschema.validate(value, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert order_from_json(value) == order


@pytest.mark.parametrize("digits", ["", ".1", ".1234567"])
@pytest.mark.parametrize("zone", ["Z", "+00:00"])
def test_times_of_any_length_are_read(digits: str, zone: str) -> None:
    """0 to 7 fractional digits, both spellings of UTC."""
    text = f"2026-11-02T03:04:05{digits}{zone}"
    value = {**order_to_json(ORDER), "created": text}

    micro = int(digits[1:7].ljust(6, "0"))
    expected = datetime(2026, 11, 2, 3, 4, 5, micro, tzinfo=UTC)
    assert order_from_json(value).created == expected


def test_a_time_without_its_zone_is_refused() -> None:
    """It could be anybody's."""
    with pytest.raises(ValueError, match="without its offset"):
        order_from_json({**order_to_json(ORDER), "created": "2026-11-02T03:04:05"})


@pytest.fixture
def kit(tmp_path: Path) -> WriteKit:
    """A connection whose files are in a folder of this test."""
    paths = {"workspace": str(tmp_path), "read": "in.jsonl", "write": "out/o.jsonl"}
    return write_kit(paths, None, StepClock(), None)


def file_of(kit: WriteKit, name: str) -> Path:
    return Path(kit.settings["workspace"]) / kit.settings[name]


def put(kit: WriteKit, *orders: Order) -> None:
    """Writes the file that is read."""
    lines = [json.dumps(order_to_json(order)) for order in orders]
    file_of(kit, "read").write_text("\n".join([*lines, "", ""]), encoding="utf-8")


def effect(request: PreparedRequest) -> Effect:
    """A ledger row about this request, as far as reading back looks at it."""
    intent = Intent(
        key="k",
        kind="create",
        customer="x",
        target="f",
        subject="s",
        marker="m",
        business_key="b",
        request=request.to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)


def test_orders_of_the_window_come_in_pages(kit: WriteKit) -> None:
    """A later line of a key replaces an earlier one; what lies outside is left out."""
    orders = [replace(ORDER, key=str(n)) for n in range(250)]
    put(kit, *orders, replace(ORDER, key="7", updated=NOW), replace(ORDER, key="8", site="new"))
    source = FileOrders(kit)

    pages = list(source.orders(query()))

    assert [len(page) for page in pages] == [100, 100, 49]
    sites = {order.key: order.site for page in pages for order in page}
    assert "7" not in sites
    assert sites["8"] == "new"
    assert source.by_key(["7", "8", "999"])["7"].updated == NOW
    assert source.server_now() == NOW
    assert source.acknowledgement("7") is None


def test_a_line_that_is_no_order_has_a_place(kit: WriteKit) -> None:
    """It is told with file and line, and the other lines are read."""
    put(kit, ORDER)
    with file_of(kit, "read").open("a", encoding="utf-8") as file:
        file.write('{"key": "2"}\n')

    *others, bad = (one for page in FileOrders(kit).orders(query()) for one in page)

    assert all(isinstance(one, Order) for one in others)
    assert isinstance(bad, Unreadable)
    assert bad.key == "in.jsonl:3"


def test_a_file_that_is_not_there(kit: WriteKit) -> None:
    """To be read it must be there; to be written it need not."""
    with pytest.raises(SystemUnavailableError, match=r"in\.jsonl cannot be read"):
        list(FileOrders(kit).orders(query()))
    assert FileSink(kit).existing(["N-1"]) == {}


def test_what_is_appended_is_found_again(kit: WriteKit) -> None:
    """Once appended, a number exists, is ours, and is not appended again, by nobody."""
    sink, append = FileSink(kit), Append(kit)
    request = sink.creation(DESIRED)
    assert append.verify(effect(request)).proof is Proof.ABSENT

    assert append.send(request, LATER).kind is AnswerKind.DONE
    assert append.send(request, LATER).kind is AnswerKind.EXISTS
    assert Append(kit).send(request, LATER).kind is AnswerKind.EXISTS

    assert append.verify(effect(request)).proof is Proof.PRESENT
    other = sink.creation(replace(DESIRED, lines=DESIRED.lines[:1]))
    assert append.verify(effect(other)).proof is Proof.DIFFERENT
    assert list(sink.existing(["N-1", "N-2"])) == ["N-1"]
    assert sink.existing(["N-1"])["N-1"].state == "hold"
    assert len(file_of(kit, "write").read_bytes().splitlines()) == 1


def test_a_line_that_a_crash_cut_short_is_appended_again(kit: WriteKit) -> None:
    """Half a line is no order, and the next one starts on a line of its own."""
    path = file_of(kit, "write")
    request = FileSink(kit).creation(DESIRED)
    path.parent.mkdir()
    path.write_text((request.body or "")[:40], encoding="utf-8")

    assert Append(kit).send(request, LATER).kind is AnswerKind.DONE
    assert list(FileSink(kit).existing(["N-1"])) == ["N-1"]


def test_nothing_is_appended_after_the_window(kit: WriteKit) -> None:
    """Nor is the file made."""
    answer = Append(kit).send(FileSink(kit).creation(DESIRED), NOW)

    assert answer.kind is AnswerKind.NOT_SENT
    assert not file_of(kit, "write").exists()


def test_a_file_that_cannot_be_written_is_unknown(kit: WriteKit) -> None:
    """Part of a line may be there: only reading tells."""
    request = FileSink(kit).creation(DESIRED)
    append = Append(kit)
    file_of(kit, "write").parent.write_text("in the way", encoding="utf-8")

    assert append.send(request, LATER).kind is AnswerKind.UNKNOWN


def test_a_foreign_request_is_for_a_person(kit: WriteKit) -> None:
    """What is no append can be neither sent nor proven."""
    foreign = PreparedRequest(method="POST", path="/x", body="{}")

    assert Append(kit).verify(effect(foreign)).proof is Proof.UNCLEAR
    with pytest.raises(ProtocolError):
        Append(kit).send(foreign, LATER)


def test_the_rest_of_the_ports(kit: WriteKit) -> None:
    """Files know no items and cost no calls; the mapping's private fields stay marked."""
    sink = FileSink(kit)

    assert sink.items(["A"]) == {"A": ItemState.UNCHECKED}
    assert sink.cost(7) == 0
    assert sink.creation(DESIRED).private == ("/fields/shipTo.name",)
    assert ADAPTER.operations is not None
    assert list(ADAPTER.operations(kit)) == ["create"]
    assert Append(kit).resend_at_once
    assert Append(kit).timing.late == timedelta(seconds=1)


@pytest.mark.parametrize("path", ["../out.jsonl", "/etc/passwd", "link/out.jsonl"])
def test_a_file_outside_the_workspace_is_refused(kit: WriteKit, path: str) -> None:
    """By its path, or through a symlink."""
    root = Path(kit.settings["workspace"])
    (root / "link").symlink_to(root.parent)

    with pytest.raises(ConfigurationError, match="leads out of the workspace"):
        FileSink(replace(kit, settings={**kit.settings, "write": path}))
