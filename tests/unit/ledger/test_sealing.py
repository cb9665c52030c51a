"""Hashes in the ledger are keyed: they prove what was sent, and nobody can guess it from them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from engine.executor.supposing import AsIfNotSent
from engine.ledger import schema
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_ledger, open_reader
from engine.model.effect import Intent
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, TIMING, binding, intent, promise, stored, take

BODY, PRINT, MARK = (sha256(word.encode()).hexdigest() for word in ("body", "print", "mark"))
MARKS = {"address": MARK[:16], "content": PRINT[:16], "method": ""}


def hashed(**changes: str) -> Intent:
    """A create with hashes as flows make them."""
    bound = promise(binding(fingerprint=PRINT[:32]))
    return intent(
        **{"body_hash": BODY, "binding": bound, "memo": {"marks": MARKS, "n": "1"}, **changes}
    )


def test_no_bare_hash_is_on_disk(file: Path) -> None:
    """Of what flows hashed nothing is found in the file, however often the row was written."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        lease = take(ledger)
        effect = ledger.claim(hashed(), TIMING, NOW, lease)
        assert effect is not None
        again = ledger.reclaim(effect, TIMING, NOW, lease)
        ledger.done(again, OK, NOW, "created")
        ledger.bind(binding("1002", fingerprint=PRINT[:32]), NOW, "found")
        ledger.rebind(binding("1003", fingerprint=PRINT[:32]), NOW, "found")
    raw = file.read_bytes()

    assert b"US-1003" in raw
    assert [
        mark for mark in (BODY, PRINT[:32], *MARKS.values()) if mark and mark.encode() in raw
    ] == []


def test_what_is_kept_is_compared_with_what_is_sealed(ledger: Ledger, lease: Lease) -> None:
    """Each hash comes back as `seal` makes it of the same hash; an empty one stays empty."""
    effect = ledger.claim(hashed(), TIMING, NOW, lease)
    assert effect is not None
    ledger.done(effect, OK, NOW, "created")
    kept = stored(ledger, effect).intent
    (bound,) = ledger.bindings(["1001"])["1001"]

    assert (kept.body_hash, bound.fingerprint) == (ledger.seal(BODY), ledger.seal(PRINT[:32]))
    sealed = {name: ledger.seal(mark) for name, mark in MARKS.items()}
    assert kept.memo == {"marks": sealed, "n": "1"}
    assert sealed["method"] == ""


def test_the_same_request_is_known_and_another_is_a_conflict(ledger: Ledger, lease: Lease) -> None:
    """A duplicate is recognised by its keyed hash alone."""
    effect = ledger.claim(hashed(), TIMING, NOW, lease)
    assert effect is not None
    ledger.done(effect, OK, NOW, "created")

    assert ledger.claim(hashed(), TIMING, NOW, lease) is None
    assert ledger.inbox() == []
    assert ledger.claim(hashed(body_hash=PRINT), TIMING, NOW, lease) is None
    assert [one.rule for one in ledger.inbox()] == ["effects.conflict"]


def test_every_file_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Sealing is the same for writer, reader and every later open, and another in another file."""
    seals = []
    for name in ("a.db", "b.db"):
        with closing(open_ledger(url_of(tmp_path / name), "acme", owner="w")) as ledger:
            seals.append(ledger.seal(BODY))
            assert ledger.seal(seals[-1]) == seals[-1]
            assert ledger.sealing.key.hex() not in repr(ledger.sealing)
        with closing(open_reader(url_of(tmp_path / name), "acme")) as reader:
            assert reader.seal(BODY) == AsIfNotSent(reader, frozenset()).seal(BODY) == seals[-1]
    assert seals[0] != seals[1]
    assert EmptyReader().seal(BODY) == BODY


def _of_version_0002(path: Path, intents: list[Intent]) -> None:
    """A file as the version before wrote it, with bare hashes and more rows than a page."""
    path.touch(mode=0o600)
    engine = sa.create_engine(url_of(path))
    with engine.begin() as conn:
        config = Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.attributes["connection"] = conn
        command.upgrade(config, "0002")
    engine.dispose()
    columns = (
        "customer key kind target subject marker business_key body_hash flow order_key".split()
    )
    columns += "state version attempts fence intent_at window_until settle_at reason".split()
    columns += ["binding", "memo"]
    with closing(sqlite3.connect(path)) as conn, conn:
        for one in intents:
            row = [one.customer, one.key, one.kind, one.target, one.subject, one.marker]
            row += [one.business_key, one.body_hash, one.flow, "1001", "DONE", 1, 1, 1]
            row += [NOW.isoformat(timespec="microseconds")] * 3
            row += ["claimed", json.dumps(one.binding), json.dumps(one.memo)]
            marks = ", ".join("?" * len(columns))
            conn.execute(f"INSERT INTO effect ({', '.join(columns)}) VALUES ({marks})", row)


@pytest.mark.parametrize("count", [1, 1203])
def test_an_older_file_is_sealed_once(tmp_path: Path, count: int) -> None:
    """Every row of the version before comes back as if it had been written by this one."""
    path = tmp_path / "ledger.db"
    wanted = [
        replace(hashed(), key=f"k{number}", subject=f"s{number}", order="1001")
        for number in range(count)
    ]
    _of_version_0002(path, wanted)
    for _ in range(2):
        with closing(open_ledger(url_of(path), "acme", owner="w")) as ledger:
            rows = ledger.effects([one.key for one in wanted])
            assert [rows[one.key].intent.body_hash for one in wanted] == [ledger.seal(BODY)] * count
            last = rows[wanted[-1].key].intent
            assert last == replace(ledger.sealing.intent(wanted[-1]), request={})
