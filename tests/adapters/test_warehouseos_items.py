"""Items looked up and written in the WarehouseOS twin on both site profiles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.adapters.warehouseos import ADAPTER
from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.records import aliases_of, item_of
from engine.adapters.warehouseos.requests import RecordAnswer, item, item_difference, matched
from engine.errors import BadRecordError, ConfigurationError, ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import AnswerKind, Proof
from engine.model.product import Alias, DesiredItem, ExistingItem
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, SITES, Rig, site_profile
from tests.adapters.warehouse import LATER, Warehouse, effect, warehouse

LAMP = DesiredItem(
    number="LAMP-09",
    fields={"description": "Lämp", "weight": 1.5, "customField1": "8809", "lotRequired": False},
    aliases=(Alias(alias="0123"), Alias(alias="CASE-09", quantity=12)),
)


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile."""
    return warehouse(rig, request.param)


def rendered(site: Warehouse, *numbers: str, **fields: Any) -> list[PreparedRequest]:
    sink = site.items()
    desired = [DesiredItem(number=number, fields=fields) for number in numbers]
    return [sink.item(one, patch=False) for one in desired]


def stored(site: Warehouse, number: str) -> Mapping[str, Any]:
    return site.wos.twin.store.items[number].members


def test_an_item_is_written_and_read_back(site: Warehouse) -> None:
    """What was written is found under its number, with its aliases, and proven."""
    request = site.items().item(LAMP, patch=False)
    write = site.operation("upsert-item")
    assert write.verify(effect(request)).proof is Proof.ABSENT

    assert write.send(request, LATER).kind is AnswerKind.DONE

    found = site.items().stored(["LAMP-09", "NOPE", "LAMP-09", "KIT-CAMP"])
    assert found["LAMP-09"] == ExistingItem(
        number="LAMP-09", fields=LAMP.fields, aliases=LAMP.aliases
    )
    assert found["KIT-CAMP"].bundle
    assert list(found) == ["LAMP-09", "KIT-CAMP"]
    assert write.verify(effect(request)).proof is Proof.PRESENT


def test_the_body_is_the_record_alone(rig: Rig) -> None:
    """In the site's own names, to the call that writes many; a left-out list stays left out."""
    assumed, other = (warehouse(rig, name) for name in SITES)
    desired = DesiredItem(number="X", fields={"customField2": "Ä", "weight": 2})

    written = assumed.items().item(desired, patch=False)
    patched = other.items().item(desired, patch=True)

    assert written.body == '{"itemNumber":"X","customField2":"Ä","weight":2}'
    assert written.path == "/api/ItemApi/AddOrUpdateMultipleItems"
    assert patched.body == '{"Item":"X","ItemField2":"Ä","Kilos":2}'
    assert (patched.method, patched.path) == ("PATCH", "/host/v2/items")


def test_many_items_go_in_one_call(site: Warehouse) -> None:
    """One call for all, one answer for each in their order, and a bad one harms no other."""
    batch = site.batch()
    records = rendered(site, "N-1", "", "N-2", description="new")

    answers = batch.send_many(records, LATER)

    kinds = [answer.kind for answer in answers]
    assert kinds == [AnswerKind.DONE, AnswerKind.REFUSED, AnswerKind.DONE]
    assert answers[1].detail == "Item Number is required"
    assert len(site.wos.asked) == 1
    assert stored(site, "N-2") == {"description": "new"}
    assert batch.most == site.wos.profile["itemUpsert"]["perCall"]
    assert batch.resend_at_once


def test_a_patch_changes_what_is_there_alone(site: Warehouse) -> None:
    """Members that it does not name stay, and an item that is not there is not made."""
    sink, patch = site.items(), site.batch("patch-item")
    desired = [
        DesiredItem(number=number, fields={"description": "new"}) for number in ("LAMP-01", "NOPE")
    ]

    answers = patch.send_many([sink.item(one, patch=True) for one in desired], LATER)

    assert [answer.kind for answer in answers] == [AnswerKind.DONE, AnswerKind.REFUSED]
    assert stored(site, "LAMP-01")["customField1"] == "8801"
    assert stored(site, "LAMP-01")["description"] == "new"
    assert "NOPE" not in site.wos.twin.store.items


def test_aliases_that_are_not_told_stay(site: Warehouse) -> None:
    """None leaves the list as it is; an empty one empties it."""
    sink, write = site.items(), site.operation("upsert-item")
    write.send(sink.item(LAMP, patch=False), LATER)

    write.send(sink.item(DesiredItem(number="LAMP-09", fields={}), patch=False), LATER)
    assert sink.stored(["LAMP-09"])["LAMP-09"].aliases == LAMP.aliases
    nothing = sink.item(DesiredItem(number="LAMP-09", fields={}, aliases=()), patch=False)
    assert write.verify(effect(nothing)).proof is Proof.ABSENT
    write.send(nothing, LATER)
    assert sink.stored(["LAMP-09"])["LAMP-09"].aliases == ()
    assert write.verify(effect(nothing)).proof is Proof.PRESENT


