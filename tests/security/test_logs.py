"""Nothing that anybody logs has a buyer or a secret in it, however much is asked to be logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger.opening import open_ledger
from engine.model.stock import Message, MessageKind
from engine.sandbox.yard import Layout
from tests.acceptance.long_week import Place, work_week
from tests.acceptance.town import Town, open_town
from tests.acceptance.week import EVERYTHING, plan_of_week
from tests.cli.test_secrecy import CANARIES
from tests.fakes.world import NOON
from tests.security.leak_watch import LogWatch
from tests.security.leaks import leaks_in_text


@pytest.fixture
def watch() -> Iterator[LogWatch]:
    """Every logger that there is tells everything, and is read."""
    watch = LogWatch()
    names = [None, *logging.Logger.manager.loggerDict]
    kept = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(watch)
    yield watch
    logging.getLogger().removeHandler(watch)
    for name, level in kept.items():
        logging.getLogger(name).setLevel(level)


def test_the_library_of_the_database_logs_no_row(tmp_path: Path, watch: LogWatch) -> None:
    """At DEBUG it would tell every row that it reads, a message of the site as it came too."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with closing(open_ledger(url, "acme", owner="me")) as ledger:
        sent = {"to": "Domestica Birds"}
        message = Message(key="k", kind=MessageKind.PICK, order="Domestica Birds", raw=sent)
        ledger.store_messages([message], NOON)
        found = [one.message.order for one in ledger.messages([MessageKind.PICK.value])]

    assert found == ["Domestica Birds"]
    assert "sqlalchemy.pool.impl.QueuePool" in watch.heard
    assert sorted({str(leak) for leak in watch.found}) == []


def everything(town: Town) -> str:
    """Runs what reads, sends, fails and looks; all that was printed."""
    said = [town.run("run", town.name)]
    for system in ("channel", "warehouse"):
        town.faults(system, {"kind": "500", "path": "rders", "count": None})
        said.append(town.run("run", town.name))
        town.faults(system)
    said += [town.run("run", town.name), town.run("status", town.name)]
    said.append(town.run("inbox", town.name))
    return " ".join(one.out + one.err for one in said)


def test_passes_that_go_well_and_ill_are_logged_without_anybody_in_them(
    tmp_path: Path, watch: LogWatch
) -> None:
    """At DEBUG neither the library of HTTP nor that of the database tells a URL or a row."""
    with open_town(tmp_path, Layout(customer="brightwick")) as town:
        for order in town.yard.world.channeladvisor["Orders"]:
            town.touch(order["ID"], **CANARIES)
        printed = everything(town)
        stored = json.dumps(town.stored())

    assert sorted({str(leak) for leak in watch.found}) == []
    assert leaks_in_text(printed, "screens") == []
    assert leaks_in_text(stored, "the warehouse") != []


def test_a_week_of_all_flows_is_logged_without_anybody_in_it(
    tmp_path: Path, watch: LogWatch
) -> None:
    """Over five days of orders, changes, shipments, items and stock no record names a buyer."""
    week = plan_of_week(7, 20, every=4)
    worked = work_week(tmp_path, week, Place(site="wos-ledgerline", overlay=EVERYTHING))

    assert set(worked.codes) == {0}
    assert sorted({str(leak) for leak in watch.found}) == []
