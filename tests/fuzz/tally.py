"""How many inputs of each kind were tried, and how many a test tries by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

TRIED: Counter[str] = Counter()
"""Kind of input -> how many were tried in this process."""
_SHORT = 60
"""Examples of a test in the short form, which the profile of all tests says."""

Test = Callable[..., Any]


def tries(short: int) -> Callable[[Test], Test]:
    """So many examples in the short form; in a longer one as many more as its profile says."""
    most = settings.default.max_examples if settings.default else _SHORT
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=max(1, short * most // _SHORT), suppress_health_check=quiet)


def tried(kind: str) -> None:
    """Notes one input."""
    TRIED[kind] += 1
