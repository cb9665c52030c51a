"""Inventory Discrepancy as one page: a picture of each DC and a table that sorts, nothing loaded
from elsewhere. Every text of a record is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from engine.model.discrepancy import Discrepancy, Row, Totals
from engine.report.discrepancy_text import WORDS, because
from engine.report.times import shown

_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1c2733}
table{border-collapse:collapse}
th,td{padding:.2rem .8rem;border-bottom:1px solid #dde3ea;text-align:left}
th{cursor:pointer;background:#f2f5f8;position:sticky;top:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
tr.bad td{background:#fdecea}
figure{display:inline-block;margin:0 2rem 1rem 0;vertical-align:top}
figcaption{font-weight:600}
svg text{font-size:12px}
"""
# A click on a head sorts by its column, a second one the other way round.
_SCRIPT = """
document.querySelectorAll("th").forEach((head, column) => {
  let way = 1;
  head.onclick = () => {
    const body = head.closest("table").tBodies[0];
    const value = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const number = head.classList.contains("n");
    const order = (a, b) => number ? value(a) - value(b) : value(a).localeCompare(value(b));
    [...body.rows].sort((a, b) => way * order(a, b)).forEach(row => body.append(row));
    way = -way;
  };
});
"""
_HEADS = ("SKU", "DC", "Warehouse", "Channel", "Difference", "Unexplained", "Because")
_NUMBERS = range(2, 6)
_WIDE, _BAR, _LEFT = 240, 18, 190


def html_parts(found: Discrepancy, zone: str) -> Iterator[str]:
    """The page in pieces, so that no table of any size is in memory."""
    title = escape(f"Inventory Discrepancy of {found.customer}")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    yield f"<p>{escape(shown(found.at, zone))}. {escape(_summary(found.totals))}</p>\n"
    for code, totals in found.centers.items():
        yield _picture(code, totals)
    yield "<table>\n<thead><tr>"
    yield from (f"<th{_class(at)}>{name}</th>" for at, name in enumerate(_HEADS))
    yield "</tr></thead>\n<tbody>\n"
    yield from map(_line, found.rows)
    yield f"</tbody>\n</table>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _summary(totals: Totals) -> str:
    left = ", ".join(f"{n} {why}" for why, n in sorted(totals.left_out.items())) or "nothing"
    return (
        f"{totals.rows} compared: {totals.agree} agree, {totals.explained} are explained, "
        f"{totals.unexplained} are not. Left out: {left}. "
        f"Items that are no product: {totals.strange}."
    )


def _line(row: Row) -> str:
    figures = [row.on_hand, row.available, row.difference, row.unexplained]
    cells = [_cell(row.sku), _cell(row.code)]
    cells += [f'<td class="n" data-v="{n}">{n}</td>' for n in figures]
    bad = ' class="bad"' if row.unexplained else ""
    return f"<tr{bad}>{''.join(cells)}{_cell(because(row))}</tr>\n"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _class(column: int) -> str:
    return ' class="n"' if column in _NUMBERS else ""


def _picture(code: str, totals: Totals) -> str:
    """Bars of both systems' units in a DC, and of the causes between them."""
    bars = [("warehouse", totals.on_hand, "#3b6ea5"), ("channel", totals.available, "#5b9f6b")]
    bars += [(WORDS[cause], units, "#b9c4d0") for cause, units in totals.causes.items() if units]
    bars += [("unexplained", totals.units, "#c0392b")]
    longest = max(1, *(abs(units) for _, units, _ in bars))
    drawn = "".join(_drawn(bars, longest))
    size = f'width="{_LEFT + _WIDE + 80}" height="{len(bars) * _BAR}"'
    return (
        f'<figure><figcaption>{escape(code)}</figcaption><svg {size} role="img">{drawn}</svg>'
        "</figure>\n"
    )


def _drawn(bars: Sequence[tuple[str, int, str]], longest: int) -> Iterable[str]:
    for at, (name, units, colour) in enumerate(bars):
        top, wide = at * _BAR, max(1, abs(units) * _WIDE // longest)
        yield f'<text x="0" y="{top + 13}">{escape(name)}</text>'
        yield f'<rect x="{_LEFT}" y="{top + 3}" width="{wide}" height="12" fill="{colour}"/>'
        yield f'<text x="{_LEFT + wide + 6}" y="{top + 13}">{units}</text>'
