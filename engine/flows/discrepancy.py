"""Comparing one SKU's stock of both systems, each difference split into causes that sum to it.

    on hand in the linked areas = available in the DC
        + units that the channel holds back for orders and that still lie on the shelf
        + what the warehouse booked and the channel was not told yet

Units that are picked and not shipped are on no shelf and are held back: they cancel out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.model.discrepancy import Cause, Place, Row, Share
from engine.model.stock import ChannelLevel


def sku_key(profile: int, sku: str) -> str:
    """What a product is called by those who know no more of it than its SKU."""
    return f"{profile}:{sku.casefold()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What is known that moves figures apart, by product id or `sku_key`: the shares of each DC,
    and `reserved`, the open units of the channel's orders in each DC, linked or not.
    """

    shares: Mapping[str, Mapping[int, Sequence[Share]]] = field(default_factory=dict)
    reserved: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def shares_of(self, level: ChannelLevel, dc: int) -> list[Share]:
        """The shares of a product in one DC."""
        return [one for key in _keys(level) for one in self.shares.get(key, {}).get(dc, ())]

    def reserved_of(self, level: ChannelLevel) -> Counter[int]:
        """DC -> open units of a product's orders."""
        found = Counter[int]()
        for key in _keys(level):
            found.update(self.reserved.get(key, {}))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everything that goes by one SKU, letter case apart. `shelves` is item number -> DC -> units;
    DC None stands for areas that no link has.
    """

    sku: str
    products: tuple[ChannelLevel, ...]
    shelves: Mapping[str, Mapping[int | None, int]]


def left_out(level: ChannelLevel) -> str | None:
    """Why a product is not compared: it has no stock of its own."""
    if level.infinite:
        return "infinite"
    return level.kind if level.kind in ("bundle", "parent") else None


def compare(group: Group, places: Sequence[Place], reasons: Reasons) -> Iterator[Row]:
    """The rows of every product of a group, one for each DC that its profile is told of."""
    counted = [level for level in group.products if left_out(level) is None]
    for level in counted:
        shelves = _shelves(group, level)
        mine = [one for one in places if one.profile == level.profile]
        # Without a figure on either side there is nothing to compare: an alias, for example.
        lying = [one for one in mine if one.dc in level.available or one.dc in shelves]
        rows = [_row(level, place, shelves, reasons) for place in lying]
        rows = _apportioned(level, rows, reasons)
        yield from (_doubled(row) if len(counted) > 1 else row for row in rows)


def strangers(group: Group, places: Sequence[Place]) -> int:
    """How many items lie in linked areas while no told profile has a product of that SKU."""
    told = {place.profile for place in places}
    if any(level.profile in told for level in group.products):
        return 0
    return sum(
        any(units for dc, units in dcs.items() if dc is not None) for dcs in group.shelves.values()
    )


def _shelves(group: Group, level: ChannelLevel) -> Mapping[int | None, int]:
    """What lies of a product. Of several that differ by letter case only, each has its own."""
    if level.sku in group.shelves:
        return group.shelves[level.sku]
    others = {one.sku for one in group.products}
    free = [dcs for item, dcs in group.shelves.items() if item not in others]
    return free[0] if len(free) == 1 and len(others) == 1 else {}


def _row(
    level: ChannelLevel, place: Place, shelves: Mapping[int | None, int], reasons: Reasons
) -> Row:
    shares = reasons.shares_of(level, place.dc)
    on_hand, available = shelves.get(place.dc, 0), level.available.get(place.dc, 0)
    causes: dict[Cause, int] = {}
    for share in shares:
        if share.how == "certain" and share.units:
            causes[share.cause] = causes.get(share.cause, 0) + share.units
    rest = on_hand - available - sum(causes.values())
    guessed = _fitted(causes, rest, [one for one in shares if one.how != "certain"])
    return Row(
        sku=level.sku,
        product=level.product,
        dc=place.dc,
        code=place.code,
        link=place.link,
        on_hand=on_hand,
        available=available,
        causes={cause: causes[cause] for cause in Cause if causes.get(cause)},
        apportioned=guessed,
        picked=sum(share.off for share in shares),
        elsewhere=shelves.get(None, 0),
        pending=level.pending,
    )


def _fitted(causes: dict[Cause, int], rest: int, shares: Sequence[Share]) -> tuple[Cause, ...]:
    """Adds to `causes` what may be so, as far as it explains the rest and no further."""
    used: dict[Cause, None] = {}
    for share in sorted(shares, key=lambda one: (one.how != "either", -abs(one.units))):
        units = _towards(rest, share)
        if units:
            causes[share.cause] = causes.get(share.cause, 0) + units
            used[share.cause] = None
            rest -= units
    return tuple(cause for cause in Cause if cause in used)


def _towards(rest: int, share: Share) -> int:
    """How many units of a share bring the rest nearer to 0."""
    if rest * share.units <= 0:
        return 0
    if abs(share.units) <= abs(rest):
        return share.units
    return rest if share.how == "up-to" else 0


def _left_over(level: ChannelLevel, reasons: Reasons) -> dict[Cause, int]:
    """What the channel holds back of a product beyond the orders that were read: baskets, open
    allocation, orders under another SKU. Known per product only (seen in the channel's metadata).
    """
    orders = reasons.reserved_of(level).total()
    pending = level.pending_checkout + level.pending_payment + level.pending_shipment
    left = {Cause.OPEN_ALLOCATION: level.open_allocated}
    beyond = max(0, pending - orders)
    for cause, most in (
        (Cause.CHECKOUT, level.pending_checkout),
        (Cause.PAYMENT, level.pending_payment),
        (Cause.NOT_DOWNLOADED, level.pending_shipment),
    ):
        left[cause] = min(beyond, most)
        beyond -= left[cause]
    return {cause: units for cause, units in left.items() if units > 0}


def _apportioned(level: ChannelLevel, rows: list[Row], reasons: Reasons) -> list[Row]:
    """The rows with what is known per product only: first where open orders are, as far as it
    explains anything. What fits nowhere is counted where most is open, unless the product lies in
    other DCs too: then it may be there.
    """
    left = _left_over(level, reasons)
    if not left or not rows:
        return rows
    opened = reasons.reserved_of(level)
    ranked = sorted(rows, key=lambda row: (-opened[row.dc], -row.unexplained, row.dc))
    done = [_with(row, _taken(left, max(row.unexplained, 0))) for row in ranked]
    if level.available.keys() <= {row.dc for row in rows}:
        done[0] = _with(done[0], left)
    by_dc = {row.dc: row for row in done}
    return [by_dc[row.dc] for row in rows]


def _taken(left: dict[Cause, int], most: int) -> dict[Cause, int]:
    """Takes so many units at most out of `left`."""
    taken = {}
    for cause, units in left.items():
        taken[cause] = min(units, most)
        most -= taken[cause]
    left.update({cause: left[cause] - units for cause, units in taken.items()})
    return taken


def _with(row: Row, more: Mapping[Cause, int]) -> Row:
    """The row with more causes, marked as apportioned."""
    added = {cause: units for cause, units in more.items() if units}
    sums = {
        cause: units
        for cause in Cause
        if (units := row.causes.get(cause, 0) + added.get(cause, 0)) != 0
    }
    marked = tuple(one for one in Cause if one in added or one in row.apportioned)
    return replace(row, causes=sums, apportioned=marked)


def _doubled(row: Row) -> Row:
    """Of a SKU that is several products nobody can say whose units lie on the shelf."""
    return _with(row, {Cause.DUPLICATE: row.unexplained})


def agreed(first: int | None, second: Row) -> Row:
    """The row after a second look: only what both readings leave over is unexplained.

    `first` is what the first one left over, None where it did not have the row. The second look
    knows more reasons, so it may leave over less.
    """
    before, now = first or 0, second.unexplained
    alike = min(abs(before), abs(now)) if before * now > 0 else 0
    moving = now - (alike if now > 0 else -alike)
    return _with(second, {Cause.MOVING: moving}) if moving else second


def _keys(level: ChannelLevel) -> tuple[str, str]:
    return level.product, sku_key(level.profile, level.sku)