@pytest.mark.parametrize(
    ("kind", "answer", "written"),
    [
        ("cut-before", AnswerKind.UNKNOWN, False),
        ("cut-after", AnswerKind.UNKNOWN, True),
        ("500", AnswerKind.UNKNOWN, False),
        ("html-502", AnswerKind.UNKNOWN, False),
        ("truncated", AnswerKind.UNKNOWN, True),
        ("429", AnswerKind.NOT_SENT, False),
        ("401-once", AnswerKind.NOT_SENT, False),
    ],
)
def test_a_lost_answer_is_lost_for_all(
    site: Warehouse, kind: str, answer: AnswerKind, *, written: bool
) -> None:
    """Nobody knows which records were written; reading each back tells."""
    records = rendered(site, "N-1", "N-2", description="new")
    batch = site.batch()
    site.wos.faults(FaultRule(kind=kind, retry_after=3 if kind == "429" else None))

    answers = batch.send_many(records, LATER)

    assert [one.kind for one in answers] == [answer] * 2
    assert answers[0].retry_after == (3 if kind == "429" else None)
    proof = Proof.PRESENT if written else Proof.ABSENT
    assert [batch.verify(effect(one)).proof for one in records] == [proof] * 2


def test_nothing_leaves_after_the_window(site: Warehouse) -> None:
    """A sender that wakes when its window is over has sent none of the records."""
    answers = site.batch().send_many(rendered(site, "N-1", "N-2"), NOW)

    assert [one.kind for one in answers] == [AnswerKind.NOT_SENT] * 2
    assert site.wos.asked == []


def test_a_call_that_is_refused_as_a_whole(site: Warehouse) -> None:
    """Of many it is certain for none, because one may be to blame; of one it is."""
    site.settings(items_most=1)
    one, two = rendered(site, "N-1", "N-2")
    odd = site.batch(profile=site.profile(itemUpsert={"perCall": 1, "wrap": "Odd"}))

    answers = site.batch().send_many([one, two], LATER)
    assert [answer.kind for answer in answers] == [AnswerKind.UNKNOWN] * 2
    assert odd.send(one, LATER).kind is AnswerKind.REFUSED


def test_a_success_without_results_tells_of_none(site: Warehouse) -> None:
    """Where the profile's name for the results is wrong, nothing is taken for written."""
    batch = site.batch(profile=site.members(bulk={"results": "elsewhere"}))

    answer = batch.send(rendered(site, "N-1")[0], LATER)

    expected = {AnswerKind.UNKNOWN}
    assert {answer.kind} == expected
    assert "N-1" in site.wos.twin.store.items


def test_a_site_that_cannot_be_asked_proves_nothing(site: Warehouse) -> None:
    """Without items.get in the profile, or behind a wrong path, an item's proof is unclear."""
    (request,) = rendered(site, "N-1")
    wrong = {"method": "GET", "path": "/nowhere/{number}"}
    endpoints = {**site.wos.profile["endpoints"], "items.get": wrong}

    for profile in (site.without("items.get"), site.profile(endpoints=endpoints)):
        write = site.operation("upsert-item", profile=profile)
        assert write.verify(effect(request)).proof is Proof.UNCLEAR


def test_what_a_site_has_no_place_for_is_refused(site: Warehouse) -> None:
    """An unknown member, aliases without a name, and quantities of aliases without one."""
    sink = site.items()
    for word in ("colour", "number", "bundle", "aliases", "customField99"):
        with pytest.raises(ConfigurationError, match=f"no item member '{word}'") as caught:
            sink.item(DesiredItem(number="X", fields={word: "x"}), patch=False)
        assert "customField1" in caught.value.advice
    with pytest.raises(ConfigurationError, match="no place for an item's aliases"):
        site.items(profile=site.members(alias={})).item(LAMP, patch=False)
    names = {"alias": "A"}
    with pytest.raises(ConfigurationError, match="quantity of an alias"):
        site.items(profile=site.members(alias=names)).item(LAMP, patch=False)
    with pytest.raises(ConfigurationError, match=r"items\.patchMany"):
        site.items(profile=site.without("items.patchMany")).item(LAMP, patch=True)


def test_aliases_of_one_unit_need_no_quantity() -> None:
    """A site that knows no quantities of aliases can still have aliases."""
    document = site_profile("wos-assumed")
    document["members"]["alias"] = {"alias": "alias"}
    desired = DesiredItem(number="X", fields={}, aliases=(Alias(alias="A"),))

    request = item(profile_of(document), desired, "items.upsertMany")

    assert json.loads(request.body or "")["aliases"] == [{"alias": "A"}]


