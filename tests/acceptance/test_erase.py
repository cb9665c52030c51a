"""A buyer who asks for it is forgotten: over real HTTP, down to the bytes of every file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout, residents
from tests.acceptance.town import Said, Town, open_town

CANARIES = {
    "ShippingFirstName": "Canarina",
    "ShippingLastName": "Serinus",
    "ShippingAddressLine1": "7 Aviary Lane",
    "ShippingCity": "Birdville",
    "ShippingDaytimePhone": "555-0173",
    "BuyerEmailAddress": "canarina@example.com",
}
WHY = ("--reason", "the buyer asked for it", "--yes")


@pytest.fixture(params=residents())
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """Every flow of a customer is on."""
    with open_town(tmp_path, Layout(customer=request.param)) as opened:
        yield opened


def traces(root: Path) -> list[str]:
    """Where a word of the canary's lies: in any file of the workspace, by its bytes."""
    words = [word.encode() for word in CANARIES.values()]
    return [
        f"{path.name}: {word.decode()}"
        for path in sorted(root.rglob("*"))
        if path.is_file()
        for word in words
        if word in path.read_bytes()
    ]


def canary_of(town: Town) -> str:
    """The canary buys what somebody else had bought; the key of an order that is not sent yet."""
    said = town.run("plan", town.name, "--format", "json")
    key = next(line["order"] for line in said.lines[1:-1] if line["changes"])
    for plan in (town.root / ".crossdock" / "plans").iterdir():
        plan.unlink()
    town.touch(int(key), **CANARIES)
    return str(key)


def erase(town: Town, key: str) -> Said:
    said = town.run("state", town.name, "erase", "--order", key, *WHY)
    assert said.code == 0, said.err
    return said


def test_no_byte_of_the_buyer_is_left(town: Town) -> None:
    """Name, street, phone and mail are in the files before, and in none after."""
    key = canary_of(town)
    assert town.run("run", town.name).code in (0, 5)
    assert any(trace.startswith("ledger.db") for trace in traces(town.root))
    assert any(".jsonl" in trace for trace in traces(town.root))
    said = erase(town, key)

    assert traces(town.root) == []
    assert not any(word in said.out + said.err for word in CANARIES.values())


def test_nothing_is_sent_for_it(town: Town) -> None:
    """The next pass reads the order again, knows it, sends nothing, and writes no word of it."""
    key = canary_of(town)
    assert town.run("run", town.name).code in (0, 5)
    erase(town, key)
    writes, stored = town.writes(), town.stored()
    town.touch(int(key))
    assert town.run("run", town.name).code in (0, 5)

    assert (town.writes(), town.stored()) == (writes, stored)
    assert traces(town.root) == []


def test_a_duplicate_is_still_known(town: Town) -> None:
    """Another plan with the very request that was erased: its keyed hash says that it was sent."""
    key = canary_of(town)
    plan = town.root / "made" / "only.jsonl"
    town.run("plan", town.name, "--only", key, "--out", plan)
    assert town.run("run", town.name).code in (0, 5)
    erase(town, key)
    writes = town.writes()
    said = town.run("apply", plan)

    assert said.code == 0, said.out + said.err
    assert town.writes() == writes


def test_another_request_under_its_key_is_still_a_conflict(town: Town) -> None:
    """What was erased proves that this is not what was sent: a person is told."""
    key = canary_of(town)
    plan = town.root / "made" / "only.jsonl"
    town.run("plan", town.name, "--only", key, "--out", plan)
    town.touch(int(key), ShippingAddressLine1="8 Aviary Lane")
    assert town.run("run", town.name).code in (0, 5)
    erase(town, key)
    said = town.run("apply", plan)

    assert said.code == 5
    assert "it was sent before with other content" in said.out
