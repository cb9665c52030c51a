"""What lies where: locations, and the quantity of each item in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PICK = "Pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in an area. Documented kinds: pick, backstock, receiving, replenish."""

    name: str
    area: str | None
    type: str = PICK


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An inventory record: so many of an item in a location."""

    item: str
    location: Location
    quantity: int


class Stock:
    """Locations and quantities. A row that falls to 0 stays, so that pages do not shift.

    An area without a location gets one, named after it; a site without areas gets one too.
    """

    def __init__(self, areas: Sequence[str], state: Mapping[str, Any]) -> None:
        self.locations: dict[str, Location] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._order: dict[str | None, dict[tuple[str, str], None]] = {}
        for location in state.get("locations", []):
            self.add_location(Location(**location))
        for area in (*areas,) or (None,):
            if self._first(area) is None:
                self.add_location(Location(name=f"{area or 'floor'}-1", area=area))
        for row in state.get("inventory", []):
            self.change(row["item"], self.locations[row["location"]], row["quantity"])

    def to_json(self) -> dict[str, Any]:
        """The members `locations` and `inventory` of a state."""
        return {
            "locations": [asdict(location) for location in self.locations.values()],
            "inventory": [
                {"item": item, "location": name, "quantity": quantity}
                for item, places in self._rows.items()
                for name, quantity in places.items()
            ],
        }

    def add_location(self, location: Location) -> None:
        """Adds a location. Raises KeyError where the name is taken by another."""
        if self.locations.setdefault(location.name, location) != location:
            raise KeyError(location.name)

    def default(self, area: str | None) -> Location:
        """Where things of an area go when nobody says where; a pick location if there is one.

        Raises KeyError for an area without locations.
        """
        found = self._first(area)
        if found is None:
            raise KeyError(area)
        return found

    def quantity(self, item: str, location: Location) -> int:
        """What lies there, 0 where nothing ever did."""
        return self._rows.get(item, {}).get(location.name, 0)

    def change(self, item: str, location: Location, difference: int) -> None:
        """Adds so many, or takes them away."""
        places = self._rows.setdefault(item, {})
        places[location.name] = places.get(location.name, 0) + difference
        self._order.setdefault(location.area, {})[item, location.name] = None

    def places(self, item: str, area: str | None) -> list[Row]:
        """The rows of an item in an area (None: anywhere), pick locations first."""
        rows = [
            Row(item=item, location=self.locations[name], quantity=quantity)
            for name, quantity in self._rows.get(item, {}).items()
            if area is None or self.locations[name].area == area
        ]
        return sorted(rows, key=lambda row: row.location.type != PICK)

    def on_hand(self, item: str, area: str | None = None) -> int:
        """The sum over an area's locations, or over all."""
        return sum(row.quantity for row in self.places(item, area))

    def keys(self, area: str | None) -> Iterator[tuple[str, str]]:
        """(item, location's name) of every row of an area (None: of all), by age."""
        chosen = self._order if area is None else {area: self._order.get(area, {})}
        for rows in chosen.values():
            yield from rows

    def count(self, area: str | None) -> int:
        """How many rows an area has, or all have."""
        return sum(len(rows) for name, rows in self._order.items() if area in (None, name))

    def row(self, key: tuple[str, str]) -> Row:
        """The row of one of these keys."""
        location = self.locations[key[1]]
        return Row(item=key[0], location=location, quantity=self.quantity(key[0], location))

    def _first(self, area: str | None) -> Location | None:
        found = [one for one in self.locations.values() if area is None or one.area == area]
        return next((one for one in found if one.type == PICK), found[0] if found else None)
