"""The mapping alone, and with decoding and encoding around it, in this process."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import jmespath

from engine.adapters.foreign import json_of
from tests.bench.by_hand import mapped
from tests.bench.engines import NOT_INSTALLED, PEERS
from tests.bench.frame import Row, Scale, side_by_side, timed
from tests.bench.jobs.crossdock import encode, mapping
from tests.bench.orders import orders
from tests.bench.rules import FIELDS, FILTERS, nested

Mapped = Callable[[dict[str, Any]], dict[str, Any] | None]
_PAGE = 100
_CYCLE = 2_000


def mapping_alone(scale: Scale) -> list[Row]:
    """Against the interpreter and against the mapping by hand."""
    ours, theirs = mapping(), interpreted()
    rows = []
    for what, count, faster in (("a page in cache", _PAGE, 25), ("2,000 cycling", _CYCLE, 14)):
        records = list(orders(min(count, scale.orders)))
        work = [*islice(cycle(records), max(count, scale.orders))]
        ratio = side_by_side(_over(theirs, work), _over(ours, work), scale.rounds)
        rows.append(Row(what=f"jmespath.py, {what}", figure=ratio, target=float(faster), over=True))
    work = [*islice(cycle(list(orders(_PAGE))), scale.orders)]
    ratio = side_by_side(_over(ours, work), _over(mapped, work), scale.rounds)
    return [*rows, Row(what="crossdock, of Python by hand", figure=ratio, target=1.10)]


def measure(scale: Scale) -> list[Row]:
    """Against the mapping by hand between the same decoder, and between orjson's."""
    lines = [json.dumps(order).encode() for order in orders(min(scale.orders, _CYCLE))]
    ours = _between(lines, mapping(), json_of, encode)
    hand = _between(lines, mapped, json_of, encode)
    rows = [Row(what="of by hand, same decoder", figure=side_by_side(ours, hand, scale.rounds))]
    fast = _orjson()
    if fast is None:
        return [*rows, Row(what="of by hand, orjson", note=NOT_INSTALLED)]
    best = _between(lines, mapped, fast.loads, fast.dumps)
    ratio = side_by_side(ours, best, scale.rounds)
    return [*rows, Row(what="of by hand, orjson", figure=ratio, target=1.0)]


def _orjson() -> Any:
    """The peers' decoder, which crossdock itself does not have; None where it is not installed."""
    before = list(sys.path)
    sys.path.extend(map(str, PEERS.glob("lib/python*/site-packages")))
    try:
        return importlib.import_module("orjson")
    except ModuleNotFoundError:
        return None
    finally:
        sys.path[:] = before


def interpreted() -> Mapped:
    """The same rules by jmespath.py's own interpreter."""
    filters = [jmespath.compile(text) for text in FILTERS]
    fields = {name: jmespath.compile(text) for name, text in FIELDS.items()}

    def found(order: dict[str, Any]) -> dict[str, Any] | None:
        if not all(rule.search(order) for rule in filters):
            return None
        return nested({name: field.search(order) for name, field in fields.items()})

    return found


def _over(work: Mapped, records: list[dict[str, Any]]) -> Callable[[], float]:
    def once() -> None:
        for record in records:
            work(record)

    return timed(once)


def _between(
    lines: list[bytes], work: Mapped, decode: Callable[[bytes], Any], write: Callable[[Any], bytes]
) -> Callable[[], float]:
    def once() -> None:
        for line in lines:
            found = work(decode(line))
            if found is not None:
                write(found)

    return timed(once)
