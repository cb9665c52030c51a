"""Orders deleted and headers set in the WarehouseOS twin on both site profiles."""

from __future__ import annotations

from typing import Any

import pytest

from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.requests import deletion, header, header_difference
from engine.errors import ConfigurationError
from engine.model.effect import AnswerKind, Proof
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, SITES, Rig, site_profile
from tests.adapters.warehouse import LATER, Warehouse, effect, warehouse

NUMBER = "US/100 #7"
ASSUMED = profile_of(site_profile("wos-assumed"))


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile, with one order."""
    site = warehouse(rig, request.param)
    site.order(NUMBER, ("LAMP-01", 2))
    return site


def test_an_order_is_deleted(site: Warehouse) -> None:
    """It is gone, that is proven by its absence, and to delete it again is done as well."""
    request, delete = site.changes.deletion(NUMBER), site.operation("delete")
    assert delete.verify(effect(request, NUMBER)).proof is Proof.ABSENT
    assert not delete.resend_at_once

    assert delete.send(request, LATER).kind is AnswerKind.DONE
    assert site.wos.twin.store.find(NUMBER) is None
    assert delete.verify(effect(request, NUMBER)).proof is Proof.PRESENT
    assert delete.send(request, LATER).kind is AnswerKind.DONE


def test_a_locked_order_stays(site: Warehouse) -> None:
    """A batched order is refused for good, with a detail that begins with that."""
    site.floor("batch", numbers=[NUMBER], name="B-1")

    answer = site.operation("delete").send(site.changes.deletion(NUMBER), LATER)

    assert answer.kind is AnswerKind.REFUSED
    assert answer.detail.startswith("locked: ")
    assert site.wos.twin.store.find(NUMBER) is not None


@pytest.mark.parametrize(
    ("kind", "answer", "proof"),
    [
        ("cut-before", AnswerKind.UNKNOWN, Proof.ABSENT),
        ("cut-after", AnswerKind.UNKNOWN, Proof.PRESENT),
        ("500", AnswerKind.UNKNOWN, Proof.ABSENT),
        ("500-after", AnswerKind.UNKNOWN, Proof.PRESENT),
        ("html-502", AnswerKind.UNKNOWN, Proof.ABSENT),
        ("truncated", AnswerKind.UNKNOWN, Proof.PRESENT),
        ("429", AnswerKind.NOT_SENT, Proof.ABSENT),
        ("401-once", AnswerKind.NOT_SENT, Proof.ABSENT),
    ],
)
def test_faults_of_a_deletion(site: Warehouse, kind: str, answer: AnswerKind, proof: Proof) -> None:
    """It is sent once; what nobody can know is unknown, and reading tells."""
    request, delete = site.changes.deletion(NUMBER), site.operation("delete")
    site.wos.faults(FaultRule(kind=kind))

    assert delete.send(request, LATER).kind is answer
    assert site.wos.faulty._seen == [1]
    assert delete.verify(effect(request, NUMBER)).proof is proof


def test_a_wrong_path_deletes_nothing_and_proves_nothing(site: Warehouse) -> None:
    """A 404 of the server is neither a deleted order nor an absent one."""
    request = site.changes.deletion(NUMBER)
    endpoints = {
        **site.wos.profile["endpoints"],
        "orders.get": {"method": "GET", "path": "/nowhere/{number}"},
        "orders.delete": {"method": "DELETE", "path": "/nowhere/{number}"},
    }
    wrong = site.profile(endpoints=endpoints)
    delete = site.operation("delete", profile=wrong)

    nowhere = deletion(profile_of(wrong), NUMBER)
    assert delete.send(nowhere, LATER).kind is AnswerKind.REFUSED
    for name in ("delete", "set-header"):
        operation = site.operation(name, profile=wrong)
        assert operation.verify(effect(request, NUMBER)).proof is Proof.UNCLEAR


def test_a_header_is_set(site: Warehouse) -> None:
    """Hold, custom fields, carrier and tracking arrive; the proof compares what was sent."""
    fields = {"status": "hold", "customField2": "Ä", "shippingCarrier": "UPS", "tracking": "1Z"}
    request, change = site.changes.header(NUMBER, fields), site.operation("set-header")
    assert change.verify(effect(request, NUMBER)).proof is Proof.ABSENT
    assert not change.resend_at_once

    assert change.send(request, LATER).kind is AnswerKind.DONE

    stored = site.wos.twin.store.find(NUMBER)
    assert stored is not None
    assert (stored.status, stored.tracking) == ("hold", ["1Z"])
    assert stored.header == {"customField2": "Ä", "shippingCarrier": "UPS"}
    assert change.verify(effect(request, NUMBER)).proof is Proof.PRESENT
    released = site.changes.header(NUMBER, {"status": "available"})
    evidence = change.verify(effect(released, NUMBER))
    assert (evidence.proof, evidence.detail) == (Proof.ABSENT, f"status of order {NUMBER} differs")


def test_a_header_of_an_order_that_is_gone(site: Warehouse) -> None:
    """It is refused, and nothing is there."""
    request, change = site.changes.header("GONE", {"status": "hold"}), site.operation("set-header")

    assert change.send(request, LATER).kind is AnswerKind.REFUSED
    assert change.verify(effect(request, "GONE")).proof is Proof.ABSENT


def test_a_complete_order_takes_no_hold(site: Warehouse) -> None:
    """The refusal says that the order is locked."""
    site.floor("pick", number=NUMBER)

    answer = site.operation("set-header").send(
        site.changes.header(NUMBER, {"status": "hold"}), LATER
    )

    assert answer.kind is AnswerKind.REFUSED
    assert answer.detail.startswith("locked: ")


def test_nothing_leaves_after_the_window(site: Warehouse) -> None:
    """A sender that wakes when its window is over deletes nothing."""
    delete = site.operation("delete", timing={"late": "1m"})

    answer = delete.send(site.changes.deletion(NUMBER), NOW)

    assert delete.timing.late.total_seconds() == 60
    assert answer.kind is AnswerKind.NOT_SENT
    assert site.wos.twin.store.find(NUMBER) is not None


def test_the_calls_in_both_languages(rig: Rig) -> None:
    """The number stands where the call has a place for it, and in the body where it has none."""
    assumed, other = (warehouse(rig, name).changes for name in SITES)

    calls = [
        assumed.deletion("A/1"),
        other.deletion("A/1"),
        assumed.header("A/1", {"status": "hold"}),
        other.header("A/1", {"customField1": "x"}),
    ]

    assert [(call.method, call.path, call.body) for call in calls] == [
        ("DELETE", "/api/OrderApi/DeleteOrder?orderNumber=A%2F1", None),
        ("POST", "/host/v2/orders/A%2F1/remove", None),
        ("POST", "/api/OrderApi/UpdateOrder", '{"orderNumber":"A/1","orderStatus":"Hold"}'),
        ("PATCH", "/host/v2/orders/A%2F1", '{"CustomField1":"x"}'),
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"area": "West"}, "does not let 'area' of an order change"),
        ({"notes": "x"}, "does not let 'notes'"),
        ({"customField99": "x"}, "does not let 'customField99'"),
        ({"status": "complete"}, "cannot be made 'complete'"),
    ],
)
def test_what_may_not_change_is_refused(fields: dict[str, str], why: str) -> None:
    """By the profile, and by what people may do with a status."""
    with pytest.raises(ConfigurationError, match=why):
        header(ASSUMED, "A-1", fields)


def test_a_member_without_a_name_is_refused() -> None:
    """What may change needs a name on the wire as well."""
    document = site_profile("wos-assumed")
    del document["members"]["orderStatus"]["tracking"]

    with pytest.raises(ConfigurationError, match="no order member 'tracking'"):
        header(profile_of(document), "A-1", {"tracking": "1Z"})


def test_a_text_for_the_picker_is_masked() -> None:
    """A header member that the profile calls a buyer's is private in the request."""
    document: dict[str, Any] = site_profile("wos-assumed")
    document["orderUpdate"] = {"fields": ["notes"]}

    request = header(profile_of(document), "A-1", {"notes": "for Dana"})

    assert request.private == ("/notes",)


def test_more_tracking_than_ours_does_no_harm() -> None:
    """What a shipping system has added stays; ours must be among it."""
    request = header(ASSUMED, "A-1", {"tracking": "1Z"})

    assert header_difference(ASSUMED, request, {"trackingNumbers": ["9Z", "1Z"]}) is None
    assert header_difference(ASSUMED, request, {"trackingNumbers": ["9Z"]}) == "tracking"


def test_a_conflict_that_does_not_say_which_is_a_lock(rig: Rig) -> None:
    """A site that answers 409 without a code has refused because of a lock."""
    site = warehouse(rig)
    site.order(NUMBER, ("LAMP-01", 2))
    site.floor("batch", numbers=[NUMBER], name="B-1")
    answers = {**site.wos.profile["answers"], "locked": {"status": 409, "code": "X"}}
    names = {**site.wos.profile["members"], "error": {"code": "c", "message": "m"}}

    delete = site.operation("delete", profile=site.profile(answers=answers, members=names))
    answer = delete.send(site.changes.deletion(NUMBER), LATER)

    assert answer.kind is AnswerKind.REFUSED
    assert answer.detail.startswith("locked")
