"""Orders that change after they were sent, over real HTTP, on both kinds of site."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.http import HttpWriter
from engine.ports.world import Clock, Request, Response
from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Said, Town, machine_on, open_town
from tests.acceptance.wire import Wire
from tests.cli.conftest import STILL

NAME = "brightwick"
FLOW = "order-changes"
CHANGES: dict[str, Any] = {
    "address": {"hold": "recreate", "available": "recreate"},
    "shipping-method": "wos-hold",
    "cancelled": {"hold": "delete", "available": "delete"},
}
WRITE_BACK = {"number": "SellerOrderID", "note": "In the warehouse as {{ numbers | join(', ') }}"}
MOVED, CANCELLED, OVERNIGHT, DELETED, BLANKED = range(5)


@contextmanager
def sent(root: Path, site: str = "wos-assumed", **changes: Any) -> Iterator[tuple[Town, list[str]]]:
    """A town whose orders were sent, with their numbers, a minute ago."""
    rules = {"changes": {**CHANGES, **changes}, "write-back": WRITE_BACK}
    layout = Layout(customer=NAME)
    with open_town(root, layout, site=site, overlay={"orders": rules}, still=STILL) as town:
        assert town.run("run", NAME).code == 0
        later(town, minutes=1)
        yield town, [order["number"] for order in town.stored()]


def later(town: Town, *, minutes: int) -> None:
    """Everybody's clock goes on."""
    town.clock.sleep(60 * minutes)
    town.at(STILL + timedelta(seconds=town.clock.slept))


def live(town: Town, numbers: list[str]) -> None:
    """Five orders change, each in its own way."""
    town.touch(int(numbers[MOVED]), ShippingLastName="Elsewhere")
    town.floor("channel", "cancel", {"order": int(numbers[CANCELLED])})
    town.touch(int(numbers[OVERNIGHT]), RequestedShippingClass="Overnight")
    town.floor("warehouse", "delete", {"number": numbers[DELETED]})
    town.touch(int(numbers[DELETED]))
    town.floor("channel", "scrub", {"order": int(numbers[BLANKED])})
    later(town, minutes=1)


def there(town: Town) -> dict[str, str]:
    """Number -> state of each order in the warehouse."""
    return {order["number"]: order["status"] for order in town.stored()}


def rules(said: Said) -> dict[str, str]:
    """Key -> rule of each decision of a plan that was shown as JSON."""
    return {one["key"]: one["rule"] for one in said.lines if one["type"] == "decision"}


def channel_order(town: Town, number: str) -> dict[str, Any]:
    """An order as the channel has it."""
    orders = town.floor("channel", "state")["Orders"]
    return next(order for order in orders if order["ID"] == int(number))


def seller(town: Town, number: str) -> tuple[str, str]:
    """What stands in the seller's own members of an order."""
    order = channel_order(town, number)
    return order["SellerOrderID"], order["PrivateNotes"]


def plan(town: Town) -> tuple[dict[str, str], Path]:
    """The rules of a plan of this flow alone."""
    path = town.root / "changes.jsonl"
    said = town.run("plan", NAME, FLOW, "--out", path, "--format", "json")
    assert said.code in (0, 2), said.err
    return rules(said), path


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_plan_of_changes_is_sent_to_the_byte_and_once(tmp_path: Path, site: str) -> None:
    """Planning writes nothing; applying sends what was shown; a second pass has nothing to do."""
    with sent(tmp_path, site) as (town, numbers):
        echo, _ = plan(town)
        assert set(echo.values()) == {"changes.none"}
        live(town, numbers)
        before = town.writes()
        found, path = plan(town)
        assert town.writes() == before
        assert found[f"{numbers[BLANKED]}/main"] == "orders.changes.blanked"

        wire = Wire()
        applied = town.run_on(replace(machine_on(town.clock), writer=wire), "apply", path)
        assert applied.code == 0, applied.err
        text = path.read_text(encoding="utf-8")
        bodies = [body for _, body in wire.sent if body]
        assert len(wire.sent) == 5
        assert all(body.replace('"', '\\"') in text for body in bodies)

        states = there(town)
        assert numbers[CANCELLED] not in states
        assert states[numbers[OVERNIGHT]] == "hold"
        assert states[numbers[MOVED]] == states[numbers[DELETED]] == "available"
        after = town.writes()
        again = town.run("run", NAME, FLOW)
        assert again.code == 0, again.err
        assert town.writes() == after
        assert town.run("apply", path).code == 0
        assert town.writes() == after


