"""What kinds of change came upon a part since it was sent: its lines by unit, the rest by mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.flows.changes_content import Marks
from engine.flows.orders_lines import WantedLine
from engine.flows.orders_taken import Composition
from engine.model.rules_changes import KINDS, Kind

Units = Counter[tuple[str, str]]
"""(line of the source, item) -> units."""

_HEADER: Mapping[str, Kind] = {
    "address": "address",
    "method": "shipping-method",
    "display": "display",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lies around one part: `ordered` are the lines that the order still wants, `gained` and
    `lost` the lines of which other parts have more, or less, than was sent of them there.
    """

    ordered: frozenset[str] = frozenset()
    gained: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


def kinds_of_lines(
    sent: Composition, wanted: Iterable[WantedLine], around: Around
) -> tuple[Kind, ...]:
    """The kinds of change of a part's lines; an empty `sent` says nothing.

    A line whose items differ was cut by another bundle rule than today's, which is no change of
    the order.
    """
    if not sent:
        return ()
    before, now = units_sent(sent), units_wanted(wanted)
    lines = dict.fromkeys(line for line, _ in (*before, *now))
    found = {kind for line in lines for kind in _of_line(line, before, now, around)}
    return in_order(found)


def kinds_of_header(sent: Marks | None, now: Marks) -> tuple[Kind, ...]:
    """The kinds of change of a part's header; None: it was sent before marks were kept."""
    if sent is None:
        return ()
    if sent["address"] and not now["address"]:
        return ("blanked",)
    return in_order(kind for group, kind in _HEADER.items() if sent[group] != now[group])


def in_order(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The same kinds, each once, in the order of the table."""
    return tuple(sorted(set(kinds), key=KINDS.index))


def units_sent(rows: Composition) -> Units:
    """Of a part as it was sent."""
    units: Units = Counter()
    for row in rows:
        units[row["line"], row["item"]] += row["quantity"]
    return units


def units_wanted(lines: Iterable[WantedLine]) -> Units:
    """Of a part as it is wanted."""
    units: Units = Counter()
    for line in lines:
        units[line.host_id, line.item] += line.quantity
    return units


def _of_line(line: str, before: Units, now: Units, around: Around) -> Iterator[Kind]:
    were, are = _items(line, before), _items(line, now)
    if were and not are:
        yield _less(line, around, "line-removed" if line not in around.ordered else "quantity-down")
    elif are and not were:
        yield "dc-moved" if line in around.lost else "line-added"
    elif were.keys() == are.keys() and were != are:
        more = any(are[item] > count for item, count in were.items())
        if more:
            yield "dc-moved" if line in around.lost else "quantity-up"
        else:
            yield _less(line, around, "quantity-down")


def _less(line: str, around: Around, otherwise: Kind) -> Kind:
    return "dc-moved" if line in around.gained else otherwise


def _items(line: str, units: Units) -> dict[str, int]:
    return {item: count for (own, item), count in units.items() if own == line}
