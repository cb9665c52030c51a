"""What is written on orders of the ChannelAdvisor twin, and what an inspection of it finds."""

from __future__ import annotations

from typing import Any

import pytest

from engine.adapters.channeladvisor import ADAPTER
from engine.adapters.channeladvisor.inspector import ChannelAdvisorInspector
from engine.adapters.channeladvisor.records import order_of
from engine.errors import BadRecordError, LibraryFaultError
from engine.model.effect import AnswerKind, Proof
from engine.model.order_json import order_from_json, order_to_json
from engine.sandbox.faults import FaultRule
from tests.adapters.ca_flows import LATER, Town, body_of, effect, town
from tests.adapters.rig import Rig, raw_order

BOTH = {"number": "US-1", "notes": "by Dana\nwos: US-1"}


def test_a_shipped_allocation_has_its_mark_and_tracking() -> None:
    """They are read from the fulfillment, and survive the JSON form."""
    raw = raw_order(1)
    raw["Fulfillments"][0].update(SellerFulfillmentID="xd-5f2c", TrackingNumber="1Z0002")

    order = order_of(raw, {})

    (allocation,) = order.allocations
    assert (allocation.marker, allocation.tracking) == ("xd-5f2c", "1Z0002")
    assert order_from_json(order_to_json(order)) == order
    assert (order_of(raw_order(1), {}).allocations[0].marker) is None


def test_members_are_rendered_and_notes_are_private(rig: Rig) -> None:
    """Only what is given is sent; notes may hold a buyer's words, so that screens mask them."""
    sink = town(rig).write_back()
    both, number = sink.write_back("1", BOTH), sink.write_back("1", {"number": "US-1"})

    assert (both.method, both.path) == ("PATCH", "/v1/Orders(1)")
    assert body_of(both) == {"SellerOrderID": "US-1", "PrivateNotes": "by Dana\nwos: US-1"}
    assert (both.private, number.private) == (("/PrivateNotes",), ())
    assert body_of(number) == {"SellerOrderID": "US-1"}


@pytest.mark.parametrize(
    ("members", "says"),
    [({"number": "x" * 26}, "takes 25 characters, not 26"), ({"notes": "x" * 4001}, "4000")],
)
def test_what_is_too_long_is_parked(rig: Rig, members: dict[str, Any], says: str) -> None:
    """A text is never cut; the error does not repeat it."""
    with pytest.raises(BadRecordError, match=says) as caught:
        town(rig).write_back().write_back("1", members)
    assert "xx" not in caught.value.summary


@pytest.mark.parametrize("members", [{}, {"number": "1", "status": "Shipped"}])
def test_nothing_else_is_written(rig: Rig, members: dict[str, Any]) -> None:
    """The seller's own number and the private notes are all that is ours to change."""
    with pytest.raises(LibraryFaultError):
        town(rig).write_back().write_back("1", members)


def test_members_are_written_and_read_back(rig: Rig) -> None:
    """Absent before, present after, and also when somebody has added to the notes since."""
    ca = town(rig, orders=[raw_order(1)])
    request, operation = ca.write_back().write_back("1", BOTH), ca.operation("write-back")
    assert operation.verify(effect(request)).proof is Proof.ABSENT

    assert operation.send(request, LATER).kind is AnswerKind.DONE

    row = ca.row("Orders", 1)
    assert (row["SellerOrderID"], row["PrivateNotes"]) == ("US-1", BOTH["notes"])
    row["PrivateNotes"] = "by Dana\r\nwos: US-1\r\ncall back"
    assert operation.verify(effect(request)).proof is Proof.PRESENT
    assert not operation.resend_at_once


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"SellerOrderID": "OTHER", "PrivateNotes": BOTH["notes"]}, Proof.DIFFERENT),
        ({"SellerOrderID": "US-1", "PrivateNotes": "by Dana"}, Proof.ABSENT),
        ({"PrivateNotes": BOTH["notes"]}, Proof.ABSENT),
    ],
)
def test_what_reading_members_back_shows(
    rig: Rig, members: dict[str, Any], expected: Proof
) -> None:
    """Another number is another's; what lacks is planned anew against what is there."""
    ca = town(rig, orders=[raw_order(1, **members)])
    request = ca.write_back().write_back("1", BOTH)

    assert ca.operation("write-back").verify(effect(request)).proof is expected


