"""The tables of the ledger, as SQLAlchemy Core sees them; `migrations/` is what creates them.

Every table but `meta` (one per file) carries the customer, and every query asks for it. Times are
text in UTC with six digits of a second, so that they sort as they are; JSON is JSON. The same
tables stand in PostgreSQL. What an index leaves out is told for SQLite alone here, because naming
the other database loads it; the migrations tell both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import LibraryFaultError

# Keys and times are sorted, and ranges of them asked for, byte by byte: PostgreSQL would sort them
# as the words of some language.
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# A fleet's audit outgrows 32 bits; SQLite counts by itself only what is called INTEGER.
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class ZonelessTimeError(LibraryFaultError, sa.exc.DontWrapMixin):
    """A time without a zone was to be stored; SQLAlchemy must not wrap what our fault says."""


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored as ISO text in UTC of one fixed width."""

    impl = BYTEWISE
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ZonelessTimeError("the ledger was given a time without a zone")
        in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return in_utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


Document = sa.JSON(none_as_null=True)

metadata = sa.MetaData()

IN_FLIGHT = sa.text("state IN ('SENDING', 'DOUBT')")
OPEN = sa.text("resolved IS NULL")
NEW = sa.text("state = 'new'")
HAS_BODY = sa.text("request IS NOT NULL")
HAS_RAW = sa.text("raw IS NOT NULL")

