"""Does the actions of a week on the floors of a town, at their times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from functools import partial
from typing import Any
from urllib.error import HTTPError

from tests.acceptance.floors import Row
from tests.acceptance.town import Town
from tests.acceptance.week import MONDAY, PUT_BACK, Action

Run = Callable[[], Any]


class Crew:
    """People at a marketplace and in a warehouse. `run` is what happens on schedule.

    What a floor refuses (an order that never came, a shelf with too little) is not done: `done`
    and `refused` count both, by kind. `ran` is what each run said.
    """

    def __init__(self, town: Town, run: Run) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.ran: list[Any] = []
        self._town = town
        self._run = run
        self._sold: dict[int, Row] = {}
        self._there: dict[str, dict[str, Row]] = {}
        self._seen = ""
        self._boxes: Counter[str] = Counter()
        self._bare: dict[str, list[str]] = {}

    def work(self, actions: Iterable[Action]) -> None:
        """Does one action after the other. Time does not go back: a late run makes all late."""
        now = None
        for action in actions:
            if action.at != now:
                self._town.at(MONDAY + action.at)
                now = action.at
            if action.kind == "run":
                self.ran.append(self._run())
                self._look()
                now = None
            else:
                for deed in self._deeds(action):
                    self._attempt(action.kind, deed)

    def _deeds(self, action: Action) -> Iterator[Callable[[], None]]:
        """What an action comes to: of the warehouse's orders, one deed for each of them."""
        kind, members = action.kind, action.members
        if kind in _OF_WAREHOUSE_ORDERS:
            for order in self._orders(action.order):
                yield partial(_OF_WAREHOUSE_ORDERS[kind], self, order, members)
        elif kind in _OF_CHANNEL_ORDERS:
            yield partial(_OF_CHANNEL_ORDERS[kind], self, action.order, members)
        else:
            yield partial(_OF_SHELVES[kind], self._town, **members)

    def _attempt(self, kind: str, deed: Callable[[], None]) -> None:
        try:
            deed()
        except HTTPError as refusal:
            if refusal.code != 400:
                raise
            self.refused[kind] += 1
        else:
            self.done[kind] += 1

    def _orders(self, number: int) -> list[Row]:
        """The warehouse's orders for one of the channel's, as they were after the last run."""
        lines = [str(line["ID"]) for line in self._sold[number]["Items"]]
        found: dict[str, Row] = {}
        for line in lines:
            found |= self._there.get(line, {})
        return list(found.values())

    def _look(self) -> None:
        """Takes note of the warehouse's orders that are new, or other than at the last look."""
        touched = self._town.floor("warehouse", "orders", {"since": self._seen})
        self._seen = self._town.clock.now().astimezone(UTC).isoformat()[:19]
        for order in touched:
            for host in {line["host_id"] for line in order["lines"]} - {None}:
                self._there.setdefault(host, {})[order["number"]] = order

    def _sell(self, number: int, members: Mapping[str, Any]) -> None:
        self._sold[number] = self._town.floor("channel", "sell", members)

    def _edit(self, number: int, members: Mapping[str, Any]) -> None:
        self._town.touch(number, **members)

    def _cancel(self, number: int, _: Mapping[str, Any]) -> None:
        self._town.floor("channel", "cancel", {"order": number})

    def _line_cancel(self, number: int, _: Mapping[str, Any]) -> None:
        """One unit of the last line; a line of one unit goes whole."""
        line = self._sold[number]["Items"][-1]["ID"]
        self._town.floor("channel", "cancel", {"order": number, "line": line, "quantity": 1})

    def _add_line(self, number: int, members: Mapping[str, Any]) -> None:
        self._sold[number] = self._town.floor(
            "channel", "add", {"order": number, "Items": members["lines"]}
        )

    def _add_units(self, number: int, _: Mapping[str, Any]) -> None:
        """Two units more of the first line."""
        line = self._sold[number]["Items"][0]["ID"]
        more = {"order": number, "line": line, "quantity": 2}
        self._sold[number] = self._town.floor("channel", "add", more)

    def _scrub(self, number: int, _: Mapping[str, Any]) -> None:
        self._town.floor("channel", "scrub", {"order": number})

    def _reroute(self, number: int, members: Mapping[str, Any]) -> None:
        for fulfillment in self._sold[number]["Fulfillments"]:
            asked = {"fulfillment": fulfillment["ID"], "dc": members["dc"]}
            self._town.floor("channel", "reroute", asked)

    def _delete(self, order: Row, _: Mapping[str, Any]) -> None:
        self._town.remove(order["number"])
        for known in self._there.values():
            known.pop(order["number"], None)

    def _batch(self, order: Row, members: Mapping[str, Any]) -> None:
        self._town.batch(order["number"], name=members["name"])

    def _pick(self, order: Row, members: Mapping[str, Any]) -> None:
        """Picks all but so many units of the first line."""
        wanted = {str(line["number"]): line["quantity"] for line in order["lines"]}
        wanted["1"] = max(0, wanted["1"] - members["short"])
        self._town.pick(order["number"], wanted, finish=True)
        for line in order["lines"]:
            line["picked"] = wanted[str(line["number"])]

    def _reset(self, order: Row, _: Mapping[str, Any]) -> None:
        """Takes all picks back, and puts the units where they came from."""
        self._town.reset(order["number"])
        for line in order["lines"]:
            if line["picked"]:
                self._town.put(line["item"], line["picked"], order["area"], reason=PUT_BACK)
            line["picked"] = 0

    def _pick_rest(self, order: Row, _: Mapping[str, Any]) -> None:
        rest = {
            str(line["number"]): line["quantity"] - line["picked"]
            for line in order["lines"]
            if line["quantity"] > line["picked"]
        }
        self._town.pick(order["number"], rest)
        for line in order["lines"]:
            line["picked"] = line["quantity"]

    def _pack(self, order: Row, members: Mapping[str, Any]) -> None:
        """Spreads what is picked and not packed over boxes; one unit may be left over."""
        number = order["number"]
        units = [
            str(line["number"])
            for line in order["lines"]
            for _ in range(line["picked"] - line["packed"])
        ]
        left = units.pop() if members["left"] and len(units) > 1 else None
        if not units:
            return
        boxes = []
        for at in range(min(members["boxes"], len(units))):
            self._boxes[number] += 1
            contents = Counter(units[at :: members["boxes"]])
            boxes.append({"id": f"{number}-{self._boxes[number]}", "contents": contents})
        self._town.pack(number, *boxes, reason=None if left is None else "DMG")
        for line in order["lines"]:
            line["packed"] += units.count(str(line["number"]))
        self._bare.setdefault(number, []).extend(str(box["id"]) for box in boxes)
        if left is not None:
            item = order["lines"][int(left) - 1]["item"]
            self._town.put(item, 1, order["area"], reason=PUT_BACK)

    def _label(self, order: Row, _: Mapping[str, Any]) -> None:
        for box in self._bare.pop(order["number"], []):
            self._town.label(order["number"], f"1Z{box}", box=box)


_OF_CHANNEL_ORDERS = {
    "sell": Crew._sell,
    "edit": Crew._edit,
    "cancel": Crew._cancel,
    "line_cancel": Crew._line_cancel,
    "add-line": Crew._add_line,
    "add-units": Crew._add_units,
    "scrub": Crew._scrub,
    "reroute": Crew._reroute,
}
_OF_WAREHOUSE_ORDERS = {
    "delete": Crew._delete,
    "batch": Crew._batch,
    "pick": Crew._pick,
    "reset": Crew._reset,
    "pick-rest": Crew._pick_rest,
    "pack": Crew._pack,
    "label": Crew._label,
}


def _foreign(town: Town, number: str, area: str, lines: list[tuple[str, int]]) -> None:
    town.enter(number, area, *lines)


def _foreign_pick(town: Town, number: str, **_: Any) -> None:
    town.pick(number)


_OF_SHELVES: Mapping[str, Callable[..., None]] = {
    "put": Town.put,
    "pull": Town.pull,
    "count": Town.count,
    "move": Town.move,
    "receive": Town.receive,
    "putaway": Town.putaway,
    "foreign": _foreign,
    "foreign-pick": _foreign_pick,
}
