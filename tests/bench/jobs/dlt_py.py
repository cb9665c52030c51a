"""The job as a dlt pipeline into a file; its mapping is the one by hand, as dlt has none.

Extracting and normalising are measured, which end in a file of JSON lines; loading is left out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import dlt
import orjson

from tests.bench.by_hand import mapped

_PAGE = 100


def _pages(source: Path) -> Iterator[list[dict[str, Any]]]:
    with source.open("rb") as lines:
        while page := list(islice(lines, _PAGE)):
            yield [orjson.loads(line) for line in page]


def _run(source: Path, target: Path, folder: Path) -> None:
    """Plays it; `folder` is for all that dlt writes, of which the lines are put together."""
    resource = dlt.resource(_pages(source), name="orders", max_table_nesting=0)
    files = dlt.destinations.filesystem(f"file://{folder}/out")
    pipeline = dlt.pipeline(
        "bench", pipelines_dir=str(folder), destination=files, dataset_name="orders"
    )
    kept = resource.add_map(mapped).add_filter(lambda order: order is not None)
    pipeline.extract(kept, loader_file_format="jsonl")
    pipeline.normalize()
    with target.open("wb") as out:
        for path in sorted(folder.rglob("orders.*.jsonl")):
            out.write(path.read_bytes())


logging.disable(logging.CRITICAL)
_run(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[2] + ".folder"))
