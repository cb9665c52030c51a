"""What is measured: the cases of the table, in its order, with what is promised of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.bench import bytes_to_bytes, cores, memory, same_job, storing
from tests.bench.frame import Row, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: its key for `script/bench --only`, its heading, and its promise in words.

    `shortfall` is why a target of it may be missed.
    """

    key: str
    title: str
    promise: str
    measure: Callable[[Scale], list[Row]]
    shortfall: str = ""

    def rows(self, scale: Scale) -> tuple[Row, ...]:
        """What was measured; what misses its target has the reason beside it."""
        return tuple(
            replace(row, note=row.note or self.shortfall) if row.met is False else row
            for row in self.measure(scale)
        )


CASES = (
    Case(
        key="mapping",
        title="The mapping alone",
        promise="as fast as by hand (at most 1.10 of it), and 25 times as fast as jmespath.py",
        measure=bytes_to_bytes.mapping_alone,
        shortfall="supposed, not measured: "
        "one function maps; filters are searched one by one, and dotted names are "
        "nested after it",
    ),
    Case(
        key="bytes",
        title="From bytes to bytes",
        promise="decode, filter, map and encode in no more time than orjson and Python by hand",
        measure=bytes_to_bytes.measure,
        shortfall="supposed, not measured: "
        "JSON is read and written by the standard library, whole orders at a time",
    ),
    Case(
        key="same-job",
        title="The same job in other engines",
        promise="40 times as fast as Airbyte's CDK, and slower than none but Python by hand",
        measure=same_job.measure,
        shortfall="supposed, not measured: "
        "whole orders are decoded, by the standard library; then as in the mapping alone",
    ),
    Case(
        key="memory",
        title="Memory of a plan",
        promise="the peak of the whole command grows by 2 MiB at most, and is 64 MiB at most",
        measure=memory.measure,
        shortfall="supposed, not measured: "
        "most is there before the first order is read: the imports",
    ),
    Case(
        key="cores",
        title="Two processes on two cores",
        promise="two do at least 1.8 times the work of one",
        measure=cores.measure,
    ),
    Case(
        key="ledger",
        title="The ledger beside plain sqlite3",
        promise="at least 0.80 of the rows in the same time, as durable",
        measure=storing.measure,
        shortfall="supposed, not measured: "
        "the statements are small: SQLAlchemy's part of each outweighs SQLite's",
    ),
)