def result(number: str) -> RecordAnswer:
    return RecordAnswer(number=number, success=True, message="")


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (["A", "B"], ["A", "B"]),
        (["A", ""], ["A", ""]),
        (["B", "A"], ["A", "B"]),
        (["B"], [None, "B"]),
        (["B", "", "A"], ["A", "B"]),
        (["A", "A", "B"], [None, "B"]),
        ([], [None, None]),
    ],
)
def test_results_are_told_apart(results: list[str], found: list[str | None]) -> None:
    """By place where they are in order, else by number; what is not clear is not known."""
    told = matched(["A", "B"], [result(number) for number in results])

    assert [one and one.number for one in told] == found


ASSUMED = profile_of(site_profile("wos-assumed"))


@pytest.mark.parametrize(
    ("fields", "there", "differs"),
    [
        ({"weight": 2}, {"weight": "2.0"}, None),
        ({"weight": "2"}, {"weight": 2}, None),
        ({"weight": 2}, {"weight": "light"}, "weight"),
        ({"description": ""}, {}, None),
        ({"description": "x"}, {}, "description"),
        ({"description": " x "}, {"description": "x"}, None),
        ({"description": "007"}, {"description": "7"}, "description"),
        ({"lotRequired": True}, {"requireLotNumber": 1}, None),
        ({"lotRequired": True}, {"requireLotNumber": "true"}, "lotRequired"),
        ({"weight": 1.5}, {"weight": True}, "weight"),
    ],
)
def test_values_are_compared_as_a_site_may_keep_them(
    fields: dict[str, Any], there: dict[str, Any], differs: str | None
) -> None:
    """A number may be kept as a text and nothing as an empty one; the rest must be as sent."""
    request = item(ASSUMED, DesiredItem(number="X", fields=fields), "items.upsertMany")

    assert item_difference(ASSUMED, request, {"itemNumber": "X", **there}) == differs


@pytest.mark.parametrize(
    "value", [{}, [{"quantity": 2}], [{"alias": "A", "quantity": "x"}], [{"alias": ""}]]
)
def test_aliases_that_cannot_be_read(value: Any) -> None:
    """They raise, and are never taken for those that were sent."""
    request = item(ASSUMED, DesiredItem(number="X", fields={}, aliases=()), "items.upsertMany")

    with pytest.raises(BadRecordError):
        aliases_of(ASSUMED, value)
    assert item_difference(ASSUMED, request, {"itemNumber": "X", "aliases": value}) == "aliases"


def test_another_item_is_not_taken_for_ours() -> None:
    """What an alias led to is another item; what has no number is no item at all."""
    assert item_of(ASSUMED, {"itemNumber": "OTHER"}, "X") is None
    assert item_of(ASSUMED, {"itemNumber": "x"}, "X") == ExistingItem(number="x", fields={})
    bare = item_of(ASSUMED, {"itemNumber": "X", "aliases": ["A"]}, "X")
    assert bare is not None
    assert bare.aliases == (Alias(alias="A"),)
    with pytest.raises(ProtocolError, match="something else"):
        item_of(ASSUMED, {"success": True}, "X")


def test_a_record_of_which_nothing_is_said(site: Warehouse) -> None:
    """A result that does not say whether it was carried out leaves its record unknown."""
    names = {**site.wos.profile["members"]["result"], "success": "Elsewhere"}
    batch = site.batch(profile=site.members(result=names))

    answer = batch.send(rendered(site, "N-1")[0], LATER)

    assert (answer.kind, answer.status) == (AnswerKind.UNKNOWN, 200)


def test_bulk_calls_are_waited_for_longer(site: Warehouse) -> None:
    """Unless the connection says how long."""
    assert site.batch().timing.timeout.total_seconds() == 100
    patient = site.batch(timing={"timeout": "3s"})
    assert patient.timing.timeout.total_seconds() == 3


def test_a_site_that_cannot_be_asked_about_items(site: Warehouse) -> None:
    """Without the call in its profile nothing is asked, and nothing is known."""
    sink = site.items(profile=site.without("items.get"))

    assert not sink.may_ask
    assert sink.stored(["LAMP-01"]) == {}
    assert site.items().may_ask
    assert site.wos.asked == []


def test_the_targets_of_an_item(site: Warehouse) -> None:
    """What a ruleset may map to, by the site's profile; the item's own members are none."""
    assert ADAPTER.item_targets is not None
    targets = ADAPTER.item_targets(site.wos.settings())

    assert {"description", "weight", "customField4"} <= targets
    assert not {"number", "aliases", "bundle", "customField99"} & targets
