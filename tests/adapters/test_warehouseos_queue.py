"""The host queue of the WarehouseOS twin, read and taken away on both site profiles."""

from __future__ import annotations

import pytest

from engine.errors import (
    ConfigurationError,
    CredentialError,
    ProtocolError,
    SystemUnavailableError,
)
from engine.model.stock import Message, MessageKind, StockTransaction
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, SITES, Rig
from tests.adapters.warehouse import Warehouse, warehouse


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile."""
    return warehouse(rig, request.param)


def booked(site: Warehouse) -> list[StockTransaction]:
    found = [message.transaction for message in site.queue().read()]
    return [transaction for transaction in found if transaction is not None]


def test_both_sites_tell_the_same_bookings(site: Warehouse) -> None:
    """Whatever the site's words and signs, what the shelf has more or less is told alike."""
    site.floor("put", item="LAMP-01", quantity=3, area="Main", reason="FOUND")
    site.floor("pull", item="LAMP-01", quantity=2, area="Main", reason="DMG")
    site.floor("count", item="LAMP-01", quantity=9, location="M-1")
    site.floor("move", item="LAMP-01", quantity=4, **{"from": "M-2", "to": "W-1"})
    site.floor("receive", po="PO-7", item="LAMP-01", quantity=24)
    site.floor("putaway", po="PO-7", item="LAMP-01", quantity=24, location="M-2")

    found = booked(site)

    told = [(one.kind, one.quantity, one.area, one.to_area, one.reason) for one in found]
    assert told == [
        ("put", 3, "Main", None, "FOUND"),
        ("pull", -2, "Main", None, "DMG"),
        ("count", -2, "Main", None, None),
        ("move", 4, "Main", "West", None),
        ("putaway", 24, "Main", None, None),
    ]
    assert {one.item for one in found} == {"LAMP-01"}
    assert {one.at for one in found} == {NOW}
    named = "itemFields" in site.wos.profile["triggers"]
    assert all(one.fields == ({"customField1": "8801"} if named else {}) for one in found)


def test_a_message_is_a_transaction_and_keeps_its_key(site: Warehouse) -> None:
    """The key is the connection with the site's own id, again when it is read again."""
    site.floor("put", item="LAMP-01", quantity=3, area="Main")

    (first,) = site.queue().read()
    (again,) = site.queue().read()

    number = "MSG-900101" if site.wos.profile["queue"]["ids"] == "text" else "900101"
    assert first.key == again.key == f"mine:{number}"
    assert first.transaction is not None
    assert first.transaction.key == first.key
    assert (first.kind, first.at, first.why) == (MessageKind.STOCK, NOW, "")


def test_orders_are_hinted_at(site: Warehouse) -> None:
    """Of a new, picked, boxed or packed order a message says which one, and no more."""
    site.floor("trigger-config", box={"on": True}, orderCreated={"on": True})
    site.order("A-1", ("LAMP-01", 1))
    site.floor("pick", number="A-1")
    site.floor("pack", number="A-1", boxes=[{"id": "BX-1"}])

    found = site.queue().read()

    assert [message.kind for message in found] == [
        MessageKind.ORDER,
        MessageKind.PICK,
        MessageKind.BOX,
        MessageKind.PACK,
    ]
    assert {message.order for message in found} == {"A-1"}
    assert {message.at for message in found} == {NOW}
    assert [message.transaction for message in found] == [None] * 4


def test_looking_takes_nothing_away(site: Warehouse) -> None:
    """A look shows the oldest messages and how many wait behind, and leaves them all."""
    most = int(site.wos.profile["queue"]["max"])
    for _ in range(most + 3):
        site.floor("put", item="LAMP-01", quantity=1, area="Main")
    events = site.events()
    assert events.may_look

    found, behind = events.peek()

    assert (len(found), behind) == (most, 3)
    assert [one.key for one in events.peek()[0]] == [one.key for one in found]
    assert all(asked.startswith("GET") for asked in site.wos.asked)


def test_the_queue_is_emptied_as_it_is_stored(site: Warehouse) -> None:
    """What is acknowledged does not come again; the next messages do, to the end."""
    total = int(site.wos.profile["queue"]["max"]) + 3
    for _ in range(total):
        site.floor("put", item="LAMP-01", quantity=1, area="Main")
    queue, keys = site.queue(), set()

    while found := queue.read():
        keys |= {message.key for message in found}
        queue.acknowledge(found)
        queue.acknowledge(found)

    assert len(keys) == total


def test_a_queue_says_that_it_ends(site: Warehouse) -> None:
    """As long as more waits than a read gives it does not; a site that tells no number never."""
    most = site.wos.profile["queue"]["max"]
    for _ in range(most + 1):
        site.floor("put", item="LAMP-01", quantity=1, area="Main")
    queue, told = site.queue(), []
    assert not queue.ended
    for _ in range(2):
        queue.acknowledge(queue.read())
        told.append(queue.ended)
    rows = site.wos.profile["members"]["queue"]["rows"]
    silent = site.queue(profile=site.members(queue={"rows": rows}))
    silent.read()

    assert (told, silent.ended) == ([False, True], False)


