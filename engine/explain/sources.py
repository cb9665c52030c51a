"""What was read, as it is told to a person: paths as they are written in a ruleset, values with the
buyer's members starred out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from engine.compiler.tracing import Read, Spot
from engine.explain.places import Places

STARS = "***"
LONG = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A member of a record that was read. `note` says what is not plain: that it is not there, or
    that only its entries were counted.
    """

    path: str
    value: Any
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """What telling must know: the connection that the records come from, the patterns of its
    members that hold buyer's data, and where everything stands in the ruleset.
    """

    source: str
    buyer_members: tuple[str, ...] = ()
    places: Places = field(default_factory=Places)

    def sources(self, reads: Iterable[Read]) -> tuple[Source, ...]:
        """All of them, in their order."""
        return tuple(self._source(read) for read in reads)

    def is_private(self, spot: Spot) -> bool:
        """Whether a value holds buyer's data; a whole record always may."""
        if spot[:1] != (self.source,):
            return False
        return len(spot) == 1 or any(
            fnmatchcase(str(spot[1]), pattern) for pattern in self.buyer_members
        )

    def _source(self, read: Read) -> Source:
        path = written(read.spot)
        if read.size:
            return Source(path=path, value=len(read.value), note="how many there are")
        if not read.present:
            return Source(path=path, value=None, note="not there")
        hidden = self.is_private(read.spot) and read.value not in (None, "", [], {})
        return Source(path=path, value=STARS if hidden else read.value)


def written(spot: Spot) -> str:
    """`ca.Items[0].Sku`: a path as an expression has it."""
    text = ""
    for step in spot:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' * bool(text)}{_name(step)}"
    return text


def _name(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def spoken(value: Any) -> str:
    """A value on a screen, on one line and not too long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"'{value}'" if isinstance(value, str) and value != STARS else str(value)
    return text if len(text) <= LONG else f"{text[:LONG]}... ({len(text)} characters)"