def test_an_order_that_is_gone_cannot_tell(rig: Rig) -> None:
    """The write is refused, and reading back is for a person."""
    ca = town(rig)
    request, operation = ca.write_back().write_back("9", BOTH), ca.operation("write-back")

    assert operation.send(request, LATER).kind is AnswerKind.REFUSED
    assert operation.verify(effect(request)).proof is Proof.UNCLEAR


def test_all_writes_of_a_connection_share_one_token(rig: Rig) -> None:
    """Six kinds of write ask for one token, not for six."""
    ca = town(rig, orders=[raw_order(1)])
    assert ADAPTER.operations is not None
    operations = ADAPTER.operations(rig.kit(ADAPTER, ca.settings()))
    request = ca.write_back().write_back("1", BOTH)

    answers = {operation.send(request, LATER).kind for operation in operations.values()}

    assert (answers, len(operations)) == ({AnswerKind.DONE}, 6)
    assert sum("oauth2/token" in line for line in ca.asked) == 1


def findings(ca: Town, **settings: Any) -> list[tuple[str, str]]:
    """Rule and severity of everything found."""
    return [(one.rule, one.severity) for one in ca.inspector(**settings).inspect()]


def test_a_good_connection_is_told(rig: Rig) -> None:
    """Credentials, three reads, and the profiles that they reach by id and name."""
    ca = town(rig)
    ca.twin.store.shared("Profiles")[0]["AccountName"] = "Northpeak US"

    found = ca.inspector().inspect()

    rules = [(one.rule, one.severity) for one in found]
    assert rules == [
        ("check.credentials", "ok"),
        *[("check.reads", "ok")] * 3,
        ("check.profiles", "ok"),
    ]
    assert found[-1].text == "profiles of these credentials: 12000101 Northpeak US, 12000102"
    assert {one.about for one in found} == {"connection mine"}
    assert all(line.startswith("GET") or "oauth2" in line for line in ca.asked)


def test_refused_credentials_are_the_only_finding(rig: Rig) -> None:
    """With a wrong application everything would be refused: it is said once, with what to do."""
    (found,) = town(rig).inspector(application="another").inspect()

    assert (found.rule, found.severity) == ("check.credentials", "error")
    assert "refresh token" in found.advice


@pytest.mark.parametrize("path", ["v1/Products", "v1/Orders", "v1/DistributionCenters"])
def test_a_missing_scope_is_told(rig: Rig, path: str) -> None:
    """A set that these credentials may not read is named, and the others are looked at."""
    ca = town(rig)
    ca.faults(FaultRule(kind="401-once", path=path, count=None))

    bad = [one for one in ca.inspector().inspect() if one.severity == "error"]

    assert [one.text for one in bad] == [f"{path[3:]} can't be read with these credentials"]
    assert "scopes" in bad[0].advice


def test_a_system_that_is_down_is_told(rig: Rig) -> None:
    """One call that gives no usable answer does not end the inspection."""
    ca = town(rig)
    ca.faults(
        FaultRule(kind="html-502", path="v1/Orders", count=None),
        FaultRule(kind="html-502", path="v1/Profiles", count=None),
    )

    assert findings(ca) == [
        ("check.credentials", "ok"),
        ("check.reads", "error"),
        ("check.reads", "ok"),
        ("check.reads", "ok"),
        ("check.profiles", "error"),
    ]


def test_profiles_are_offered_by_id(rig: Rig) -> None:
    """Who knows which profiles a ruleset names can compare."""
    ca = town(rig, page_sizes={"others": 1})
    inspector = ca.inspector()

    assert isinstance(inspector, ChannelAdvisorInspector)
    assert inspector.profiles() == {12000101: "", 12000102: ""}
