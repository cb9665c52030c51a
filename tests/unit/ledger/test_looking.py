"""What a plan looks through: a reader that writes nothing and makes no file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.executor.supposing import AsIfNotSent
from engine.ledger.doors import LookingDoor
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.sql_reader import SqlReader
from engine.model.stock import Message, MessageKind
from engine.ports.ledger import Cursor, LedgerReader, PassNote
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, binding, hold, item, promise, sending, take


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def _all_answers(reader: LedgerReader) -> list[object]:
    return [
        reader.cursor("orders"),
        reader.bindings(["1001"]),
        reader.effects(["v1:acme:create:1001:1"]),
        reader.by_subject(["wos:1001", "wos:1002"]),
        reader.legs(["t1:7"]),
        reader.legs_of("v1:acme:create:1002:1"),
        reader.legs_below("pick:7:"),
        reader.messages(["pick"]),
        reader.message_counts(),
        reader.known_messages(["m1"]),
        reader.bindings_of(["US-1001"]),
        reader.products(["MUG"]),
        reader.products_of_items(["MUG"]),
        reader.pauses(),
        reader.released(),
        reader.unfinished(),
        reader.holds(),
        reader.inbox(),
        reader.inbox(include_closed=True),
        reader.passes("orders"),
        reader.plan_state("d1"),
        reader.counts(),
        list(reader.audit("v1:acme:create:1001:1")),
    ]


@pytest.fixture
def filled(file: Path) -> Path:
    """A ledger with something of everything, closed."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        lease = take(ledger)
        memo = {"products": [{"profile": 1, "sku": "MUG", "product": "7", "item": "MUG"}]}
        effect = sending(ledger, lease, binding=promise(binding()), memo=memo)
        ledger.done(effect, OK, NOW, "created")
        ledger.pause("stock", "inventory", NOW)
        ledger.note_release("h1", {"timezone": "UTC"}, NOW)
        sending(ledger, lease, "1002", legs={"t1:7": -3})
        ledger.hold(hold("1003/east"))
        ledger.park(item("1003"), NOW)
        ledger.advance(Cursor(feed="orders", watermark=NOW, version=0), NOW)
        ledger.store_messages([Message(key="m1", kind=MessageKind.PICK)], NOW)
        ledger.plan_started("d1", NOW)
        ledger.note_pass(PassNote(flow="orders", at=NOW, outcome="ok", counts={"send": 1}))
    return file


def test_no_file_is_an_empty_ledger(tmp_path: Path, file: Path) -> None:
    """Where nothing was written there is nothing known, and nothing is made to find that out."""
    missing = tmp_path / "state" / "ledger.db"
    reader = open_reader(url_of(missing), "acme")
    assert isinstance(reader, EmptyReader)
    with closing(open_reader(url_of(file), "acme")) as of_empty_file:
        plain = [list(a) if isinstance(a, tuple) else a for a in _all_answers(reader)]
        assert plain == _all_answers(of_empty_file)
    reader.close()
    assert not missing.parent.exists()


def test_looking_leaves_the_folder_as_it_was(filled: Path) -> None:
    """No byte, no time and no file beside the ledger changes, not even a -wal or -shm."""
    before = _files(filled.parent)
    with closing(open_reader(url_of(filled), "acme")) as reader:
        _all_answers(reader)
        assert _files(filled.parent) == before
    assert _files(filled.parent) == before


def test_a_supposed_memory_differs_in_its_effects_alone(filled: Path) -> None:
    """What is shown for a retry is the memory as it is, with the effects asked for as PLANNED."""
    key = "v1:acme:create:1001:1"
    with closing(open_reader(url_of(filled), "acme")) as reader:
        nothing = AsIfNotSent(reader, frozenset())
        assert _all_answers(nothing) == _all_answers(reader)
        supposed = AsIfNotSent(reader, frozenset((key,)))
        rows = [supposed.effects([key])[key], *supposed.by_subject(["wos:1001"])["wos:1001"]]
        assert [row.state for row in rows] == ["PLANNED", "PLANNED"]


def test_a_reader_sees_what_the_writer_sees(filled: Path) -> None:
    """Every question has the same answer through both."""
    with closing(open_reader(url_of(filled), "acme")) as reader:
        at_rest = _all_answers(reader)
        with closing(open_ledger(url_of(filled), "acme", owner="w")) as ledger:
            assert _all_answers(reader) == _all_answers(ledger) == at_rest


def test_a_reader_follows_a_writer(filled: Path) -> None:
    """While a writer is at work its commits are seen, and so are they after it has closed."""
    with closing(open_reader(url_of(filled), "acme")) as reader:
        with closing(open_ledger(url_of(filled), "acme", owner="w")) as ledger:
            ledger.park(item("2001"), NOW)
            assert [one.business_key for one in reader.inbox()] == ["1003", "2001"]
            ledger.park(item("2002"), NOW)
            assert len(reader.inbox()) == 3
        assert len(reader.inbox()) == 3


def test_a_reader_writes_nothing(filled: Path) -> None:
    """Through its connections nothing can be changed, whether a writer is there or not."""
    door = LookingDoor(filled)
    with closing(open_ledger(url_of(filled), "acme", owner="w")) as ledger:
        for engine in (door._live, door._at_rest):
            with pytest.raises(sa.exc.OperationalError, match="readonly"), engine.begin() as conn:
                conn.exec_driver_sql("DELETE FROM hold")
        assert len(ledger.holds()) == 1


@pytest.mark.parametrize("torn", [False, True])
def test_an_answer_is_asked_again_when_a_writer_came(filled: Path, *, torn: bool) -> None:
    """A question during which a writer came and went is answered from the file as it is then."""
    asked: list[int] = []

    def count(conn: sa.Connection) -> int:
        seen: int = conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one()
        if not asked:
            with closing(open_ledger(url_of(filled), "acme", owner="w")) as ledger:
                ledger.park(item("3001"), NOW)
        asked.append(seen)
        if torn and len(asked) == 1:
            raise sa.exc.DatabaseError("SELECT", {}, Exception("malformed"))
        return seen

    with closing(open_reader(url_of(filled), "acme")) as reader:
        assert isinstance(reader, SqlReader)
        assert reader._door.ask(count) == 2
    assert asked == [1, 2]