effect = sa.Table(
    "effect",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("key", BYTEWISE, primary_key=True),
    sa.Column("kind", BYTEWISE, nullable=False),
    sa.Column("target", BYTEWISE, nullable=False),
    sa.Column("subject", BYTEWISE, nullable=False),
    sa.Column("marker", BYTEWISE, nullable=False),
    sa.Column("business_key", BYTEWISE, nullable=False),
    sa.Column("request", Document),
    sa.Column("body_hash", BYTEWISE, nullable=False),
    sa.Column("binding", Document),
    sa.Column("flow", BYTEWISE, nullable=False),
    sa.Column("order_key", BYTEWISE, nullable=False),
    sa.Column("memo", Document),
    sa.Column("state", BYTEWISE, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("intent_at", Instant, nullable=False),
    sa.Column("window_until", Instant, nullable=False),
    sa.Column("settle_at", Instant, nullable=False),
    sa.Column("absent_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("reason", BYTEWISE, nullable=False),
    sa.Column("response", Document),
    # The rule "one in flight per subject" is the database's own: code that forgets it fails.
    sa.Index(
        "one_in_flight",
        "customer",
        "subject",
        unique=True,
        sqlite_where=IN_FLIGHT,
    ),
    sa.Index("effect_by_state", "customer", "state"),
    sa.Index("effect_by_subject", "customer", "subject"),
    sa.Index("effect_by_order", "order_key", "customer"),
    sa.Index("effect_by_marker", "marker", "customer"),
    sa.Index(
        "bodies_by_end",
        "customer",
        "ended_at",
        sqlite_where=HAS_BODY,
    ),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("customer", BYTEWISE, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", BYTEWISE, nullable=False),
    sa.Column("key", BYTEWISE, nullable=False),
    sa.Column("from_state", BYTEWISE, nullable=False),
    sa.Column("to_state", BYTEWISE, nullable=False),
    sa.Column("detail", BYTEWISE, nullable=False),
    sa.Index("audit_by_key", "customer", "key", "seq"),
)

binding = sa.Table(
    "binding",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("part", BYTEWISE, primary_key=True),
    sa.Column("order_key", BYTEWISE, nullable=False),
    sa.Column("link", BYTEWISE, nullable=False),
    sa.Column("number", BYTEWISE, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("fingerprint", BYTEWISE, nullable=False),
    sa.Column("composition", Document, nullable=False),
    sa.Column("bound_at", Instant, nullable=False),
    sa.Index("binding_by_order", "customer", "order_key"),
    sa.Index("binding_by_number", "customer", "number"),
)

# A booking of the floor is told once: its leg belongs to one effect for ever.
leg = sa.Table(
    "leg",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("key", BYTEWISE, primary_key=True),
    sa.Column("effect_key", BYTEWISE, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Index("leg_by_effect", "customer", "effect_key"),
)

hold = sa.Table(
    "hold",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("flow", BYTEWISE, primary_key=True),
    sa.Column("part", BYTEWISE, primary_key=True),
    sa.Column("order_key", BYTEWISE, nullable=False),
    sa.Column("rule", BYTEWISE, nullable=False),
    sa.Column("reason", BYTEWISE, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("seen", Instant, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("customer", BYTEWISE, nullable=False),
    sa.Column("business_key", BYTEWISE, nullable=False),
    sa.Column("kind", BYTEWISE, nullable=False),
    sa.Column("rule", BYTEWISE, nullable=False),
    sa.Column("text", BYTEWISE, nullable=False),
    sa.Column("effect", BYTEWISE),
    sa.Column("first_seen", Instant, nullable=False),
    sa.Column("last_seen", Instant, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("resolved", Instant),
    sa.Column("resolution", BYTEWISE, nullable=False),
    sa.Column("flow", BYTEWISE, nullable=False),
    sa.Index(
        "one_open_item",
        "customer",
        "business_key",
        "kind",
        "flow",
        unique=True,
        sqlite_where=OPEN,
    ),
    sa.Index("inbox_by_key", "business_key", "customer"),
)

# `raw` stands apart from the rest of the message, so that it alone can be erased.
message = sa.Table(
    "message",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("customer", BYTEWISE, nullable=False),
    sa.Column("key", BYTEWISE, nullable=False),
    sa.Column("kind", BYTEWISE, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("content", Document, nullable=False),
    sa.Column("raw", Document),
    sa.Column("state", BYTEWISE, nullable=False),
    sa.Column("handled_at", Instant),
    # The order that its content names, which is looked for.
    sa.Column("order_key", BYTEWISE),
    sa.Index("message_by_order", "order_key", "customer"),
    sa.Index("one_message", "customer", "key", unique=True),
    sa.Index(
        "new_messages",
        "customer",
        "seq",
        "kind",
        sqlite_where=NEW,
    ),
    sa.Index(
        "raw_by_age",
        "customer",
        "received_at",
        sqlite_where=HAS_RAW,
    ),
)

product = sa.Table(
    "product",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("profile", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sku", BYTEWISE, primary_key=True),
    sa.Column("product", BYTEWISE, nullable=False),
    sa.Column("item", BYTEWISE, nullable=False),
    sa.Column("seen", Instant, nullable=False),
    sa.Index("product_by_sku", "customer", "sku"),
    sa.Index("product_by_item", "customer", "item"),
)

cursor = sa.Table(
    "cursor",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("feed", BYTEWISE, primary_key=True),
    sa.Column("watermark", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("subject", BYTEWISE, primary_key=True),
    sa.Column("owner", BYTEWISE, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("until", Instant),
)

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("digest", BYTEWISE, primary_key=True),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
)

pass_note = sa.Table(
    "pass_note",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("customer", BYTEWISE, nullable=False),
    sa.Column("flow", BYTEWISE, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("outcome", BYTEWISE, nullable=False),
    sa.Column("counts", Document, nullable=False),
    sa.Index("pass_by_flow", "customer", "flow", "id"),
)

pause = sa.Table(
    "pause",
    metadata,
    sa.Column("customer", BYTEWISE, primary_key=True),
    sa.Column("flow", BYTEWISE, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("reason", BYTEWISE, nullable=False),
    sa.Column("actor", BYTEWISE, nullable=False),
)

# Not "release", which is a word of SQL.
ruleset_release = sa.Table(
    "ruleset_release",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("customer", BYTEWISE, nullable=False),
    sa.Column("hash", BYTEWISE, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("document", Document, nullable=False),
    sa.Index("release_by_customer", "customer", "id"),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", BYTEWISE, primary_key=True),
    sa.Column("value", BYTEWISE, nullable=False),
)
