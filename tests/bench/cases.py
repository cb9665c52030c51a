"""What is measured: the cases of the table, in its order, with what is promised of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.bench import (
    bytes_to_bytes,
    cores,
    limit,
    memory,
    reasons,
    reconcile,
    requests_made,
    same_job,
    startup,
    storing,
    validate,
)
from tests.bench.frame import Row, Scale


def usual(scale: Scale) -> str:
    """What most cases say of their size."""
    return scale.told


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: its key for `script/bench --only`, its heading, and its promise in words.

    `sizes` says how much was done. `why` measures where the time of what missed a target goes, and
    says it; a row that has a note of its own needs none.
    """

    key: str
    title: str
    promise: str
    measure: Callable[[Scale], list[Row]]
    sizes: Callable[[Scale], str] = usual
    why: Callable[[Scale], str] | None = None

    def rows(self, scale: Scale) -> tuple[Row, ...]:
        """What was measured; what misses its target has the reason beside it."""
        rows = self.measure(scale)
        silent = [row for row in rows if row.met is False and not row.note]
        if not silent or self.why is None:
            return tuple(rows)
        reason = self.why(scale)
        return tuple(replace(row, note=reason) if row in silent else row for row in rows)


CASES = (
    Case(
        key="mapping",
        title="The mapping alone",
        promise="as fast as by hand (at most 1.10 of it), and 25 times as fast as jmespath.py",
        measure=bytes_to_bytes.mapping_alone,
        why=reasons.mapping,
    ),
    Case(
        key="bytes",
        title="From bytes to bytes",
        promise="decode, filter, map and encode in no more time than orjson and Python by hand",
        measure=bytes_to_bytes.measure,
        sizes=lambda scale: f"{min(scale.orders, 2_000):,} orders, {scale.rounds} rounds",
        why=reasons.whole_job,
    ),
    Case(
        key="same-job",
        title="The same job in other engines",
        promise="40 times as fast as Airbyte's CDK, and slower than none but Python by hand",
        measure=same_job.measure,
        why=reasons.whole_job,
    ),
    Case(
        key="memory",
        title="Memory of a plan",
        promise="the peak of the whole command grows by 2 MiB at most, and is 64 MiB at most",
        measure=memory.measure,
        sizes=memory.sizes,
        why=memory.why,
    ),
    Case(
        key="cores",
        title="Two processes on two cores",
        promise="two do at least 1.8 times the work of one",
        measure=cores.measure,
    ),
    Case(
        key="requests",
        title="Requests of a clean pass",
        promise="each flow makes no request more than it must",
        measure=requests_made.measure,
        sizes=requests_made.sizes,
    ),
    Case(
        key="limit",
        title="At the limit of an account",
        promise="99 of 100 calls that 2,000 a minute and five in flight allow up to 150 ms, 97 "
        "above, and not one 429",
        measure=limit.measure,
        sizes=limit.told,
    ),
    Case(
        key="ledger",
        title="The ledger beside plain sqlite3",
        promise="at least 0.80 of the rows in the same time, as durable",
        measure=storing.measure,
        sizes=lambda scale: f"{max(20, scale.orders // 20):,} effects, {scale.rounds} rounds",
        why=reasons.ledger,
    ),
    Case(
        key="startup",
        title="Commands beside a bare Python",
        promise="`--help` takes 1.5 times as long as `python -c pass` at most, `validate` of one "
        "file 3.5 times, and a `run` that finds nothing to do 7 times",
        measure=startup.measure,
        sizes=startup.sizes,
        why=reasons.starting,
    ),
    Case(
        key="validate",
        title="Validating a fleet",
        promise="at most 1.3 times as long as loading the files with PyYAML's loader in C; where "
        "all answers are kept, a tenth of it",
        measure=validate.measure,
        sizes=validate.sizes,
        why=reasons.fleet,
    ),
    Case(
        key="reconcile",
        title="Reconciling many products",
        promise="memory stays flat, and it takes 1.5 times as long at most as decoding the pages",
        measure=reconcile.measure,
        sizes=reconcile.sizes,
        why=reconcile.why,
    ),
)
