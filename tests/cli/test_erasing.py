"""What `state erase` refuses, what it says, and what it leaves alone."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger.opening import open_reader
from tests.acceptance.town import Town
from tests.cli.conftest import workspace_of
from tests.cli.test_state import JSON, NAME, WHY, sent_order, state

ERASE = ("state", NAME, "erase", "--yes", *WHY, "--order")


def plans_in(town: Town) -> list[Path]:
    return sorted((town.root / ".crossdock" / "plans").iterdir())


def test_without_a_yes_nothing_is_erased(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would go is shown; who does not say yes has lost nothing."""
    key, _ = sent_order(town)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    said = town.run("state", NAME, "erase", "--order", key, *WHY)

    assert said.code == 0
    assert said.out.endswith("Nothing was changed.\n")
    assert "request bodies: 2 (of 2 effects)" in said.out
    assert plans_in(town)[0].name in said.out
    assert all(one["body"] for one in state(town, "--order", key)["effects"])


def test_the_proof_stays(town: Town) -> None:
    """States, times, hashes, bindings and audit are as before; only bodies are gone."""
    key, number = sent_order(town)
    before = state(town, "--order", key)
    said = town.run(*ERASE, key, *JSON)
    after = state(town, "--number", number)

    assert said.json | {"verdict": "erased", "order": key, "bodies": 2, "raws": 0} == said.json
    assert len(said.json["plans"]) == 1
    assert plans_in(town) == []
    assert [one | {"body": True} for one in after["effects"]] == before["effects"]
    assert not any(one["body"] for one in after["effects"])
    assert (after["bindings"], len(after["erased"])) == (before["bindings"], 1)
    with closing(open_reader(workspace_of(town).ledger_url(), NAME)) as ledger:
        (step,) = ledger.audit(f"order:{key}")
    assert (step["to"], step["detail"]) == ("ERASED", "the buyer asked for it")
    told = town.run("state", NAME, "--order", key)
    assert "erased" in told.out


def test_others_keep_theirs(town: Town) -> None:
    """Only the order that was named loses its bodies; a part's key stands for its order."""
    key, _ = sent_order(town)
    assert town.run(*ERASE, f"{key}/main").code == 0
    with closing(sqlite3.connect(town.root / ".crossdock" / "ledger.db")) as ledger:
        rows = ledger.execute("select order_key, request is null from effect").fetchall()

    assert {order for order, gone in rows if gone} == {key}
    assert len({order for order, _ in rows}) > 1


def test_it_can_be_said_again(town: Town) -> None:
    """A second time nothing is found, and it is no error."""
    key, _ = sent_order(town)
    town.run(*ERASE, key)
    said = town.run(*ERASE, key, *JSON)

    assert (said.code, said.json["bodies"], said.json["plans"]) == (0, 0, [])


@pytest.mark.parametrize(
    ("fault", "told", "advice"),
    [
        ("500-after", "is SENDING", "crossdock run brightwick"),
        ("429", "is PLANNED", "crossdock run brightwick"),
    ],
)
def test_what_has_not_ended_is_not_erased(town: Town, fault: str, told: str, advice: str) -> None:
    """What a write says is needed until it is known what became of it."""
    town.faults("warehouse", {"kind": fault, "method": "POST", "count": None})
    town.run("run", NAME)
    with closing(open_reader(workspace_of(town).ledger_url(), NAME)) as ledger:
        order = ledger.unfinished()[0].intent.order
    said = town.run(*ERASE, order)

    assert said.code == 1
    assert told in said.err
    assert advice in said.err
    assert any(one["body"] for one in state(town, "--order", order)["effects"])


def half_applied(town: Town) -> tuple[Path, str]:
    """A plan below .crossdock that could be applied only in part, and an order it has sent."""
    town.run("plan", NAME)
    (plan,) = plans_in(town)
    town.faults(
        "channel", {"kind": "429", "method": "POST", "path": "Export", "nth": 3, "count": None}
    )
    assert town.run("apply", plan).code != 0
    town.faults("channel")
    with closing(sqlite3.connect(town.root / ".crossdock" / "ledger.db")) as ledger:
        states = "group by order_key having min(state) = 'DONE' and max(state) = 'DONE'"
        done = ledger.execute(f"select order_key from effect {states}").fetchall()
    return plan, done[-1][0]


def test_a_plan_that_somebody_is_in_the_middle_of_is_kept(town: Town) -> None:
    """It says how to go on with it; after that the order can be erased, and the plan goes."""
    plan, key = half_applied(town)
    said = town.run(*ERASE, key)

    assert said.code == 1
    assert f"crossdock apply {plan}" in said.err
    assert plan.exists()
    assert town.run("apply", plan).code == 0
    assert town.run(*ERASE, key).code == 0
    assert not plan.exists()


def test_plans_that_do_not_name_it_are_kept(town: Town) -> None:
    """A later pass, which had nothing to send of the order, is nobody's secret."""
    key, _ = sent_order(town)
    town.clock.sleep(60)
    town.touch(int(key))
    town.run("run", NAME)
    first, second = plans_in(town)
    broken = first.with_name(f"{first.name}.abc123.part")
    text = first.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if f'"{key}"' in one)
    broken.write_text(text[: text.index(line) + len(line) // 2], encoding="utf-8")
    unreadable = second.with_name(f"{second.name}.abc124.part")
    unreadable.write_bytes(b"\xff\xfe")
    assert town.run(*ERASE, key).code == 0

    assert plans_in(town) == [second]


def test_a_plan_alone_can_be_erased(town: Town) -> None:
    """What was only ever planned lies in the plan file, and nowhere else."""
    said = town.run("plan", NAME, *JSON)
    key = next(line["order"] for line in said.lines[1:-1] if line["changes"])
    assert town.run(*ERASE, key).code == 0

    assert plans_in(town) == []


def test_old_pages_that_somebody_reads_are_told(town: Town) -> None:
    """Where another process keeps the log open the command says so, and can be repeated."""
    key, _ = sent_order(town)
    with closing(sqlite3.connect(town.root / ".crossdock" / "ledger.db")) as other:
        other.execute("begin")
        other.execute("select count(*) from effect").fetchone()
        said = town.run(*ERASE, key)
    assert said.code == 1
    assert "no other is at work" in said.err
    assert town.run(*ERASE, key).code == 0
