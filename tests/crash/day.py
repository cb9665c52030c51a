"""A day of all flows, hour by hour: what people do, and what crossdock is told to do after it.

It is short and dense: each kind of effect that there is goes out at least once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.acceptance.week import EVERYTHING, OVERLAY, PROFILE
from tests.simulation.life import Life
from tests.simulation.scenes import Scene, laid_over
from tests.simulation.stage import Stage

EAST, WEST, SOUTH = 7, 9, 13
PLAIN, SPREAD, BUNDLE, MOVING, DROPPED, SLOW, GONE, LATE = range(40000001, 40000009)
CHANGED, NEW = (6300100, 6300101, 6300105, 6300119), (6300120, 6300121, 6300123)
MUG, STRAPS = 6300130, 6300124
"""Products: the SKU of another one but for letter case, and a bundle of the warehouse."""
LABELLED = {"carrier": "UPS", "service": "GROUND"}
RULES: dict[str, Any] = {
    **OVERLAY,
    **EVERYTHING,
    "items": {**EVERYTHING["items"], "since": "2026-11-23"},
    "orders": {
        "changes": {**EVERYTHING["orders"]["changes"], "shipping-method": "wos-hold"},
        "write-back": {"number": "SellerOrderID", "note": "In as {{ numbers | join(', ') }}"},
    },
}
SETTING: dict[str, Any] = {
    **{name: rules for name, rules in RULES.items() if name != "items"},
    "stock": {
        **EVERYTHING["stock"],
        "foreign-picks": "ignore",
        "rules": {"recount": {"when": "kind == 'count'", "do": "set"}},
    },
}
"""A rule that sets quantities cannot stand beside deltas of foreign picks."""
SITES = ("wos-assumed", "wos-ledgerline")


def run_all(stage: Stage, life: Life) -> int:
    return stage.run(life=life)


def nothing(stage: Stage) -> None:
    """After a death: the schedule's next pass is all that comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What people do in an hour, the errand at its end (a pass, else a person's command) with its
    exit code, and what a person does who sees that command die, before each of the next passes:
    what is in flight a person does not send again either.
    """

    name: str
    deeds: Callable[[Stage], None]
    errand: Callable[[Stage, Life], int] = run_all
    code: int = 0
    again: Callable[[Stage], None] = nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole(Scene):
    """A scene whose overlay is all that there is: some days are without a flow."""

    @property
    def rules(self) -> dict[str, Any]:
        return laid_over(self.overlay, self._site())


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Hours under a ruleset, at a site of either kind."""

    name: str
    rules: str
    hours: tuple[Hour, ...]

    def scene(self, site: str) -> Scene:
        """One of the sites promises unique numbers, the other does not."""
        return Whole(site=site, unique=site == SITES[0], overlay=json.loads(self.rules))


def dawn(stage: Stage) -> None:
    """Products are new, and changed; some of them can't be sent. Of those that are as they were
    for long nobody reads.

    Two products differ in letter case alone. Here each is found by a search for the other, in
    whatever batch they come: a channel that tells case apart finds no SKU of mixed case like that.
    """
    stage.floor("channel", "products/6300134", {"Sku": "mug-02"})
    for product in (*CHANGED, *NEW, MUG, STRAPS):
        stage.floor("channel", f"products/{product}", {"Brand": "Own"})
    sell(stage, PLAIN, ("LAMP-01", 3, EAST), ("ROPE-10", 2, EAST))


def morning(stage: Stage) -> None:
    """Orders of all kinds arrive."""
    sell(stage, SPREAD, ("MUG-01", 2, EAST), ("TEA-05", 1, WEST))
    sell(stage, BUNDLE, ("KIT-STOVE", 2, EAST))
    sell(stage, MOVING, ("SAIL-1", 1, WEST))
    sell(stage, DROPPED, ("SHACKLE", 4, EAST))
    sell(stage, SLOW, ("STRAP-1", 1, SOUTH))
    sell(stage, GONE, ("BUCKLE", 1, EAST))


def noon(stage: Stage) -> None:
    """They change; products do too; a parcel leaves in two boxes, and one unit is not found."""
    touch(stage, MOVING, ShippingAddressLine1="22 Oak Ave")
    stage.floor("channel", "cancel", {"order": DROPPED})
    touch(stage, SLOW, RequestedShippingClass="Expedited")
    stage.remove(number(GONE))
    touch(stage, GONE, PrivateNotes="send it again")
    sell(stage, LATE, ("O'RING-5", 2, EAST))
    for product, title in ((6300100, "Camp lamp, new"), (6300105, "Mug, new")):
        stage.floor("channel", f"products/{product}", {"Title": title})
    stage.batch(number(PLAIN))
    stage.pick(number(PLAIN), {"1": 2, "2": 2}, finish=True)
    one, two = {"1": 2}, {"2": 2}
    stage.pack(number(PLAIN), {"id": "A", "contents": one}, {"id": "B", "contents": two})
    stage.label(number(PLAIN), "1ZA", box="A")
    stage.label(number(PLAIN), "1ZB", box="B")


