"""Inventory Discrepancy: reads both systems, compares, looks a second time, and sorts the rows.

It writes nothing anywhere. One group of products is in memory at a time, and of what looks
unexplained its SKU.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from engine.executor.discrepancy_figures import FEW, Stockroom, again, in_bulk
from engine.executor.discrepancy_reasons import Witnesses, reasons_of
from engine.flows.discrepancy import Group, agreed, compare, left_out, strangers
from engine.model.discrepancy import Cause, Discrepancy, Place, Row, Totals
from engine.ports.spill import SpilledRow
from engine.ports.world import Clock

GAP = 5.0
"""Seconds between both readings of what looks unexplained."""

_MOST = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    """What it takes to compare one customer's stock."""

    customer: str
    room: Stockroom
    witnesses: Witnesses
    places: Sequence[Place]
    clock: Clock


@dataclass(slots=True, kw_only=True)
class _Suspects:
    """What looks unexplained: groups by SKU, and the units left over by (product, DC). Of very many
    the groups are not kept: then everything is read again.
    """

    few: dict[str, Group] = field(default_factory=dict)
    skus: set[str] = field(default_factory=set)
    units: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, group: Group, rows: Iterable[Row]) -> None:
        self.skus.add(group.sku)
        self.units.update({(row.product, row.dc): row.unexplained for row in rows})
        if len(self.few) <= FEW:
            self.few[group.sku] = group


def reconcile(desk: Reconciler) -> Discrepancy:
    """Compares everything; its rows are to be taken before the spill is closed."""
    at = desk.clock.now()
    totals, centers = Totals(), {place.code: Totals() for place in desk.places}
    ordered = desk.room.spill.ordered(_kept(_counted(desk, totals), totals, centers))
    # What is sorted is read to its end when the first row is asked for: only then the sums stand.
    first = next(ordered, None)
    rows = map(_row_of, () if first is None else chain((first,), ordered))
    return Discrepancy(
        customer=desk.customer, at=_utc(at), totals=totals, centers=centers, rows=rows
    )


def _utc(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _counted(desk: Reconciler, totals: Totals) -> Iterator[Row]:
    """All rows: those of the first reading that are explained, then those of the second."""
    reasons, suspects = reasons_of(desk.witnesses), _Suspects()
    for group in in_bulk(desk.room):
        _note(group, desk.places, totals)
        rows = list(compare(group, desk.places, reasons))
        if any(row.unexplained for row in rows):
            suspects.add(group, rows)
        else:
            yield from rows
    if suspects.skus:
        desk.clock.sleep(GAP)
        yield from _second(desk, suspects)


def _second(desk: Reconciler, suspects: _Suspects) -> Iterator[Row]:
    reasons = reasons_of(desk.witnesses, suspects.skus)
    for group in _read_again(desk.room, suspects):
        for row in compare(group, desk.places, reasons):
            yield agreed(suspects.units.get((row.product, row.dc)), row)


def _read_again(room: Stockroom, suspects: _Suspects) -> Iterator[Group]:
    if len(suspects.skus) <= FEW:
        return again(room, suspects.few)
    return (group for group in in_bulk(room) if group.sku in suspects.skus)


def _note(group: Group, places: Sequence[Place], totals: Totals) -> None:
    told = {place.profile for place in places}
    for level in group.products:
        why = left_out(level) if level.profile in told else None
        if why is not None:
            totals.left_out[why] = totals.left_out.get(why, 0) + 1
    totals.strange += strangers(group, places)


def _kept(rows: Iterable[Row], totals: Totals, centers: dict[str, Totals]) -> Iterator[SpilledRow]:
    """The rows worth a line, keyed so that the worst come first; all are counted."""
    for row in rows:
        totals.add(row)
        centers[row.code].add(row)
        if row.difference or row.causes:
            yield _spilled(row)


def _spilled(row: Row) -> SpilledRow:
    worst = f"{_MOST - abs(row.unexplained):013d} {_MOST - abs(row.difference):013d}"
    figures = [row.on_hand, row.available, row.picked, row.elsewhere]
    names = [row.sku, row.product, row.dc, row.code, row.link]
    causes = [[cause.value, units] for cause, units in row.causes.items()]
    guessed = [cause.value for cause in row.apportioned]
    return [f"{worst} {row.sku} {row.dc}", names, figures, causes, guessed, list(row.pending)]


def _row_of(spilled: SpilledRow) -> Row:
    """The same row again."""
    (sku, product, dc, code, link), figures, causes, guessed, pending = spilled[1:]
    on_hand, available, picked, elsewhere = figures
    return Row(
        sku=sku,
        product=product,
        dc=dc,
        code=code,
        link=link,
        on_hand=on_hand,
        available=available,
        causes={Cause(name): units for name, units in causes},
        apportioned=tuple(map(Cause, guessed)),
        picked=picked,
        elsewhere=elsewhere,
        pending=tuple(pending),
    )
