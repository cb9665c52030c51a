"""Orders looked up and created in the WarehouseOS twin over real HTTP, on both site profiles."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.errors import CredentialError, ProtocolError
from engine.model.desired import (
    DesiredLine,
    DesiredOrder,
    ExistingLine,
    ExistingOrder,
    ItemState,
    PreparedRequest,
)
from engine.model.effect import Answer, AnswerKind, Effect, EffectState, Intent, Proof
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, SITES, Rig, WosRig

LATER = NOW + timedelta(seconds=5)
STATE = {
    "areas": ["Main", "West"],
    "items": [{"number": "LAMP-01"}, {"number": "ROPE/10 #2"}],
    "bundles": {
        "KIT-CAMP": [{"item": "LAMP-01", "quantity": 1}, {"item": "ROPE/10 #2", "quantity": 2}]
    },
}
DESIRED = DesiredOrder(
    number="US/100 #7",
    area="Main",
    hold=False,
    fields={
        "created": "2026-11-02T03:04:05Z",
        "customField2": "Amazon",
        "shipTo.name": "Dana O'Neil",
        "shipTo.city": "Köln",
        "notes": "Leave at dock 3",
    },
    lines=(
        DesiredLine(number=1, host_id="771", item="LAMP-01", quantity=2),
        DesiredLine(number=2, host_id="772", item="ROPE/10 #2", quantity=1),
    ),
    private=frozenset(("shipTo.name", "customField2")),
)


@pytest.fixture(params=SITES)
def wos(rig: Rig, request: pytest.FixtureRequest) -> WosRig:
    """The twin of each shipped site profile."""
    return rig.warehouseos(request.param, STATE)


def sent(wos: WosRig, desired: DesiredOrder = DESIRED) -> Answer:
    return wos.create().send(wos.sink().creation(desired), LATER)


def effect(request: PreparedRequest) -> Effect:
    """A ledger row about this request, as far as reading back looks at it."""
    intent = Intent(
        key="v1:x:create:1:1",
        kind="create",
        customer="x",
        target="wos",
        subject="s",
        marker="m",
        business_key="b",
        request=request.to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)


def test_what_was_created_is_read_back(wos: WosRig) -> None:
    """A created order is found under its number, with its area, state, lines and host ids."""
    sink = wos.sink()
    assert sink.existing([DESIRED.number]) == {}

    answer = sent(wos)

    assert answer == Answer(kind=AnswerKind.DONE, status=200)
    assert sink.existing([DESIRED.number, "ANOTHER"]) == {
        DESIRED.number: ExistingOrder(
            number=DESIRED.number,
            state="available",
            area="Main",
            lines=(
                ExistingLine(item="LAMP-01", quantity=2, host_id="771"),
                ExistingLine(item="ROPE/10 #2", quantity=1, host_id="772"),
            ),
        )
    }


def test_the_header_arrives(wos: WosRig) -> None:
    """Every mapped field is stored under the member that the site profile names."""
    sent(wos)

    stored = wos.twin.store.find(DESIRED.number)
    assert stored is not None
    assert stored.created.startswith("2026-11-02T03:04:05")
    assert stored.header["customField2"] == "Amazon"
    assert stored.header["shipTo"] == {"name": "Dana O'Neil", "city": "Köln"}
    assert stored.header["notes"] == "Leave at dock 3"


def test_states_are_told_apart(wos: WosRig) -> None:
    """On hold, and locked by a batch."""
    held = DesiredOrder(number="H1", area="Main", hold=True, fields={}, lines=DESIRED.lines)
    sent(wos, held)
    sent(wos)
    stored = wos.twin.store.find(DESIRED.number)
    assert stored is not None
    stored.batch = "B-1"

    found = wos.sink().existing(["H1", DESIRED.number])

    assert [order.state for order in found.values()] == ["hold", "locked"]


def test_a_duplicate_is_ours_when_its_content_is(wos: WosRig) -> None:
    """The same order again: "exists", and proven ours by reading; with other lines, it is not."""
    request = wos.sink().creation(DESIRED)
    create = wos.create()
    create.send(request, LATER)

    assert create.send(request, LATER).kind is AnswerKind.EXISTS
    assert create.verify(effect(request)).proof is Proof.PRESENT
    other = DesiredOrder(
        number=DESIRED.number, area="Main", hold=False, fields={}, lines=DESIRED.lines[:1]
    )
    assert create.verify(effect(wos.sink().creation(other))).proof is Proof.DIFFERENT


def test_an_order_that_is_not_there_is_absent(wos: WosRig) -> None:
    """Only the site's own "not found" is absence."""
    request = wos.sink().creation(DESIRED)

    assert wos.create().verify(effect(request)).proof is Proof.ABSENT


