"""`plan` writes nothing: not in either system, and on disk nothing but its plan file."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import open_desk, open_workspace
from engine.customers import load_customer
from engine.executor.planning import Desk
from engine.ports.ledger import Ledger
from engine.ports.systems import Operation
from engine.ports.world import WriteTransport
from engine.sandbox.yard import Layout, residents
from tests.acceptance.town import SITE_PROFILES, machine_on, open_town


def files_of(root: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below, with its rights and the time of its last change."""
    return {
        path.relative_to(root).as_posix(): (
            stat.S_IMODE(path.stat().st_mode),
            path.stat().st_mtime_ns if path.is_file() else 0,
        )
        for path in root.rglob("*")
    }


@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("customer", residents())
def test_a_plan_only_gets_and_leaves_only_its_file(
    tmp_path: Path, customer: str, site: str
) -> None:
    """Both request logs hold GETs and the token call alone; the disk has one new private file."""
    with open_town(tmp_path, Layout(customer=customer), site=site) as town:
        before = files_of(tmp_path)
        state = town.stored(), town.exported()
        planned = town.run("plan", customer)
        made = {name: what for name, what in files_of(tmp_path).items() if name not in before}
        log = town.log()

        assert planned.code == 2, planned.err
        assert len(log) > 5
        assert town.writes() == []
        assert (town.stored(), town.exported()) == state
        assert {n: w for n, w in files_of(tmp_path).items() if n in before} == before
    plan = next(name for name in made if name.endswith(".jsonl"))
    assert {name: mode for name, (mode, _) in made.items()} == {
        ".crossdock": 0o700,
        ".crossdock/plans": 0o700,
        plan: 0o600,
    }
    assert plan.startswith(f".crossdock/plans/{customer}-")


def test_a_dry_run_and_a_plan_beside_a_ledger_write_nothing_either(tmp_path: Path) -> None:
    """With a memory on disk, planning leaves its file, times and neighbours as they were; only
    `validate` keeps its answer.
    """
    with open_town(tmp_path, Layout(customer="brightwick")) as town:
        assert town.run("run", "brightwick").code == 0
        before, log = files_of(tmp_path), town.writes()
        for arguments in (
            ("plan", "brightwick"),
            ("plan", "brightwick", "--since", "2026-11-01"),
            ("run", "brightwick", "--dry-run"),
            ("status",),
            ("inbox", "brightwick"),
            ("validate", "brightwick"),
        ):
            said = town.run(*arguments)
            assert said.code in (0, 2), said.err
        after = files_of(tmp_path)
        assert town.writes() == log
    assert {name: what for name, what in after.items() if name in before} == before
    kept = {name for name in after if name.startswith(".crossdock/validated")}
    new = {name for name in after if name not in before} - kept
    assert (len(new), bool(kept)) == (3, True)
    assert all(name.startswith(".crossdock/plans/brightwick-") for name in new)


def test_a_plan_file_that_is_there_already_becomes_private(tmp_path: Path) -> None:
    """A file that others may read is closed to them before buyers' names go in."""
    with open_town(tmp_path, Layout(customer="brightwick")) as town:
        out = tmp_path / "mine.jsonl"
        out.write_text("old", encoding="utf-8")
        out.chmod(0o644)
        town.run("plan", "brightwick", "--out", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_text(encoding="utf-8").startswith('{"type":"header"')


def test_nothing_within_reach_of_a_desk_can_write(tmp_path: Path) -> None:
    """From plan's own desk no attribute leads to a writing transport, an operation or a ledger."""
    with open_town(tmp_path, Layout(customer="northpeak")) as town:
        workspace = open_workspace(tmp_path)
        customer, _ = load_customer(workspace, "northpeak")
        assert customer is not None
        with open_desk(customer, machine_on(town.clock), workspace) as desk:
            reached = list(everything_behind(desk))
    kinds = {type(one).__name__ for one in reached}
    assert {"HttpReader", "LimitedReader", "Client"} <= kinds
    assert not [one for one in reached if isinstance(one, WriteTransport | Operation | Ledger)]
    assert not [one for one in reached if callable(getattr(one, "write", None))]


def everything_behind(desk: Desk) -> Iterator[Any]:
    """All objects of the engine that attributes, members and lists lead to from here."""
    waiting: list[Any] = [desk]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one).__module__.startswith("engine."):
            yield one
            waiting += _members(one)
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one


def _members(one: Any) -> list[Any]:
    named = [field.name for field in fields(one)] if is_dataclass(one) else []
    return [getattr(one, name) for name in named] + list(getattr(one, "__dict__", {}).values())
