"""Arguments of a call that are counts."""

from __future__ import annotations

from engine.sandbox.warehouseos.dialect import Call
from engine.sandbox.warehouseos.refusals import RefusedError
from engine.sandbox.warehouseos.settings import WarehouseOSSettings


def count_of(call: Call, word: str, default: int) -> int:
    """A count from 1. Raises RefusedError for anything else."""
    text = call.arguments.get(word, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError("INVALID_RECORD", f"{text} is not a count from 1", word)
    return int(text)


def page_of(call: Call, settings: WarehouseOSSettings) -> int:
    """The page size of a list: the one asked for, within what the settings allow."""
    return min(count_of(call, "size", settings.page_size), settings.page_size_max)
