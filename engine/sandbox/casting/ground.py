"""What a short record leaves out: whose it is, where its goods lie, and when it was touched."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
"""A record, or a part of one, as JSON."""
Short = Mapping[str, Any]
"""A record as a case says it: its own few words, and under `raw` the vendor's members."""

UNITS = 100
"""So many of everything lie everywhere, unless a case says otherwise."""
PLACED = timedelta(hours=3)
TOUCHED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`now` is when records are set up. `profiles` are the ruleset's names -> ids, `centers` code
    (or id, as text) -> id; the first of each is a record's that names none.
    """

    now: datetime
    profiles: Mapping[str, int]
    centers: Mapping[str, int]

    def profile(self, given: object) -> int:
        """The id of a profile that is named, or given as it is; raises ValueError for a stranger's
        name.
        """
        if given is None:
            return next(iter(self.profiles.values()))
        if isinstance(given, int):
            return given
        if str(given) not in self.profiles:
            raise ValueError(f"there is no profile {given!r}: {', '.join(self.profiles)}")
        return self.profiles[str(given)]

    def center(self, given: object) -> int:
        """The id of a DC; raises ValueError for one that is neither linked nor under `centers`."""
        if given is None:
            return next(iter(self.centers.values()))
        if isinstance(given, int) and given in self.centers.values():
            return given
        if str(given) not in self.centers:
            raise ValueError(
                f"there is no DC {given!r}: name one of {', '.join(self.centers)}, or add it to "
                "`centers`"
            )
        return self.centers[str(given)]

    def ago(self, past: timedelta) -> str:
        """A time before now, as the channel writes it."""
        return f"{self.now - past:%Y-%m-%dT%H:%M:%SZ}"


def stamped(text: object) -> str:
    """A time of a case, as the channel writes it; one without a zone is UTC. Raises ValueError for
    what is none.
    """
    found = datetime.fromisoformat(str(text))
    return f"{found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def is_time(text: object) -> bool:
    """Whether this is a time."""
    try:
        stamped(text)
    except ValueError:
        return False
    return True


def product_id(profile: int, sku: object) -> int:
    """The id of a product that a case gave none: the same wherever it is named."""
    return 1_000_000 + zlib.crc32(f"{profile}/{sku}".encode()) % 900_000_000


def centers_of(
    linked: tuple[str | int, ...], described: Mapping[str, int | None]
) -> dict[str, int]:
    """Code -> id of the DCs that links name, by code or by id, and of those that a case describes
    (code -> id, None where it says none); the id, as text, of one whose code nobody says.
    """
    wanted = {dc for dc in linked if isinstance(dc, int)}
    given = {code: number for code, number in described.items() if number is not None}
    free = (one for one in range(11, 10_000) if one not in wanted | set(given.values()))
    codes = [dc for dc in linked if isinstance(dc, str)]
    found = {code: given.get(code) for code in dict.fromkeys([*codes, *described])}
    for number in linked:
        if isinstance(number, int) and number not in given.values():
            found[str(number)] = number
    named = {code: next(free) if number is None else number for code, number in found.items()}
    first = str(linked[0]) if linked else ""
    return dict(sorted(named.items(), key=lambda pair: first not in map(str, pair)))
