"""Inventory Discrepancy as one page: a picture of each DC and a table that sorts, nothing loaded
from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from engine.model.discrepancy import Discrepancy, Row, Totals
from engine.report.discrepancy_text import WORDS, because
from engine.report.markup import Markup, around, element, page
from engine.report.times import shown

_HEADS = ("SKU", "DC", "Warehouse", "Channel", "Difference", "Unexplained", "Because")
_NUMBERS = range(2, 6)
_WIDE, _BAR, _LEFT = 240, 18, 190


def html_parts(found: Discrepancy, zone: str) -> Iterator[str]:
    """The page in pieces, so that no table of any size is in memory."""
    yield from page(f"Inventory Discrepancy of {found.customer}", "discrepancy", _body(found, zone))


def _body(found: Discrepancy, zone: str) -> Iterator[Markup]:
    yield element("p", f"{shown(found.at, zone)}. {_summary(found.totals)}")
    for code, totals in found.centers.items():
        yield _picture(code, totals)
    head = element("thead", element("tr", *(_head(at, name) for at, name in enumerate(_HEADS))))
    yield from around("table", chain([head], around("tbody", map(_line, found.rows))))


def _summary(totals: Totals) -> str:
    left = ", ".join(f"{n} {why}" for why, n in sorted(totals.left_out.items())) or "nothing"
    return (
        f"{totals.rows} compared: {totals.agree} agree, {totals.explained} are explained, "
        f"{totals.unexplained} are not. Left out: {left}. "
        f"Items that are no product: {totals.strange}."
    )


def _head(column: int, name: str) -> Markup:
    button = element("button", name, type="button")
    return element("th", button, scope="col", class_="n" if column in _NUMBERS else "")


def _line(row: Row) -> Markup:
    figures = [row.on_hand, row.available, row.difference, row.unexplained]
    cells = [element("td", row.sku), element("td", row.code)]
    cells += [element("td", str(number), class_="n") for number in figures]
    return element(
        "tr", *cells, element("td", because(row)), class_="bad" if row.unexplained else ""
    )


def _picture(code: str, totals: Totals) -> Markup:
    """Bars of both systems' units in a DC, and of the causes between them."""
    bars = [("warehouse", totals.on_hand, "#3b6ea5"), ("channel", totals.available, "#5b9f6b")]
    bars += [(WORDS[cause], units, "#8b97a5") for cause, units in totals.causes.items() if units]
    bars += [("unexplained", totals.units, "#c0392b")]
    longest = max(1, *(abs(units) for _, units, _ in bars))
    size = {"width": str(_LEFT + _WIDE + 80), "height": str(len(bars) * _BAR)}
    drawn = element("svg", *_drawn(bars, longest), role="img", aria_label=code, **size)
    return element("figure", element("figcaption", code), drawn)


def _drawn(bars: Sequence[tuple[str, int, str]], longest: int) -> Iterator[Markup]:
    for at, (name, units, colour) in enumerate(bars):
        top, wide = at * _BAR, max(1, abs(units) * _WIDE // longest)
        base = str(top + 13)
        yield element("text", name, x="0", y=base)
        box = {"x": str(_LEFT), "y": str(top + 3), "width": str(wide), "height": "12"}
        yield element("rect", fill=colour, **box)
        yield element("text", str(units), x=str(_LEFT + wide + 6), y=base)