def test_a_bundle_that_the_site_splits_is_still_ours(wos: WosRig) -> None:
    """What is stored are components with the bundle's host id; beside a plain line of one item."""
    lines = (
        DesiredLine(number=1, host_id="9", item="KIT-CAMP", quantity=3, expands=True),
        DesiredLine(number=2, host_id="10", item="LAMP-01", quantity=1),
    )
    desired = DesiredOrder(number="B1", area="West", hold=False, fields={}, lines=lines)
    request = wos.sink().creation(desired)
    create = wos.create()
    create.send(request, LATER)

    assert create.verify(effect(request)).proof is Proof.PRESENT
    (stored,) = wos.sink().existing(["B1"]).values()
    assert stored.lines[0] == ExistingLine(
        item="LAMP-01", quantity=3, host_id="9", bundle="KIT-CAMP"
    )


@pytest.mark.parametrize(
    ("kind", "answer", "stored"),
    [
        ("cut-before", AnswerKind.UNKNOWN, False),
        ("cut-after", AnswerKind.UNKNOWN, True),
        ("500", AnswerKind.UNKNOWN, False),
        ("500-after", AnswerKind.UNKNOWN, True),
        ("html-502", AnswerKind.UNKNOWN, False),
        ("truncated", AnswerKind.UNKNOWN, True),
        ("429", AnswerKind.NOT_SENT, False),
        ("401-once", AnswerKind.NOT_SENT, False),
    ],
)
def test_faults_of_a_write(wos: WosRig, kind: str, answer: AnswerKind, *, stored: bool) -> None:
    """A write is sent once, and what nobody can know is unknown; reading back tells."""
    request = wos.sink().creation(DESIRED)
    create = wos.create()
    wos.faults(FaultRule(kind=kind, retry_after=3 if kind == "429" else None))

    result = create.send(request, LATER)

    assert result.kind is answer
    assert result.retry_after == (3 if kind == "429" else None)
    assert wos.faulty._seen == [1]
    proof = create.verify(effect(request)).proof
    assert proof is (Proof.PRESENT if stored else Proof.ABSENT)


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "500", "html-502", "truncated", "429"])
def test_faults_of_a_read(wos: WosRig, kind: str) -> None:
    """Reads are repeated until they answer."""
    sent(wos)
    wos.faults(FaultRule(kind=kind, count=3))

    assert list(wos.sink().existing([DESIRED.number])) == [DESIRED.number]


def test_a_create_that_is_applied_late(wos: WosRig) -> None:
    """Absent when it is read at once, there when its time has come: hence the settle time."""
    request = wos.sink().creation(DESIRED)
    create = wos.create()
    wos.faults(FaultRule(kind="late", seconds=60))

    assert create.send(request, LATER).kind is AnswerKind.UNKNOWN
    assert create.verify(effect(request)).proof is Proof.ABSENT
    wos.rig.clock.sleep(60)
    assert create.verify(effect(request)).proof is Proof.PRESENT


def test_nothing_leaves_after_the_window(wos: WosRig) -> None:
    """A sender that wakes when its window is over sends nothing."""
    request = wos.sink().creation(DESIRED)

    answer = wos.create().send(request, NOW)

    assert answer.kind is AnswerKind.NOT_SENT
    assert wos.asked == []


