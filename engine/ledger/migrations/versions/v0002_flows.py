"""What the flows beside orders remember, and the flow of each row that was there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("resolved IS NULL")
_NEW = sa.text("state = 'new'")
_HAS_BODY = sa.text("request IS NOT NULL")
_HAS_RAW = sa.text("raw IS NOT NULL")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_effect_before = sa.table(
    "effect",
    sa.column("binding", sa.JSON(none_as_null=True)),
    sa.column("marker", sa.Text),
    sa.column("order_key", sa.Text),
)


def upgrade() -> None:
    """Every row of before was about orders, so that is what it says now."""
    _effect()
    _hold()
    _inbox()
    _binding()
    _leg()
    _message()
    _product()
    _operating()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _added(name: str, value: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False, server_default=value)


def _effect() -> None:
    op.add_column("effect", _added("flow", "orders"))
    op.add_column("effect", _added("order_key", ""))
    op.add_column("effect", sa.Column("memo", sa.JSON))
    # A creation promised a binding, which names its order; an export's marker is its order.
    promised = _effect_before.c.binding["order"].as_string()
    order = sa.func.coalesce(promised, _effect_before.c.marker)
    op.execute(sa.update(_effect_before).values(order_key=order))
    op.create_index("effect_by_subject", "effect", ["customer", "subject"])
    op.create_index(
        "bodies_by_end",
        "effect",
        ["customer", "ended_at"],
        sqlite_where=_HAS_BODY,
        postgresql_where=_HAS_BODY,
    )


def _hold() -> None:
    """The primary key changes, which no database does in place: a new table takes the rows."""
    op.rename_table("hold", "hold_before")
    op.create_table(
        "hold",
        _text("customer"),
        _text("flow"),
        _text("part"),
        _text("order_key"),
        _text("rule"),
        _text("reason"),
        _text("since"),
        _text("seen"),
        sa.PrimaryKeyConstraint("customer", "flow", "part"),
    )
    op.execute(
        "INSERT INTO hold (customer, flow, part, order_key, rule, reason, since, seen) "
        "SELECT customer, 'orders', part, order_key, rule, reason, since, seen FROM hold_before"
    )
    op.drop_table("hold_before")


def _inbox() -> None:
    op.add_column("inbox", _added("flow", "orders"))
    op.drop_index("one_open_item", "inbox")
    op.create_index(
        "one_open_item",
        "inbox",
        ["customer", "business_key", "kind", "flow"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _binding() -> None:
    op.create_index("binding_by_number", "binding", ["customer", "number"])


def _leg() -> None:
    op.create_table(
        "leg",
        _text("customer"),
        _text("key"),
        _text("effect_key"),
        _number("quantity"),
        sa.PrimaryKeyConstraint("customer", "key"),
    )
    op.create_index("leg_by_effect", "leg", ["customer", "effect_key"])


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("key"),
        _text("kind"),
        _text("received_at"),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("raw", sa.JSON),
        _text("state"),
        sa.Column("handled_at", _TEXT),
    )
    op.create_index("one_message", "message", ["customer", "key"], unique=True)
    op.create_index(
        "new_messages",
        "message",
        ["customer", "seq", "kind"],
        sqlite_where=_NEW,
        postgresql_where=_NEW,
    )
    op.create_index(
        "raw_by_end",
        "message",
        ["customer", "handled_at"],
        sqlite_where=_HAS_RAW,
        postgresql_where=_HAS_RAW,
    )


def _product() -> None:
    op.create_table(
        "product",
        _text("customer"),
        _number("profile"),
        _text("sku"),
        _text("product"),
        _text("item"),
        _text("seen"),
        sa.PrimaryKeyConstraint("customer", "profile", "sku"),
    )
    op.create_index("product_by_sku", "product", ["customer", "sku"])
    op.create_index("product_by_item", "product", ["customer", "item"])


def _operating() -> None:
    op.create_table(
        "pause",
        _text("customer"),
        _text("flow"),
        _text("since"),
        _text("reason"),
        _text("actor"),
        sa.PrimaryKeyConstraint("customer", "flow"),
    )
    op.create_table(
        "ruleset_release",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        _text("customer"),
        _text("hash"),
        _text("at"),
        sa.Column("document", sa.JSON, nullable=False),
    )
    op.create_index("release_by_customer", "ruleset_release", ["customer", "id"])
