"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_IN_FLIGHT = sa.text("state IN ('SENDING', 'DOUBT')")
_OPEN = sa.text("resolved IS NULL")


def upgrade() -> None:
    """Makes every table, the rules that the database itself keeps, and the installation's id."""
    _effect()
    _audit()
    _parts()
    _inbox()
    _progress()
    _meta()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text)


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
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("at"),
        _text("actor"),
        _text("key"),
        _text("from_state"),
        _text("to_state"),
        _text("detail"),
    )
    op.create_index("audit_by_key", "audit", ["customer", "key", "seq"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
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
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
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
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("flow"),
        _text("at"),
        _text("outcome"),
        _document("counts", required=True),
    )
    op.create_index("pass_by_flow", "pass_note", ["customer", "flow", "id"])


def _meta() -> None:
    op.create_table("meta", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))
    op.execute("INSERT INTO meta (name, value) VALUES ('installation', lower(hex(randomblob(16))))")
