"""Inventory Discrepancy for people: the sums, and the worst rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from engine.model.discrepancy import Cause, Discrepancy, Row, Totals
from engine.report.screen import Screen
from engine.report.times import shown

MOST = 50
"""So many rows on a screen; files have all of them."""

WORDS: Mapping[Cause, str] = {
    Cause.CHECKOUT: "pending checkout",
    Cause.PAYMENT: "pending payment",
    Cause.OPEN_ALLOCATION: "open allocation",
    Cause.HELD: "held here",
    Cause.NOT_DOWNLOADED: "not downloaded",
    Cause.DELETED: "deleted in the warehouse",
    Cause.NOT_PICKED: "not picked yet",
    Cause.NOT_PACKED: "picked, not packed",
    Cause.CANCELLED: "picked, then called off",
    Cause.NOT_PICKED_HERE: "shipped, not picked",
    Cause.FOREIGN_PICKS: "picks of other orders",
    Cause.PUTAWAY: "put-aways",
    Cause.DELTAS: "deltas waiting",
    Cause.NOT_TOLD: "not told by the ruleset",
    Cause.IN_FLIGHT: "in flight",
    Cause.IN_DOUBT: "in doubt",
    Cause.DUPLICATE: "SKU of several products",
    Cause.MOVING: "changed while read",
}
_HEAD = ("SKU", "DC", "warehouse", "channel", "difference", "unexplained", "because")


def show_discrepancy(screen: Screen, found: Discrepancy, zone: str) -> None:
    """Prints the whole report."""
    screen.say(f"Inventory Discrepancy of {found.customer}, {shown(found.at, zone)}")
    screen.say(_sums(found.totals))
    left = ", ".join(f"{n} {why}" for why, n in sorted(found.totals.left_out.items()))
    if left:
        screen.say(f"Left out, having no stock of their own: {left}.")
    if found.totals.strange:
        n = found.totals.strange
        screen.say(f"In linked areas, but no product of the channel: {n} item{'s' * (n != 1)}.")
    rows = list(islice(found.rows, MOST))
    if rows:
        screen.heading("Worst first")
        screen.table(_HEAD, [_cells(row) for row in rows])
    more = sum(1 for _ in found.rows)
    if more:
        screen.say(f"{more} more differ: --format csv or html has all of them.")
    if any(row.apportioned for row in rows):
        screen.say("~ is known for the product as a whole, or as a limit only.")


def _sums(totals: Totals) -> str:
    return (
        f"{totals.rows} compared: {totals.agree} agree, {totals.explained} differ and are "
        f"explained, {totals.unexplained} are not ({totals.units} units)."
    )


def _cells(row: Row) -> list[str]:
    return [
        row.sku,
        row.code,
        str(row.on_hand),
        str(row.available),
        f"{row.difference:+d}",
        f"{row.unexplained:+d}" if row.unexplained else "",
        because(row),
    ]


def because(row: Row) -> str:
    """`+3 not picked yet, +2 deltas waiting~`, and what is no part of the difference."""
    parts = [_part(cause, row) for cause in row.causes]
    notes = [f"{row.picked} picked, not shipped"] * bool(row.picked)
    notes += [f"{row.elsewhere} in unlinked areas"] * bool(row.elsewhere)
    return ", ".join(parts) + _bracketed(notes)


def _part(cause: Cause, row: Row) -> str:
    return f"{row.causes[cause]:+d} {WORDS[cause]}{'~' * (cause in row.apportioned)}"


def _bracketed(notes: Iterable[str]) -> str:
    text = "; ".join(notes)
    return f" ({text})" if text else ""
