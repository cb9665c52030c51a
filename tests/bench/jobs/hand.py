"""The job by hand, with the fastest decoder there is: the yardstick of all others."""

from __future__ import annotations

import orjson

from tests.bench.by_hand import mapped
from tests.bench.jobs.lines import play

play(mapped, orjson.loads, orjson.dumps)
