"""The first tables."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_IN_FLIGHT = sa.text("state IN ('SENDING', 'DOUBT')")
_OPEN = sa.text("resolved IS NULL")
# PostgreSQL would sort keys and times as the words of some language, and count to 32 bits.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = "the audit is append-only"


def upgrade() -> None:
    """Makes every table, the rules that the database itself keeps, and the installation's id."""
    _effect()
    _audit()
    _parts()
    _inbox()
    _progress()
    _meta()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT)


def _document(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=not required)


def _effect() -> None:
    op.create_table(
        "effect",
        _text("customer"),
        _text("key"),
        _text("kind"),
        _text("target"),
        _text("subject"),
        _text("marker"),
        _text("business_key"),
        _document("request"),
        _text("body_hash"),
        _document("binding"),
        _text("state"),
        _number("version"),
        _number("attempts"),
        _number("fence"),
        _text("intent_at"),
        _text("window_until"),
        _text("settle_at"),
        _maybe("absent_at"),
        _maybe("ended_at"),
        _text("reason"),
        _document("response"),
        sa.PrimaryKeyConstraint("customer", "key"),
    )
    op.create_index(
        "one_in_flight",
        "effect",
        ["customer", "subject"],
        unique=True,
        sqlite_where=_IN_FLIGHT,
        postgresql_where=_IN_FLIGHT,
    )
    op.create_index("effect_by_state", "effect", ["customer", "state"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("at"),
        _text("actor"),
        _text("key"),
        _text("from_state"),
        _text("to_state"),
        _text("detail"),
    )
    op.create_index("audit_by_key", "audit", ["customer", "key", "seq"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_audit()
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
        )


def _guard_audit() -> None:
    """The same in PostgreSQL, which knows one more way to empty a table."""
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = '{_APPEND_ONLY}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def _parts() -> None:
    op.create_table(
        "binding",
        _text("customer"),
        _text("part"),
        _text("order_key"),
        _text("link"),
        _text("number"),
        _number("revision"),
        _text("fingerprint"),
        _document("composition", required=True),
        _text("bound_at"),
        sa.PrimaryKeyConstraint("customer", "part"),
    )
    op.create_index("binding_by_order", "binding", ["customer", "order_key"])
    op.create_table(
        "hold",
        _text("customer"),
        _text("part"),
        _text("order_key"),
        _text("rule"),
        _text("reason"),
        _text("since"),
        _text("seen"),
        sa.PrimaryKeyConstraint("customer", "part"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("business_key"),
        _text("kind"),
        _text("rule"),
        _text("text"),
        _maybe("effect"),
        _text("first_seen"),
        _text("last_seen"),
        _number("seen"),
        _maybe("resolved"),
        _text("resolution"),
    )
    op.create_index(
        "one_open_item",
        "inbox",
        ["customer", "business_key", "kind"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _progress() -> None:
    op.create_table(
        "cursor",
        _text("customer"),
        _text("feed"),
        _text("watermark"),
        _number("version"),
        sa.PrimaryKeyConstraint("customer", "feed"),
    )
    op.create_table(
        "lease",
        _text("customer"),
        _text("subject"),
        _text("owner"),
        _number("fence"),
        _maybe("until"),
        sa.PrimaryKeyConstraint("customer", "subject"),
    )
    op.create_table(
        "plan",
        _text("customer"),
        _text("digest"),
        _text("started_at"),
        _maybe("finished_at"),
        sa.PrimaryKeyConstraint("customer", "digest"),
    )
    op.create_table(
        "pass_note",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("flow"),
        _text("at"),
        _text("outcome"),
        _document("counts", required=True),
    )
    op.create_index("pass_by_flow", "pass_note", ["customer", "flow", "id"])


def _meta() -> None:
    op.create_table("meta", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))
    meta = sa.table("meta", sa.column("name", sa.Text), sa.column("value", sa.Text))
    row = {"name": "installation", "value": os.urandom(16).hex()}
    op.get_bind().execute(sa.insert(meta), row)
