"""Files instead of either system, by ruleset alone: the same orders arrive."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.http import HttpWriter
from engine.adapters.world import SerialPool
from engine.model.order_json import order_to_json
from engine.ports.systems import Secret, WriteKit
from engine.sandbox.yard import Layout
from tests.acceptance.test_world import arrived, wanted
from tests.acceptance.town import Town, approvals, open_town
from tests.adapters.rig import SINCE, Half, query

LAYOUT = Layout(customer="brightwick", size=60)


def through(town: Town) -> None:
    """Plans and applies, and finds nothing left to do."""
    planned, path = town.plan("--format", "json")
    applied = town.run("apply", path, *approvals(planned))
    assert (applied.code, applied.err) == (0, ""), applied.out
    again = town.run("run", town.name)
    assert (again.code, again.err) == (0, ""), again.out


def exchange(town: Town, path: Path) -> None:
    """Writes the channel's orders as canonical records, one a line."""
    http = HttpWriter(town.clock)
    given = town.yard.environment
    kit = WriteKit(
        connection="ca",
        settings={
            "url": given["CA_URL"],
            "application": given["CA_APPLICATION_ID"],
            "secret": "env:CA_SHARED_SECRET",
            "refresh": "env:CA_REFRESH_TOKEN",
        },
        secret=lambda reference: Secret(given[reference.removeprefix("env:")]),
        transport=http,
        clock=town.clock,
        random=Half(),
        pool=SerialPool(),
    )
    assert CHANNELADVISOR.source is not None
    source = CHANNELADVISOR.source(kit)
    until = source.server_now() + timedelta(days=1)
    pages = source.orders(query(since=SINCE - timedelta(days=900), until=until, acknowledged=None))
    lines = [json.dumps(order_to_json(order)) for page in pages for order in page]
    path.write_text("\n".join(lines), encoding="utf-8")
    http.close()


def test_from_a_file_into_the_warehouse(tmp_path: Path) -> None:
    """What came from the channel comes from a file of its canonical orders just as well."""
    path = tmp_path / "orders.jsonl"
    overlay = {"connections": {"ca": {"adapter": "files", "read": path.name}}}
    with open_town(tmp_path, LAYOUT, overlay=overlay) as town:
        exchange(town, path)

        through(town)

        assert arrived(town) == wanted(town)
        assert town.exported() == set()


def test_from_the_channel_into_a_file(tmp_path: Path) -> None:
    """Every order that must reach the warehouse is a line of the file, once."""
    path = tmp_path / "created.jsonl"
    overlay = {
        "connections": {"wos": {"adapter": "files", "write": path.name}},
        "orders": {"items": {"check": "off"}},
    }
    with open_town(tmp_path, LAYOUT, overlay=overlay) as town:
        through(town)

        numbers = [json.loads(line)["number"] for line in path.read_bytes().splitlines()]
        due = [json.loads(text)["number"] for text in wanted(town).elements()]

    assert len(numbers) == len(set(numbers))
    assert set(due) <= set(numbers)
