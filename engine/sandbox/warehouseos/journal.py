"""What changed on the shelves, in order: the site's own history, which no call gives out.

It is the ground truth that tests compare with what a channel was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change: `kind` is put, pull, count, move, putaway or pick.

    `quantity` is signed: what `area` has more, or less; of a move it is negative, and `to_area`
    has as much more. Of a pick, `order` and `host_id` say for which line.
    """

    kind: str
    item: str
    area: str | None
    quantity: int
    at: str
    to_area: str | None = None
    reason: str | None = None
    order: str | None = None
    host_id: str | None = None


class Journal:
    """Every entry of a site, oldest first."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.entries = [Entry(**one) for one in state.get("journal", [])]

    def to_json(self) -> dict[str, Any]:
        """The member `journal` of a state."""
        return {"journal": [asdict(entry) for entry in self.entries]}

    def note(self, entry: Entry) -> None:
        """Writes an entry at the end."""
        self.entries.append(entry)
