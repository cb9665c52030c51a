"""Which quantity a rule with `set` sends: pure, from what was read of the item in both systems.

Two quantities can be set without counting an open order twice or not at all (documented formulas):
what lies on the shelves and what is picked and not shipped, from which the channel takes off all
that it holds back; or what the warehouse can still promise, less the channel's orders that are not
there yet, from which the channel takes off what is not paid yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.stock import CompiledStock
from engine.flows.discrepancy import Reasons, left_out
from engine.flows.stock_draft import Centers, center_of, link_of
from engine.model.discrepancy import Cause, Share
from engine.model.stock import ChannelLevel, ShelfLevel

NOT_THERE = frozenset({Cause.HELD, Cause.NOT_DOWNLOADED, Cause.DELETED})
"""Orders of the channel that the warehouse has not promised anything to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One product in one DC: what a quantity is set of."""

    product: str
    dc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is set: `units`, in `words` what they are made of, and by how many what can be sold
    changes about (`moves`, for gates).
    """

    units: int
    moves: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unset:
    """Why nothing can be set, and the rule that says so."""

    rule: str
    why: str


Figures = Mapping[Spot, Figure | Unset]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was read of one item: its shelves `before` and `after` everything else, the product,
    what the channel's orders make of it, units in boxes that the channel may soon be told of
    (`boxed`: picked and packed), and whether a booking waits that is none of those to be told now.
    """

    item: str
    before: Sequence[ShelfLevel]
    after: Sequence[ShelfLevel]
    level: ChannelLevel | None
    reasons: Reasons
    boxed: tuple[int, int] = (0, 0)
    came: bool = False


def figure_of(compiled: CompiledStock, centers: Centers, spot: Spot, look: Look) -> Figure | Unset:
    """What a spot is set to, or why nothing can be."""
    level = look.level
    problem = "the channel does not have the product any more"
    if level is None or (problem := _not_comparable(level, look.item)):
        return Unset(rule="stock.cannot-set", why=problem)
    if not _is_linked(compiled, centers, spot):
        return Unset(rule="stock.cannot-set", why=f"no link leads to DC {spot.dc} any more")
    shares = look.reasons.shares_of(level, spot.dc)
    moving = _moving(compiled, look, shares)
    if moving:
        return Unset(rule="stock.moving", why=moving)
    return _figure(compiled, level, spot, look, _here(compiled, centers, spot, look.after))


def _is_linked(compiled: CompiledStock, centers: Centers, spot: Spot) -> bool:
    """Whether what lies for a DC can be known: what was planned may be of another day's links."""
    found = (center_of(link, centers) for link in compiled.links)
    return any(
        center is not None and center.id == spot.dc and not (center.deleted or center.external)
        for center in found
    )


def _not_comparable(level: ChannelLevel, item: str) -> str:
    left = left_out(level)
    if left is not None:
        return f"product {level.product} has no stock of its own ({left})"
    if level.sku.casefold() != item.casefold():
        return f"product {level.product} is {level.sku} in the channel, and may have more items"
    return ""


def _moving(compiled: CompiledStock, look: Look, shares: Iterable[Share]) -> str:
    """Why the figures of two looks may not belong together, or an empty text."""
    every = list(shares)
    if look.came:
        return "a booking of it came that is none of those that are told now"
    if _places(look.before) != _places(look.after):
        return "what lies on its shelves changed while it was read"
    if any(one.cause is Cause.NOT_PICKED and one.how != "certain" for one in every):
        return "an order with it cannot be read, so nobody knows what is picked of it"
    if any(one.cause is Cause.IN_FLIGHT for one in every):
        return "an order with it was sent to the warehouse without an answer"
    boxed = _untold(compiled, look, sum(one.off for one in every))
    return f"{boxed} of it are about to leave, and their shipment is told first" if boxed else ""


def _untold(compiled: CompiledStock, look: Look, off: int) -> int:
    """Units of which a shipment is told as soon as it can be: counted before and set after it, they
    would be counted twice.
    """
    if compiled.ships_at is None:
        return 0
    picked, packed = look.boxed
    return off if compiled.ships_at == "picking" else max(0, packed - (picked - off))


def _places(levels: Iterable[ShelfLevel]) -> list[tuple[str, int, int]]:
    return sorted(((one.area or ""), one.on_hand, one.allocated) for one in levels)


def _here(
    compiled: CompiledStock, centers: Centers, spot: Spot, levels: Iterable[ShelfLevel]
) -> list[ShelfLevel]:
    """The records of the areas of the spot's DC."""
    found = ((one, link_of(compiled, one.area)) for one in levels)
    linked = ((one, center_of(link, centers)) for one, link in found if link is not None)
    return [one for one, center in linked if center is not None and center.id == spot.dc]


def _figure(
    compiled: CompiledStock,
    level: ChannelLevel,
    spot: Spot,
    look: Look,
    here: Sequence[ShelfLevel],
) -> Figure:
    shares = look.reasons.shares_of(level, spot.dc)
    lying = sum(one.on_hand for one in here)
    sold = level.available.get(spot.dc, 0)
    if compiled.rules.set_quantity == "on-hand":
        off = sum(one.off for one in shares)
        units, parts = lying + off, f"{lying} lie there, {off} are picked and not shipped"
        becomes = units - look.reasons.reserved_of(level)[spot.dc]
    else:
        promised = sum(one.allocated for one in here)
        coming = sum(one.units for one in shares if one.cause in NOT_THERE)
        units = becomes = lying - promised - coming
        parts = f"{lying} lie there, {promised} are promised, {coming} are in orders to come"
    floor = f"; {units} would be below 0" if units < 0 else ""
    words = f"{max(0, units)} in DC {spot.dc}: {parts}{floor}; {sold} could be sold before"
    return Figure(units=max(0, units), moves=abs(max(0, becomes) - sold), words=words)
