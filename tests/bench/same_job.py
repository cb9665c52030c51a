"""One job in every engine, as a whole process: decode, filter, map and encode orders of 4 KB.

What an engine has written is compared with what the mapping by hand makes of the same orders. One
that writes anything else is not timed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.bench import orders
from tests.bench.by_hand import mapped
from tests.bench.engines import ENGINES, HAND, OURS, Engine, difference, read_lines
from tests.bench.frame import ChildError, Row, Scale, processor_time, side_by_side


def measure(scale: Scale) -> list[Row]:
    """How many times as long as crossdock each engine takes, in processor time of one core."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "orders.ndjson"
        orders.write(scale.orders, source)
        wanted = [line for line in map(mapped, read_lines(source)) if line is not None]
        wrong = played(OURS, source, wanted)
        if wrong:
            return [Row(what="crossdock", note=wrong)]
        return [_row(engine, source, wanted, scale.rounds) for engine in ENGINES]


def played(engine: Engine, source: Path, wanted: list[dict[str, Any]]) -> str:
    """Plays the job once; says why the engine cannot be compared, or nothing."""
    missing = engine.missing()
    if missing:
        return missing
    target = source.with_name(f"{engine.name.split(',')[0].replace(' ', '-')}.out")
    try:
        _job(engine, source, target)()
    except ChildError as error:
        return f"not run: {str(error).strip().splitlines()[-1][:120]}"
    different = difference(list(read_lines(target, engine.plain)), wanted)
    return f"not timed: {different}" if different else ""


def _row(engine: Engine, source: Path, wanted: list[dict[str, Any]], rounds: int) -> Row:
    wrong = played(engine, source, wanted)
    if wrong:
        return Row(what=engine.name, note=wrong)
    out = source.with_suffix(".out")
    ratio = side_by_side(_job(engine, source, out), _job(OURS, source, out), rounds)
    note = "the yardstick: not to be beaten, but to come near" if engine is HAND else ""
    return Row(what=engine.name, figure=ratio, target=engine.goal, over=True, note=note)


def _job(engine: Engine, source: Path, target: Path) -> Any:
    folder = f"{target}.folder"
    environment = {**engine.environment, "DLT_DATA_DIR": folder, "PYTHONDONTWRITEBYTECODE": "1"}
    run = processor_time(engine.arguments(source, target), environment)

    def once() -> float:
        _cleared(Path(folder))
        return run()

    return once


def _cleared(folder: Path) -> None:
    """Takes away what an earlier round has left there."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
