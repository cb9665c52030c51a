"""Members of raw records, taken out with their kind checked. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.adapters.channeladvisor.protocol import Row
from engine.adapters.foreign import LOST
from engine.errors import BadRecordError
from engine.model.order import Unreadable


def rows(row: Row, member: str, where: str) -> Sequence[Row]:
    """An expanded list. Absent means that it was not expanded, which is not the same as empty.

    Raises BadRecordError then; `where` names the record for it, here and below.
    """
    value = row.get(member, ...)
    if value is ... or not isinstance(value, list | None):
        raise BadRecordError(f"{where} came without its {member}")
    if not all(isinstance(one, dict) for one in value or ()):
        raise BadRecordError(f"{where} has something in its {member} that is no record")
    return value or ()


def whole(row: Row, member: str, where: str) -> int:
    """A whole number; raises BadRecordError where it is none, or missing."""
    value = row.get(member)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecordError(f"{where}: {member} is not a whole number")
    return value


def quantity(row: Row, where: str, member: str = "Quantity") -> int:
    """A quantity, 0 where it is null; raises BadRecordError where it is no whole number."""
    return 0 if row.get(member) is None else whole(row, member, where)


def text(row: Row, member: str, where: str) -> str | None:
    """A text, None for null or nothing; raises BadRecordError for anything else."""
    value = row.get(member)
    if not isinstance(value, str | None):
        raise BadRecordError(f"{where}: {member} is not a text")
    return value


def sku_of(row: Row, where: str) -> str | None:
    """The SKU, None for null or nothing; raises BadRecordError for one that is no text, or of which
    a sign was lost: it could be taken for another one.
    """
    sku = text(row, "Sku", where)
    if sku is not None and LOST in sku:
        raise BadRecordError(f"{where}: a sign of its Sku cannot be read")
    return sku


def flag(row: Row, member: str, where: str) -> bool:
    """Yes or no, null is no; raises BadRecordError for anything else: "false" is not nothing."""
    value = row.get(member)
    if not isinstance(value, bool | None):
        raise BadRecordError(f"{where}: {member} is neither true nor false")
    return bool(value)


WITHOUT_ID = "without-id"


def key_of(row: Row) -> str:
    """How a record that cannot be read is called: by its id, where that is one."""
    value = row.get("ID")
    known = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if known else WITHOUT_ID


def without_id(keys: Iterable[str]) -> dict[str, Unreadable]:
    """What is known of those among the keys that `key_of` gave a record without an id: nothing can
    be asked for by it, and it waits for a person as it is.
    """
    why = "it came without an id, so that it cannot be asked for: look for it in the channel"
    return {key: Unreadable(key=key, why=why) for key in keys if key == WITHOUT_ID}


def named(row: Row, member: str, where: str) -> str:
    """A text that is not empty; raises BadRecordError where it is missing."""
    value = row.get(member)
    if not isinstance(value, str) or not value:
        raise BadRecordError(f"{where} has no {member}")
    return value
