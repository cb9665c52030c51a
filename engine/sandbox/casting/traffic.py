"""The orders of a customer's own world: one for each wish, and plain ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.sandbox.casting.estate import Estate, Plot
from engine.sandbox.casting.filling import filled, with_lists
from engine.sandbox.casting.ground import Row, Short
from engine.sandbox.casting.orders import order_row
from engine.sandbox.casting.wares import Wares
from engine.sandbox.channeladvisor.schema import ORDER
from engine.sandbox.world.chance import seeded

FIRST_ORDER = 41_000_001
LONGEST = timedelta(days=14)
"""Orders are not older than that, but where a wish says so."""
REST = timedelta(minutes=5)
"""What is touched later may not be listed yet."""
_PEOPLE = (
    ("Dana", "Example", "12 Sample Way", "Raleigh", "NC", "27601"),
    ("Ann", "O'Sample", "7 Test Street", "Cambridge", "MA", "02142"),
    ("Zoë", "Beispiel-Møller", "3 Muster Lane", "Coeur d'Alene", "ID", "83814"),
    ("Jo", "Muestra", "99 Example Blvd", "Austin", "TX", "73301"),
)
_ADDRESS = ("FirstName", "LastName", "AddressLine1", "City", "StateOrProvince", "PostalCode")


class Traffic:
    """Makes orders: equal estates and seeds give equal orders."""

    def __init__(self, estate: Estate, wares: Wares, seed: int) -> None:
        self._estate = estate
        self._wares = wares
        self._chance = seeded(seed)

    def orders(self, size: int) -> Iterator[tuple[str, Row]]:
        """What each shows (nothing of a plain one), and the order: every wish, then plain ones up
        to `size`, and one of each kind in any case.
        """
        usual, wishes = self._estate.usual, self._estate.wishes
        plain = max(size - len(wishes), len(usual))
        shorts = [
            *((wish.shows, wish.short) for wish in wishes),
            *(("", usual[at % len(usual)]) for at in range(plain)),
        ]
        for number, (shows, short) in enumerate(shorts, start=FIRST_ORDER):
            yield shows, self.row(short, number)

    def row(self, short: Short, number: int) -> Row:
        """One order as the channel holds it; raises ValueError for an unknown profile or DC."""
        plot = self._plot(short)
        said = {
            **short,
            "id": number,
            "dc": short.get("dc", plot.center),
            "lines": [*self._lines(short, plot)],
            "raw": {**self._stamps(short), **self._person(), **(short.get("raw") or {})},
        }
        row = order_row(said, self._estate.ground)
        left_out = (short.get("raw") or {}).keys()
        whole = with_lists(row, self._lists(short), ORDER)
        made = filled(whole, self._estate.reads - left_out, ORDER, number % 997)
        self._name_products(made)
        return made

    def _lists(self, short: Short) -> dict[str, dict[str | int, str]]:
        """What mappings look for in lists, and what this order has to have there."""
        asked = short.get("lists", {})
        return {
            name: {**{one: f"Sample {one}" for one in sorted(keys, key=str)}, **asked.get(name, {})}
            for name, keys in {
                **dict.fromkeys(asked, frozenset[str]()),
                **self._estate.named,
            }.items()
        }

    def _plot(self, short: Short) -> Plot:
        """Where its goods lie; what goes elsewhere has the goods of the first."""
        asked = [plot for plot in self._estate.plots if plot.center == str(short.get("dc"))]
        return asked[0] if asked else self._estate.plots[0]

    def _lines(self, short: Short, plot: Plot) -> Iterator[dict[str, Any]]:
        if "places" in short:
            for center in short["places"]:
                yield {**self._good(self._plot({"dc": center})), "dc": center}
            return
        yield from short.get("lines") or [self._good(plot)]
        if "beside" in short:
            yield from (self._wares.line(sku, 2) for sku in short["beside"])
        elif "lines" not in short and self._chance.random() < 0.4:
            yield self._good(plot)

    def _good(self, plot: Plot) -> dict[str, Any]:
        sku = self._chance.choice(self._wares.plain[plot.profile])
        return self._wares.line(sku, self._chance.randint(1, 4))

    def _stamps(self, short: Short) -> Row:
        """When it was placed and touched: after `since`, before now."""
        estate = self._estate
        start = max(estate.since, estate.now - LONGEST)
        span = max(estate.now - REST - start, timedelta())
        created = start + span * self._chance.random()
        touched = created + (estate.now - REST - created) * self._chance.random()
        own = {"UpdatedDateUtc": _text(touched)} if "updated" not in short else {}
        if "created" in short:
            return own
        placed = ("CreatedDateUtc", "ImportDateUtc", "CheckoutDateUtc", "PaymentDateUtc")
        return {**dict.fromkeys(placed, _text(created)), **own}

    def _person(self) -> Row:
        person = self._chance.choice(_PEOPLE)
        return {f"Shipping{name}": text for name, text in zip(_ADDRESS, person, strict=True)}

    def _name_products(self, row: Mapping[str, Any]) -> None:
        """Every line, component and fulfillment item names the product that stands behind it."""
        boxes = (item for box in row["Fulfillments"] for item in box["Items"])
        parts = (part for line in row["Items"] for part in line["BundleComponents"])
        for good in (*row["Items"], *parts, *boxes):
            if good.get("Sku"):
                good["ProductID"] = self._wares.number(good["Sku"], row["ProfileID"])


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
