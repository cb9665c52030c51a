"""Keyed hashes: what the memory keeps of contents whose texts it may have to forget.

A bare hash of a body with few unknowns can be guessed: somebody who knows the lines of an order
tries names and streets until the hash is right. So each hash is kept under a key of the ledger
file's own, and compared by sealing the other side too.

The key lies in the file itself, made once with its tables. Beside the file it would be lost, left
out of a backup or put back from another day, and then every order of the channel would look as if
somebody had edited it. So it keeps nothing from who has the whole file; it does from who sees what
leaves it: screens, reports, an excerpt for somebody who is asked for help.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from engine.ledger.tables import meta
from engine.model.effect import Binding, Intent

MARK = "k1:"
NAME = "seal"
_KEY = sa.select(meta.c.value).where(meta.c.name == NAME)


@dataclass(frozen=True, slots=True)
class Seal:
    """Hash -> keyed hash, marked as such. An empty text stays empty, a keyed hash as it is."""

    key: bytes = field(repr=False)

    def __call__(self, plain: str) -> str:
        if not plain or plain.startswith(MARK):
            return plain
        return MARK + hmac.new(self.key, plain.encode(), hashlib.sha256).hexdigest()[:32]

    def intent(self, intent: Intent) -> Intent:
        """The intent as it is stored: the hashes of its body, its binding and its memo keyed."""
        binding, memo = intent.binding, intent.memo
        if binding is not None:
            binding = {**binding, "fingerprint": self(binding["fingerprint"])}
        if memo is not None and "marks" in memo:
            memo = {**memo, "marks": {name: self(mark) for name, mark in memo["marks"].items()}}
        return replace(intent, body_hash=self(intent.body_hash), binding=binding, memo=memo)

    def binding(self, binding: Binding) -> Binding:
        """The binding as it is stored."""
        return replace(binding, fingerprint=self(binding.fingerprint))


def seal_of(conn: sa.Connection) -> Seal:
    """The seal of this ledger file."""
    return Seal(bytes.fromhex(conn.execute(_KEY).scalar_one()))