@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("kind", ["cut-after", "cut-before", "500"])
def test_a_lost_answer_of_a_delete_loses_no_order(tmp_path: Path, kind: str, site: str) -> None:
    """The new order waits for its delete; after as many runs as it takes it is there, once."""
    with sent(tmp_path, site) as (town, numbers):
        town.touch(int(numbers[MOVED]), ShippingLastName="Elsewhere")
        later(town, minutes=1)
        place = {"method": "DELETE"} if site == "wos-assumed" else {"path": "/remove"}
        town.faults("warehouse", {"kind": kind, "nth": 1, "count": 1, **place})
        assert town.run("run", NAME, FLOW).code == 5
        for _ in range(3):
            later(town, minutes=15)
            ended = town.run("run", NAME, FLOW)
        assert ended.code == 0, ended.err
        assert town.struck("warehouse") == 1 + (kind != "cut-after")
        mine = [order for order in town.stored() if order["number"] == numbers[MOVED]]
        assert len(mine) == 1
        assert "Elsewhere" in str(mine[0])


def test_a_locked_order_is_told_and_left(tmp_path: Path) -> None:
    """Batched after the plan: applying refuses, a new plan tells a person, once a content."""
    with sent(tmp_path) as (town, numbers):
        number = numbers[MOVED]
        town.touch(int(number), ShippingLastName="Elsewhere")
        later(town, minutes=1)
        _, path = plan(town)
        town.floor("warehouse", "batch", {"numbers": [number], "name": "B1"})
        before = town.writes()
        assert town.run("apply", path).code == 3
        assert town.run("run", NAME, FLOW).code == 0
        assert town.writes() == before
        listed = town.run("inbox", NAME).out
        assert "orders.changes.address" in listed

        closed = town.run("inbox", NAME, "resolve", f"{number}/main", "--reason", "told the floor")
        assert closed.code == 0
        assert plan(town)[0][f"{number}/main"] == "changes.reported"
        town.touch(int(number), ShippingLastName="Example")
        later(town, minutes=1)
        assert plan(town)[0][f"{number}/main"] == "orders.changes.address"


def test_a_report_closes_by_itself_when_the_change_goes_away(tmp_path: Path) -> None:
    """An address that is put back leaves nothing open; that nobody dealt with it is remembered."""
    with sent(tmp_path, address="report") as (town, numbers):
        number = int(numbers[MOVED])
        name = channel_order(town, numbers[MOVED])["ShippingLastName"]
        for last in ("Elsewhere", name, "Elsewhere"):
            town.touch(number, ShippingLastName=last)
            later(town, minutes=1)
            assert town.run("run", NAME, FLOW).code == 0
            listed = town.run("inbox", NAME).out
            assert (f"{number}/main" in listed) is (last == "Elsewhere")


def test_number_and_note_are_written_once_and_over_nothing(tmp_path: Path) -> None:
    """Both are appended before the flag is set; what a person wrote there stays, and is told."""
    rules = {"write-back": WRITE_BACK}
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, overlay={"orders": rules}, still=STILL) as town:
        first, second, *_ = sorted(one.number for one in town.yard.world.expected[NAME])
        town.touch(int(first), SellerOrderID="theirs", PrivateNotes="call first")
        town.touch(int(second), SellerOrderID="", PrivateNotes="")
        later(town, minutes=1)
        assert town.run("run", NAME).code == 0
        note = f"In the warehouse as {first}"
        assert seller(town, first) == ("theirs", f"call first\n{note}")
        assert seller(town, second) == (second, f"In the warehouse as {second}")
        assert f"{first}" in town.run("inbox", NAME).out
        assert int(first) in town.exported()
        before = town.writes()
        assert town.run("run", NAME).code == 0
        assert town.writes() == before


