"""No command shows a buyer's members or a secret; only the plan file has the bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout, residents
from tests.acceptance.town import Town, open_town

CANARIES = {
    "ShippingFirstName": "Canarina",
    "ShippingLastName": "Serinus",
    "ShippingCompanyName": "Domestica Birds",
    "ShippingAddressLine1": "7 Aviary Lane",
    "ShippingAddressLine2": "Perch 3",
    "ShippingCity": "Birdville",
    "ShippingPostalCode": "90210-7777",
    "ShippingDaytimePhone": "555-0173",
    "BuyerEmailAddress": "canarina@example.com",
    "SpecialInstructions": "whistle at the gate",
    "PrivateNotes": "prefers millet",
}
SECRETS = ("sandbox-secret", "sandbox-refresh", "sandbox-wos-key")


@pytest.fixture(params=residents())
def watched(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A town in which every order of the channel is the canary's."""
    with open_town(tmp_path, Layout(customer=request.param)) as town:
        for order in town.yard.world.channeladvisor["Orders"]:
            town.touch(order["ID"], **CANARIES)
        later = {"now": "2100-01-01T00:00:00Z"}
        town.floor("channel", "clock", later)
        yield town


def commands(town: Town, file: Path) -> list[tuple[str, ...]]:
    """Every command that reads, in both forms, and those that send."""
    form = ("--format", "json")
    name = town.name
    return [
        ("validate", name),
        ("plan", name, "--out", str(file)),
        ("plan", name, *form),
        ("apply", str(file), *form),
        ("apply", str(file)),
        ("run", name),
        ("run", name, *form),
        ("status", *form),
        ("inbox", name),
        ("inbox", name, *form),
    ]


def leaks(text: str) -> list[str]:
    return [word for word in (*CANARIES.values(), *SECRETS) if word in text]


def test_no_output_has_a_buyer_or_a_secret(watched: Town) -> None:
    """Names, streets, phones and notes of all orders are in no word of any command."""
    file = watched.root / "plan.jsonl"
    for words in commands(watched, file):
        said = watched.run(*words)
        assert said.code in (0, 2), said.err
        assert leaks(said.out + said.err) == [], words

    sent = json.dumps(watched.stored())
    assert "7 Aviary Lane" in sent


def test_only_the_plan_file_has_the_bytes(watched: Town) -> None:
    """In JSON the same members are there as stars; the plan file has what is sent."""
    file = watched.root / "plan.jsonl"
    said = watched.run("plan", watched.name, "--out", file, "--format", "json")
    shown = [change for line in said.lines[1:-1] for change in line["changes"]]
    bodies = [change["request"]["body"] for change in shown if change["operation"] == "create"]

    assert bodies
    assert all("***" in json.dumps(body) for body in bodies)
    assert "Canarina" in file.read_text(encoding="utf-8")
    assert leaks(said.out) == []


@pytest.mark.parametrize("kind", ["500", "html-502", "truncated", "foreign-next-link"])
def test_no_error_has_a_buyer_or_a_secret(watched: Town, kind: str) -> None:
    """Where a system fails, what it said is told without its values."""
    for system in ("channel", "warehouse"):
        watched.faults(system, {"kind": kind, "path": "rders", "count": None})
        said = watched.run("run", watched.name)
        watched.faults(system)
        assert leaks(said.out + said.err) == []
    assert said.code in (0, 1, 5)


def test_a_refusal_that_quotes_the_buyer_is_told_without_the_quote(watched: Town) -> None:
    """An inbox item says what the warehouse said, but not the values of the buyer in it."""
    watched.faults("warehouse", {"kind": "500-after", "method": "POST", "count": 2})
    watched.run("run", watched.name)
    said = watched.run("inbox", watched.name, "--format", "json")

    assert leaks(said.out + said.err) == []


def test_the_ledger_is_private(watched: Town) -> None:
    """The memory holds requests with buyers in them: its file is its owner's alone."""
    watched.run("run", watched.name)
    state = watched.root / ".crossdock"

    assert state.stat().st_mode & 0o077 == 0
    for path in state.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
