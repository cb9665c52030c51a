"""What a ledger of years needs: ways to its rows, so that none is looked for among all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_message = sa.table(
    "message", sa.column("content", sa.JSON(none_as_null=True)), sa.column("order_key", sa.Text)
)


def upgrade() -> None:
    """Nothing that is on record changes."""
    # Not the customer first: SQLite would take them for questions that others answer better.
    op.create_index("effect_by_marker", "effect", ["marker", "customer"])
    op.create_index("inbox_by_key", "inbox", ["business_key", "customer"])
    op.add_column("message", sa.Column("order_key", _TEXT))
    of_content = _message.c.content["order"].as_string()
    op.execute(sa.update(_message).values(order_key=of_content))
    op.create_index("message_by_order", "message", ["order_key", "customer"])
