"""Which kinds of events are told, and over which transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("adjustment", "move", "pick", "pack", "box", "putaway", "orderCreated")
TRANSPORTS = ("queue", "url")
_OFF_AT_FIRST = {"box", "orderCreated"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Documented: each trigger is on or off, and sends to the queue or to a URL, not to both."""

    on: bool = True
    to: str = "queue"
    url: str | None = None

    def __post_init__(self) -> None:
        if self.to not in TRANSPORTS:
            raise ValueError(f"`to` is one of {', '.join(TRANSPORTS)}.")
        if self.to == "url" and not self.url:
            raise ValueError("A trigger that sends to a URL needs its `url`.")


class Switches:
    """The site's Host Triggers screen. At first all are on but for boxes and new orders."""

    def __init__(self, state: Mapping[str, Mapping[str, Any]]) -> None:
        self._by_kind = {kind: Switch(on=kind not in _OFF_AT_FIRST) for kind in KINDS}
        self.change(state)

    def __getitem__(self, kind: str) -> Switch:
        return self._by_kind[kind]

    def change(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        """Replaces these kinds' switches. Raises ValueError for a wrong one, changing none."""
        unknown = sorted(set(wanted) - set(KINDS))
        if unknown:
            raise ValueError(f"Unknown triggers {unknown}. Known are {list(KINDS)}.")
        try:
            self._by_kind |= {kind: Switch(**members) for kind, members in wanted.items()}
        except TypeError as problem:
            raise ValueError("A trigger has the members on, to and url.") from problem

    def to_json(self) -> dict[str, Any]:
        """The member `triggers` of a state."""
        return {kind: asdict(switch) for kind, switch in self._by_kind.items()}