def shelves(stage: Stage) -> None:
    """Goods come, go and move, an order of another host is picked, and a shelf is counted."""
    stage.put("LAMP-01", 9, "MAIN")
    stage.pull("LAMP-01", 2, "BULK", reason="DMG")
    stage.move("ROPE-10", 3, origin="MAIN", target="WEST")
    stage.move("LAMP-01", 2, origin="MAIN", target="BULK")
    stage.move("MUG-01", 1, origin="MAIN", target="OFFICE")
    stage.receive("P1", "TENT-2P", 6)
    stage.putaway("P1", "TENT-2P", 6, "WEST")
    stage.enter("X1", "MAIN", ("FUEL-2", 2))
    stage.batch("X1", name="other")
    stage.pick("X1")
    stage.count("COMPASS", 2, "MAIN")
    stage.batch(number(SPREAD, "east"), number(BUNDLE), name="second")
    stage.pick(number(SPREAD, "east"))
    stage.pack(number(SPREAD, "east"), {"id": "C"})
    stage.pick(number(BUNDLE))
    stove, fuel = {"1": 2}, {"2": 4}
    stage.pack(number(BUNDLE), {"id": "D", "contents": stove}, {"id": "E", "contents": fuel})
    stage.label(number(BUNDLE), "1ZD", box="D")
    stage.label(number(BUNDLE), "1ZE", box="E")


def afternoon(stage: Stage) -> None:
    """What was short turns up; a box has waited for its label for too long."""
    stage.pick(number(PLAIN), {"1": 1})
    stage.pack(number(PLAIN), {"id": "F", "contents": {"1": 1}, "tracking": "1ZF", **LABELLED})
    stage.put("LAMP-01", 4, "MAIN")
    stage.put("LAMP-01", 1, "WEST")


def evening(stage: Stage) -> None:
    """That label is printed after all, and the other half of its order goes."""
    stage.label(number(SPREAD, "east"), "1ZC", box="C")
    stage.batch(number(SPREAD, "west"), name="third")
    stage.pick(number(SPREAD, "west"))
    stage.pack(number(SPREAD, "west"), {"id": "G", "tracking": "1ZG", **LABELLED})
    sell(stage, LATE + 1, ("TENT-2P", 1, WEST))


def counting(stage: Stage) -> None:
    """A booking is lost, and the count of its shelf says what lies there."""
    stage.floor("warehouse", "trigger-config", {"adjustment": {"on": False}})
    stage.put("COMPASS", 7, "MAIN")
    stage.floor("warehouse", "trigger-config", {"adjustment": {"on": True}})
    stage.put("COMPASS", 4, "MAIN")
    stage.count("COMPASS", -1, "MAIN")
    stage.count("LAMP-01", 2, "WEST")
    stage.put("MUG-01", 3, "MAIN")


def recounting(stage: Stage) -> None:
    """It is counted again, and sold meanwhile."""
    sell(stage, PLAIN, ("COMPASS", 2, EAST))
    stage.count("COMPASS", 3, "MAIN")


def day(name: str, rules: dict[str, Any], *hours: Callable[[Stage], None]) -> Day:
    listed = tuple(Hour(name=deeds.__name__, deeds=deeds) for deeds in hours)
    return Day(name=name, rules=json.dumps(rules), hours=listed)


TOLD = day("told", RULES, dawn, morning, noon, shelves, afternoon, evening)
COUNTED = day("counted", SETTING, counting, recounting)


def number(order: int, link: str = "") -> str:
    """What the ruleset calls it in the warehouse."""
    return f"US-{order}{'-' * bool(link)}{link}"


def sell(stage: Stage, order: int, *lines: tuple[str, int, int]) -> None:
    stage.sell(
        PROFILE,
        *lines,
        ID=order,
        SiteName="Amazon Seller Central - US",
        SiteOrderID=f"114-{order}",
        RequestedShippingClass="Standard",
        ShippingFirstName="Dana",
        ShippingLastName="O'Neil",
        ShippingAddressLine1="1 Elm Rd",
        ShippingCity="Raleigh",
        ShippingCountry="US",
    )


def touch(stage: Stage, order: int, **members: Any) -> None:
    stage.floor("channel", f"orders/{order}", members)