def test_more_than_a_call_takes_is_acknowledged_in_several(site: Warehouse) -> None:
    """Ids that may stand in an address are sent in portions, and each only once."""
    for _ in range(70):
        site.floor("put", item="LAMP-01", quantity=1, area="Main")
    queue = site.queue(profile=site.profile(queue={"readRemoves": False, "max": 100}))
    site.wos.twin._dialect.queue = {**site.wos.profile["queue"], "max": 100}
    found = queue.read()
    assert len(found) == 70

    queue.acknowledge([*found, *found])

    assert len(site.wos.asked) == 3
    assert queue.read() == []


def test_what_the_twin_sends_oddly_is_kept(site: Warehouse) -> None:
    """Doubles have one key, an unknown type says so, and unknown members do no harm."""
    site.settings(queue_duplicates=1, unknown_types=True, extra_members=True, queue_reorder=True)
    site.floor("put", item="LAMP-01", quantity=1, area="Main")

    found = site.queue().read()

    assert len(found) == 4
    assert len({message.key for message in found}) == 2
    assert {message.kind for message in found} == {MessageKind.UNKNOWN, MessageKind.STOCK}
    unknown = found[0]
    assert unknown.why == "its type, SomethingNew, is not in the profile's triggers.types"
    site.queue().acknowledge(found)
    assert site.queue().read() == []


def test_a_queue_whose_read_removes_is_not_looked_at(site: Warehouse) -> None:
    """Nobody may look, and there is nothing to acknowledge after a read."""
    profile = site.profile(queue={**site.wos.profile["queue"], "readRemoves": True})
    events = site.events(profile=profile)
    assert not events.may_look

    with pytest.raises(ConfigurationError, match="takes messages away"):
        events.peek()
    site.queue(profile=profile).acknowledge([Message(key="k", kind=MessageKind.PICK)])

    assert site.wos.asked == []


@pytest.mark.parametrize("kind", ["500", "html-502", "cut-after", "429"])
def test_an_acknowledgement_is_patient(site: Warehouse, kind: str) -> None:
    """It is repeated as a read is, because a repeat does no harm."""
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    queue = site.queue()
    found = queue.read()
    site.wos.faults(FaultRule(kind=kind, count=2))

    queue.acknowledge(found)

    assert queue.read() == []


def test_an_acknowledgement_that_never_arrives_is_told(site: Warehouse) -> None:
    """After all attempts it raises, and the messages are still there."""
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    queue = site.queue()
    found = queue.read()
    site.wos.faults(FaultRule(kind="500", count=None))

    with pytest.raises(SystemUnavailableError):
        queue.acknowledge(found)
    site.wos.faults()
    assert [message.key for message in queue.read()] == [found[0].key]


def test_a_refused_key_and_a_wrong_path_end_an_acknowledgement(site: Warehouse) -> None:
    """Both are for a person, and neither passes for an acknowledgement."""
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    found = site.queue().read()
    wrong = {**site.wos.profile["endpoints"]["queue.ack"], "path": "/nowhere"}
    endpoints = {**site.wos.profile["endpoints"], "queue.ack": wrong}

    with pytest.raises(ProtocolError, match="HTTP 404"):
        site.queue(profile=site.profile(endpoints=endpoints)).acknowledge(found)
    site.settings(api_key="another")
    with pytest.raises(CredentialError):
        site.queue().acknowledge(found)


def test_a_profile_must_say_where_ids_go(rig: Rig) -> None:
    """Neither in the query nor in the body is an error for a person."""
    site = warehouse(rig)
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    found = site.queue().read()

    with pytest.raises(ConfigurationError, match="where acknowledged ids go"):
        site.queue(profile=site.members(acknowledgement={})).acknowledge(found)


def test_a_queue_without_its_messages_is_an_error(site: Warehouse) -> None:
    """A wrong name in the profile must not look like an empty queue."""
    with pytest.raises(ProtocolError, match="without its messages"):
        site.queue(profile=site.members(queue={"rows": "elsewhere"})).read()


def test_a_queue_that_takes_no_count(rig: Rig) -> None:
    """A site whose call has no place for how many is asked without."""
    site = warehouse(rig)
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    call = {"method": "GET", "path": site.wos.profile["endpoints"]["queue.read"]["path"]}
    endpoints = {**site.wos.profile["endpoints"], "queue.read": call}

    assert len(site.queue(profile=site.profile(endpoints=endpoints)).read()) == 1
    assert site.wos.asked[-1].endswith("GetMessages")


def test_a_message_that_is_posted(site: Warehouse) -> None:
    """It is read like one of the queue; without an id its content is its key, again the same."""
    posts: list[bytes] = []
    object.__setattr__(site.wos.twin._site, "post", lambda _url, body: posts.append(body))
    site.floor("trigger-config", adjustment={"to": "url", "url": "https://hook.example.com"})
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    site.floor("put", item="LAMP-01", quantity=2, area="Main")
    events = site.events()

    found = [events.parse(body) for body in posts]

    assert [message.transaction.quantity for message in found if message.transaction] == [1, 2]
    assert events.parse(posts[0]) == found[0]
    assert found[0].key != found[1].key
    hashed = found[0].key.startswith("mine:sha256:")
    assert hashed is not site.wos.profile["triggers"]["postedWithId"]