def test_a_note_that_is_edited_after_the_plan_is_not_written_over(tmp_path: Path) -> None:
    """Applying names the order as stale and sends nothing."""
    rules = {"write-back": WRITE_BACK}
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, overlay={"orders": rules}, still=STILL) as town:
        _, path = town.plan()
        first = min(one.number for one in town.yard.world.expected[NAME])
        town.touch(int(first))
        said = town.run("apply", path)
        assert said.code == 3
        assert "edited meanwhile" in said.out
        assert town.writes() == []


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_resubmit_sends_a_deleted_order_again(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks first; there again, there is nothing to send; an order that is there is left."""
    with sent(tmp_path, site) as (town, numbers):
        number = numbers[DELETED]
        town.floor("warehouse", "delete", {"number": number})
        later(town, minutes=1)
        before = town.writes()
        monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
        asked = town.run("resubmit", NAME, number, "--format", "json")
        assert (asked.code, asked.json["verdict"]) == (2, "nothing was sent")
        assert town.writes() == before
        assert town.run("resubmit", NAME, f"{number}/main", "--yes").code == 0
        assert number in there(town)
        again = town.run("resubmit", NAME, number, "--yes")
        assert (again.code, "Nothing was sent." in again.out) == (2, True)
        later(town, minutes=20)
        assert town.run("run", NAME).code == 0
        assert len(town.writes()) == len(before) + 1


def test_resubmit_needs_a_ruleset_that_speaks_of_changes(tmp_path: Path) -> None:
    """Without the section it says what to add, and exits 1."""
    with open_town(tmp_path, Layout(customer=NAME), still=STILL) as town:
        said = town.run("resubmit", NAME, "31500101", "--yes")
    assert said.code == 1
    assert "changes: {default: report}" in said.err


def test_resubmit_sends_nothing_of_a_paused_flow(tmp_path: Path) -> None:
    """Whoever stopped the flow is obeyed by a person's wish as well."""
    with sent(tmp_path) as (town, numbers):
        town.floor("warehouse", "delete", {"number": numbers[DELETED]})
        assert town.run("pause", NAME, FLOW, "--reason", "stocktaking").code == 0
        before = town.writes()
        said = town.run("resubmit", NAME, numbers[DELETED], "--yes")
        assert (said.code, town.writes()) == (1, before)
        assert "paused: stocktaking" in said.err


class Dying(HttpWriter):
    """Is killed at its n-th write: before it leaves, or once it is answered."""

    def __init__(self, clock: Clock, at: int, *, answered: bool) -> None:
        super().__init__(clock)
        self._left = at
        self._answered = answered

    def write(self, request: Request, not_after: datetime) -> Response:
        self._left -= 1
        if self._left == 0 and not self._answered:
            raise KeyboardInterrupt
        answer = super().write(request, not_after)
        if self._left == 0:
            raise KeyboardInterrupt
        return answer


@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_a_crash_between_delete_and_create_loses_no_order(
    tmp_path: Path, at: int, answered: bool, site: str
) -> None:
    """Killed around either call, the next passes end it: one order, with the new address."""
    with sent(tmp_path, site) as (town, numbers):
        town.touch(int(numbers[MOVED]), ShippingLastName="Elsewhere")
        later(town, minutes=1)
        machine = machine_on(town.clock)
        dying = replace(machine, writer=lambda clock: Dying(clock, at, answered=answered))
        assert town.run_on(dying, "run", NAME, FLOW).code == 130
        for _ in range(3):
            later(town, minutes=15)
            ended = town.run("run", NAME, FLOW)
        assert ended.code == 0, ended.err
        mine = [order for order in town.stored() if order["number"] == numbers[MOVED]]
        assert len(mine) == 1
        assert "Elsewhere" in str(mine[0])
        assert set(plan(town)[0].values()) <= {"changes.none"}


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_our_own_shipments_are_no_change(tmp_path: Path, site: str) -> None:
    """A short pick is told, the channel's order is updated by it, and nothing is to be done."""
    overlay = {
        "orders": {"changes": {"default": "alert", "blanked": "alert"}, "write-back": WRITE_BACK},
        "shipments": {"from": "wos", "to": "ca", "no-carrier": "send"},
    }
    with open_town(
        tmp_path, Layout(customer=NAME), site=site, overlay=overlay, still=STILL
    ) as town:
        assert town.run("run", NAME).code == 0
        number = next(one["number"] for one in town.stored() if one["lines"][0]["quantity"] > 1)
        later(town, minutes=1)
        town.floor("warehouse", "batch", {"numbers": [number], "name": "B1"})
        town.floor("warehouse", "pick", {"number": number, "lines": {"1": 1}, "finish": True})
        town.floor("warehouse", "pack", {"number": number, "boxes": [{"id": "BOX-1"}]})
        assert town.run("run", NAME).code == 0
        assert any("/Ship" in write for write in town.writes())
        later(town, minutes=1)
        found, _ = plan(town)
        assert found[f"{number}/main"] == "changes.none"
        assert set(found.values()) <= {"changes.none", "changes.not-ours"}


def test_a_look_at_a_few_reads_no_more(tmp_path: Path) -> None:
    """--limit ends the reading, and --only decides on one order whatever the window says."""
    with sent(tmp_path) as (town, numbers):
        few = town.run("plan", NAME, FLOW, "--limit", "2", "--format", "json")
        one = town.run("plan", NAME, FLOW, "--only", numbers[0], "--only", "7", "--format", "json")
        assert few.lines[-1]["read"] == {FLOW: 2}
        assert rules(one) == {f"{numbers[0]}/main": "changes.none", "7": "changes.gone"}


def test_a_part_that_was_sent_is_cancelled_while_another_keeps_the_flag_off(
    tmp_path: Path,
) -> None:
    """The order is not marked as taken over yet; what was sent of it is looked at all the same."""
    overlay = {"orders": {"changes": CHANGES}}
    with open_town(tmp_path, Layout(customer="northpeak"), overlay=overlay, still=STILL) as town:
        assert town.run("run", "northpeak").code in (0, 5)
        members = {"ShippingAddressLine1": "1 Example Way", "SiteName": "Example"}
        members["RequestedShippingClass"] = "Standard"
        sold = town.sell(12000123, ("LAMP-01", 1, 7), ("COMPASS", 1, 9), **members)
        east, west = (f"US-{sold['ID']}-{link}" for link in ("east", "west"))
        town.enter(west, "WEST", ("LAMP-01", 3))
        later(town, minutes=1)
        town.run("run", "northpeak")
        assert there(town)[east] == "available"
        assert sold["ID"] not in town.exported()
        town.floor("channel", "cancel", {"order": sold["ID"]})
        later(town, minutes=1)
        town.run("run", "northpeak")
        assert east not in there(town)
