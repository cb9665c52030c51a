"""Peaks of memory over worlds of different sizes.

`python -m tests.acceptance.growth CUSTOMER SIZE SIZE` measures two worlds and exits 1 where their
peaks are more than 2 MiB apart.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from engine.bootstrap import open_workspace
from engine.config.load import load_profile
from engine.credentials import inherited_environment
from engine.sandbox.yard import Layout, Yard, open_yard
from tests.acceptance.peak import peak_of
from tests.acceptance.town import ANSWERS, site_of, write_ruleset

MOST_KIB = 2048
UNHURRIED = {
    "connections": {"ca": {"limits": {"per-minute": 1_000_000}}},
    "gates": {name: {"max": 100_000} for name in ("orders.first-pass", "orders.create")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Peaks in KiB of planning and of applying so many orders, and how many arrived."""

    orders: int
    sent: int
    plan: int
    apply: int


def measured(root: Path, customer: str, size: int) -> Measured:
    """Plans and applies a world of that size; the lesser of two plans counts."""
    write_ruleset(root, customer, UNHURRIED)
    profile, problems = load_profile(site_of(customer), open_workspace(root))
    assert profile is not None, problems
    with open_yard(Layout(customer=customer, size=size), profile) as yard:
        _floor(yard.channel, "settings", {"per_minute": None})
        environment = {**inherited_environment(), **yard.environment}
        plans = [
            peak_of(root, environment, ["plan", customer, "--out", str(root / name)])
            for name in ("first.jsonl", "plan.jsonl")
        ]
        applied = peak_of(root, environment, ["apply", str(root / "plan.jsonl")])
        assert {one.code for one in plans} <= {2, 4}
        assert applied.code == 0
        return Measured(
            orders=len(yard.world.expected[customer]),
            sent=_stored(yard),
            plan=min(one.kib for one in plans),
            apply=applied.kib,
        )


def _stored(yard: Yard) -> int:
    state = _floor(yard.warehouse, "state")
    return len(state["orders"])


def _floor(url: str, place: str, value: dict[str, object] | None = None) -> dict[str, list[object]]:
    body = None if value is None else json.dumps(value).encode()
    with urlopen(Request(f"{url}/_floor/{place}", data=body), timeout=ANSWERS) as answer:
        text = answer.read()
    found: dict[str, list[object]] = json.loads(text or b"{}")
    return found


def compare(customer: str, sizes: list[int]) -> int:
    """Prints what was measured; 1 where a peak is further off than allowed."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measured(Path(folder), customer, size))
        sys.stdout.write(f"a world of {size}: {found[-1]}\n")
    apart = max(
        max(getattr(one, step) for one in found) - min(getattr(one, step) for one in found)
        for step in ("plan", "apply")
    )
    sys.stdout.write(f"{apart} KiB apart, at most {MOST_KIB}\n")
    return int(apart > MOST_KIB)


if __name__ == "__main__":
    sys.exit(compare(sys.argv[1], [int(size) for size in sys.argv[2:]]))
