"""The key of the ledger's hashes, what of them was kept bare until now, and ways to erase."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_PAGE = 500
_JSON = sa.JSON(none_as_null=True)
_HAS_RAW = sa.text("raw IS NOT NULL")

_effect = sa.table(
    "effect",
    sa.column("customer", sa.Text),
    sa.column("key", sa.Text),
    sa.column("body_hash", sa.Text),
    sa.column("binding", _JSON),
    sa.column("memo", _JSON),
)
_binding = sa.table(
    "binding",
    sa.column("customer", sa.Text),
    sa.column("part", sa.Text),
    sa.column("fingerprint", sa.Text),
)
_meta = sa.table("meta", sa.column("name", sa.Text), sa.column("value", sa.Text))

Seal = Callable[[str], str]


def upgrade() -> None:
    """Nothing is sent again for it: both sides of each comparison are keyed from now on."""
    # Not SQLite's own randomblob(): that is no promise of a secret.
    key = os.urandom(32)
    op.get_bind().execute(sa.insert(_meta), {"name": "seal", "value": key.hex()})

    def seal(plain: str) -> str:
        return plain and f"k1:{hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]}"

    _seal_effects(seal)
    _seal_bindings(seal)
    # Not the customer first: SQLite would take it for questions that other indexes answer better.
    op.create_index("effect_by_order", "effect", ["order_key", "customer"])
    op.drop_index("raw_by_end", "message")
    op.create_index(
        "raw_by_age",
        "message",
        ["customer", "received_at"],
        sqlite_where=_HAS_RAW,
        postgresql_where=_HAS_RAW,
    )


def _seal_effects(seal: Seal) -> None:
    change = (
        sa.update(_effect)
        .where(_effect.c.customer == sa.bindparam("of"), _effect.c.key == sa.bindparam("about"))
        .values({name: sa.bindparam(name) for name in ("body_hash", "binding", "memo")})
    )
    for page in _pages(_effect, "key"):
        rows = [
            {
                "of": row.customer,
                "about": row.key,
                "body_hash": seal(row.body_hash),
                "binding": _sealed_binding(row.binding, seal),
                "memo": _sealed_memo(row.memo, seal),
            }
            for row in page
        ]
        op.get_bind().execute(change, rows)


def _sealed_binding(binding: Any, seal: Seal) -> Any:
    if not binding or "fingerprint" not in binding:
        return binding
    return {**binding, "fingerprint": seal(binding["fingerprint"])}


def _sealed_memo(memo: Any, seal: Seal) -> Any:
    if not memo or "marks" not in memo:
        return memo
    return {**memo, "marks": {name: seal(mark) for name, mark in memo["marks"].items()}}


def _seal_bindings(seal: Seal) -> None:
    change = (
        sa.update(_binding)
        .where(_binding.c.customer == sa.bindparam("of"), _binding.c.part == sa.bindparam("about"))
        .values(fingerprint=sa.bindparam("sealed"))
    )
    for page in _pages(_binding, "part"):
        rows = [
            {"of": row.customer, "about": row.part, "sealed": seal(row.fingerprint)} for row in page
        ]
        op.get_bind().execute(change, rows)


def _pages(table: sa.TableClause, key: str) -> Iterator[list[Any]]:
    """The rows a page at a time, by their primary key, so that a large ledger fits in memory."""
    place = sa.tuple_(table.c.customer, table.c[key])
    question = sa.select(table).order_by(table.c.customer, table.c[key]).limit(_PAGE)
    page = list(op.get_bind().execute(question))
    while page:
        yield page
        last = (page[-1].customer, getattr(page[-1], key))
        page = list(op.get_bind().execute(question.where(place > last)))
