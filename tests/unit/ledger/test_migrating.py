"""A ledger that an earlier program wrote: every row is kept, and says what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from engine.ledger import schema
from engine.ledger.opening import open_ledger
from engine.ports.ledger import Ledger
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, TIMING, intent, take
from tests.unit.ledger.serving import Databases, engine_of, rows

VERSIONS = Path(schema.__file__).parent / "migrations"
AT = NOW.isoformat(timespec="microseconds")
EFFECT = {
    "customer": "acme",
    "kind": "create",
    "target": "wos",
    "request": '{"method": "POST"}',
    "body_hash": "hash-1",
    "version": 1,
    "attempts": 1,
    "fence": 1,
    "intent_at": AT,
    "window_until": AT,
    "settle_at": AT,
    "reason": "claimed",
}
OF_1001 = {
    "key": "v1:acme:create:1001:1",
    "subject": "wos:1001",
    "marker": "US-1001",
    "business_key": "1001/east",
    "state": "DONE",
    "binding": '{"part":"1001/east","order":"1001"}',
}
OF_1002 = {
    "key": "v1:acme:export:1002",
    "subject": "ca:1002",
    "marker": "1002",
    "business_key": "1002",
    "state": "DOUBT",
}
ITEM = {
    "customer": "acme",
    "business_key": "1002",
    "kind": "doubt",
    "rule": "effects.doubt",
    "text": "no telling",
    "first_seen": AT,
    "last_seen": AT,
    "seen": 3,
    "resolution": "",
}
AUDIT = {"customer": "acme", "at": AT, "actor": "w", "from_state": "", "detail": "found"}
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("effect", EFFECT | OF_1001),
    ("effect", EFFECT | OF_1002),
    ("audit", AUDIT | {"key": "1001/east", "to_state": "BOUND"}),
    (
        "binding",
        {
            "customer": "acme",
            "part": "1001/east",
            "order_key": "1001",
            "link": "east",
            "number": "US-1001",
            "revision": 1,
            "fingerprint": "f",
            "composition": "[]",
            "bound_at": AT,
        },
    ),
    (
        "hold",
        {
            "customer": "acme",
            "part": "1003/east",
            "order_key": "1003",
            "rule": "orders.lookup",
            "reason": "no row",
            "since": AT,
            "seen": AT,
        },
    ),
    ("inbox", ITEM),
    ("inbox", ITEM | {"kind": "failed", "resolved": AT, "resolution": "called them"}),
    ("cursor", {"customer": "acme", "feed": "orders", "watermark": AT, "version": 4}),
    ("lease", {"customer": "acme", "subject": "pass", "owner": "", "fence": 9}),
    ("plan", {"customer": "acme", "digest": "d1", "started_at": AT}),
    (
        "pass_note",
        {"customer": "acme", "flow": "orders", "at": AT, "outcome": "ok", "counts": "{}"},
    ),
]
TABLES = sorted({name for name, _ in ROWS} | {"meta"})


def _migrate(url: str, version: str) -> None:
    engine = engine_of(url)
    with engine.begin() as conn:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS))
        config.attributes["connection"] = conn
        command.upgrade(config, version)
    engine.dispose()


def _dump(url: str) -> dict[str, list[dict[str, Any]]]:
    names = "id seq key part feed subject digest".split()
    return {
        table: sorted(
            rows(url, f"SELECT * FROM {table}"),
            key=lambda row: [str(row.get(name)) for name in names],
        )
        for table in TABLES
    }


@pytest.fixture(params=["sqlite", "postgres"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a ledger of version 0001 with a row in every table."""
    if request.param == "postgres":
        served: Databases = request.getfixturevalue("databases")
        url = served.bare()
    else:
        path = tmp_path / "ledger.db"
        path.touch(mode=0o600)
        url = url_of(path)
    _migrate(url, "0001")
    for name, row in ROWS:
        marks = ", ".join(f":{column}" for column in row)
        rows(url, f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)
    return url


def test_every_row_is_kept(first: str) -> None:
    """After an open at the newest version each row has all that it had, and its flow besides."""
    before = _dump(first)
    with closing(open_ledger(first, "acme", owner="w")) as ledger:
        _seal(ledger, before)
    after = _dump(first)
    assert after["meta"].pop()["name"] == "seal"

    assert all(before.values())
    for name, were in before.items():
        assert [new | old for old, new in zip(were, after[name], strict=True)] == after[name]
    told = [row["flow"] for name in ("effect", "hold", "inbox") for row in after[name]]
    assert set(told) == {"orders"}
    assert [row["order_key"] for row in after["effect"]] == ["1001", "1002"]


def _seal(ledger: Ledger, kept: Mapping[str, list[dict[str, Any]]]) -> None:
    """The only thing that is not as it was: hashes are keyed."""
    for row in kept["effect"]:
        row["body_hash"] = ledger.seal(row["body_hash"])
    for row in kept["binding"]:
        row["fingerprint"] = ledger.seal(row["fingerprint"])


def test_what_was_kept_is_worked_with(first: str) -> None:
    """The rows answer through the port, and the old rules still stand over them."""
    with closing(open_ledger(first, "acme", owner="w")) as ledger:
        (doubt,) = ledger.unfinished()
        assert (doubt.intent.order, doubt.intent.flow, doubt.intent.memo) == (
            "1002",
            "orders",
            None,
        )
        assert [(one.part, one.since) for one in ledger.holds()] == [("1003/east", NOW)]
        assert [(one.kind, one.seen) for one in ledger.inbox()] == [("doubt", 3)]
        assert next(ledger.audit("1001/east"))["to"] == "BOUND"
        lease = take(ledger)
        assert lease.fence == 10
        assert ledger.claim(intent("9", subject="ca:1002"), TIMING, NOW, lease) is None
        ledger.settle("v1:acme:export:1002", NOW, "it is there")
        assert ledger.inbox() == []


def test_the_audit_is_still_append_only(first: str) -> None:
    """A migration takes nobody's right to rely on the audit away."""
    open_ledger(first, "acme", owner="w").close()
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'"):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            rows(first, statement)