def test_nobody_there_is_not_sent(rig: Rig) -> None:
    """A refused connection proves that nothing was processed."""
    wos = rig.warehouseos(SITES[0], STATE)
    request = wos.sink().creation(DESIRED)
    create = wos.create(url="http://127.0.0.1:9")

    assert create.send(request, LATER).kind is AnswerKind.NOT_SENT


def test_a_refusal_says_why_without_the_buyer(wos: WosRig) -> None:
    """An area that is not there is refused for good, in the site's words."""
    desired = DesiredOrder(number="X", area="Moon", hold=False, fields={}, lines=DESIRED.lines)

    answer = sent(wos, desired)

    assert answer.kind is AnswerKind.REFUSED
    assert "no area Moon" in answer.detail or "invalid" in answer.detail


def test_items_are_looked_up_once(wos: WosRig) -> None:
    """Item, bundle and unknown are told apart, and a second question costs nothing."""
    sink = wos.sink()
    numbers = ["LAMP-01", "KIT-CAMP", "ROPE/10 #2", "NOPE", "LAMP-01"]
    expected = {
        "LAMP-01": ItemState.ITEM,
        "KIT-CAMP": ItemState.BUNDLE,
        "ROPE/10 #2": ItemState.ITEM,
        "NOPE": ItemState.UNKNOWN,
    }

    assert sink.items(numbers) == expected
    assert sink.items(numbers) == expected
    assert len(wos.asked) == 4


def test_a_site_that_cannot_be_asked_about_items(wos: WosRig) -> None:
    """Without the call in its profile, every number is unchecked."""
    endpoints = {k: v for k, v in wos.profile["endpoints"].items() if k != "items.get"}
    sink = wos.sink(profile={**wos.profile, "endpoints": endpoints})

    assert sink.items(["LAMP-01"]) == {"LAMP-01": ItemState.UNCHECKED}


def test_a_wrong_path_is_not_an_absent_order(wos: WosRig) -> None:
    """A 404 of the server is an error; taken for "not found", it would create everything twice."""
    wrong = {"method": "GET", "path": "/nowhere/{number}"}
    endpoints = {**wos.profile["endpoints"], "orders.get": wrong}

    with pytest.raises(ProtocolError, match="answered HTTP 404"):
        wos.sink(profile={**wos.profile, "endpoints": endpoints}).existing(["X"])


def test_a_wrong_key_is_final(wos: WosRig) -> None:
    """The key is refused: a person has to look."""
    wos.twin.floor.settings = type(wos.twin.floor.settings)(api_key="another")

    with pytest.raises(CredentialError, match="refuses the key"):
        wos.sink().existing(["X"])


def test_a_site_without_host_ids_is_compared_by_content(rig: Rig) -> None:
    """Where stored lines do not give the host's id back, items and quantities decide."""
    wos = rig.warehouseos(SITES[0], STATE)
    wos.twin._dialect.policy = {**wos.twin._dialect.policy, "hostIds": False}
    request = wos.sink().creation(DESIRED)
    create = wos.create()
    create.send(request, LATER)

    assert create.verify(effect(request)).proof is Proof.PRESENT


def test_only_the_promise_allows_a_repeat(rig: Rig) -> None:
    """A repeat is harmless where the site promises unique numbers, and nowhere else."""
    repeats = [rig.warehouseos(site, STATE).create().resend_at_once for site in SITES]

    assert repeats == [True, False]


def test_the_private_members_are_pointed_at(rig: Rig) -> None:
    """Members that hold buyer's data, by the profile and by the mapping, and no others."""
    request = rig.warehouseos(SITES[1], STATE).sink().creation(DESIRED)

    assert request.private == ("/Recipient", "/PickerNotes", "/CustomField2")
    assert json.loads(request.body or "")["Recipient"] == {"Name": "Dana O'Neil", "City": "Köln"}
