"""A channel in one process whose orders change while they are read, for tests of the cursor.

It speaks as much HTTP as the real source needs: a token, a small answer with a Date, orders by a
filter on their stamp, in pages by offset. Each answer takes some of its seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from engine.adapters.channeladvisor.protocol import ticks
from engine.adapters.channeladvisor.source import ChannelAdvisorOrders
from engine.model.order import Order, Unreadable
from engine.ports.systems import OrderQuery, ReadKit, Secret
from engine.ports.world import Clock, ReadTransport, Request, Response, WorkerPool
from tests.fakes.world import NOON, NoJitter

BASE = "https://channel.example.com"
_BOUND = re.compile(r"UpdatedDateUtc (ge|gt|lt) (\S+?Z)")
_TESTS: dict[str, Callable[[int, int], bool]] = {
    "ge": int.__ge__,
    "gt": int.__gt__,
    "lt": int.__lt__,
}
Seen = set[tuple[int, int]]
"""Order and version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An order was changed `at` so many seconds after noon; readers see it `lag` seconds later."""

    at: int
    order: int
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What happens in the channel, how it answers, and what befalls the passes.

    Stamps are cut to `tie` seconds, an answer takes `slow` seconds, a page has `page` rows; our
    clock is `skew` seconds ahead. `crashes` says of each pass whether it dies before it has moved
    the cursor.
    """

    updates: tuple[Update, ...]
    crashes: tuple[bool, ...]
    tie: int = 1
    slow: float = 1.0
    page: int = 3
    skew: int = 0

    @property
    def last(self) -> Seen:
        """What must have been seen in the end: each order as it is at last."""
        versions = {one.order: number for number, one in enumerate(self.updates)}
        return set(versions.items())


class Channel(ReadTransport):
    """The service; `now` is its own time, and `calls` are the lists that it was asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.now = NOON
        self.calls = 0

    def token(self, request: Request) -> Response:
        return self._answer({"access_token": "t", "expires_in": 3600})

    def get(self, request: Request) -> Response:
        split = urlsplit(request.url)
        if not split.path.endswith("/Orders"):
            return self._answer({"value": []})
        self.calls += 1
        options = {name: values[0] for name, values in parse_qs(split.query).items()}
        rows = sorted(self._rows(options["$filter"]), key=_sorting(options))
        skip = int(options.get("$skip", 0))
        end = skip + self._world.page
        body: dict[str, Any] = {"value": rows[skip:end]}
        if end < len(rows):
            link = "&".join(f"{name}={quote(text)}" for name, text in options.items())
            stem = re.sub(r"&?\$skip=\d+", "", link)
            body["@odata.nextLink"] = f"{BASE}/v1/Orders?{stem}&$skip={end}"
        answer = self._answer(body)
        self.now += timedelta(seconds=self._world.slow)
        return answer

    def _answer(self, body: Any) -> Response:
        headers = {
            "date": format_datetime(self.now, usegmt=True),
            "content-type": "application/json",
        }
        return Response(status=200, headers=headers, body=json.dumps(body).encode())

    def _rows(self, chosen: str) -> Iterator[dict[str, Any]]:
        bounds = [(_TESTS[word], ticks(stamp)) for word, stamp in _BOUND.findall(chosen)]
        for row in self._visible():
            if all(test(ticks(row["UpdatedDateUtc"]), bound) for test, bound in bounds):
                yield row

    def _visible(self) -> Iterable[dict[str, Any]]:
        """Each order as readers see it by now."""
        found: dict[int, dict[str, Any]] = {}
        for version, one in enumerate(self._world.updates):
            if NOON + timedelta(seconds=one.at + one.lag) <= self.now:
                found[one.order] = self._row(one, version)
        return found.values()

    def _row(self, one: Update, version: int) -> dict[str, Any]:
        stamp = NOON + timedelta(seconds=one.at - one.at % self._world.tie)
        return {
            "ID": one.order,
            "ProfileID": 1,
            "CreatedDateUtc": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
            "UpdatedDateUtc": f"{stamp:%Y-%m-%dT%H:%M:%SZ}",
            "ShippingStatus": "Unshipped",
            "PaymentStatus": "Cleared",
            "CheckoutStatus": "Completed",
            "Items": [],
            "Fulfillments": [],
            "Version": version,
        }


def _sorting(options: dict[str, str]) -> Callable[[dict[str, Any]], tuple[int, int]]:
    if "$orderby" in options:
        return lambda row: (ticks(row["UpdatedDateUtc"]), -row["ID"])
    return lambda row: (0, row["ID"])


class SkewedClock(Clock):
    """Ours: the channel's time, but for what it is wrong by."""

    def __init__(self, channel: Channel, skew: int) -> None:
        self._channel = channel
        self._skew = timedelta(seconds=skew)

    def now(self) -> datetime:
        return self._channel.now + self._skew

    def monotonic(self) -> float:
        return self._channel.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self._channel.now += timedelta(seconds=seconds)


class InTurn(WorkerPool):
    """One after the other."""

    def map(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return (work(item) for item in items)


class Noting(ChannelAdvisorOrders):
    """The real source, which notes each version of an order that it hands out."""

    def __init__(self, kit: ReadKit) -> None:
        super().__init__(kit)
        self.handed: Seen = set()

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order | Unreadable]]:
        for page in super().orders(query):
            orders = [order for order in page if isinstance(order, Order)]
            self.handed |= {(int(one.key), one.raw["Version"]) for one in orders}
            yield page


def kit_of(channel: Channel, clock: Clock, paging: str) -> ReadKit:
    """What a source of this channel needs."""
    return ReadKit(
        connection="ca",
        settings={
            "url": BASE,
            "application": "app",
            "secret": "env:SECRET",
            "refresh": "env:REFRESH",
            "paging": paging,
        },
        secret=Secret,
        transport=channel,
        clock=clock,
        random=NoJitter(),
        pool=InTurn(),
    )
