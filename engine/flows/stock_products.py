"""Which product of the channel a share of a booking is about: exactly one, or somebody must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.stock import CompiledStock
from engine.flows.stock_bookings import Booking, decided
from engine.flows.stock_draft import Draft, Share
from engine.model.decision import Decision, Outcome

Products = Mapping[tuple[int, str], Sequence[str]]
"""Profile and item -> the ids of the products that it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is known of one item's products; `written` is the id that the item itself holds now."""

    compiled: CompiledStock
    products: Products
    written: str | None


def profile_of(compiled: CompiledStock, share: Share) -> int:
    """The profile that is told this share: links name one, profiles that share are told once."""
    return compiled.profiles[str(share.link.stock)]


def written_in(compiled: CompiledStock, booking: Booking) -> str | None:
    """The product id that came with a booking, in the field that the ruleset names."""
    field = compiled.rules.product_field
    return None if field is None else (booking.fields.get(field) or "").strip() or None


def latest_written(compiled: CompiledStock, bookings: Sequence[Booking]) -> str | None:
    """The id that an item holds by the youngest of its bookings that came with one."""
    found = [written for one in bookings if (written := written_in(compiled, one)) is not None]
    return found[-1] if found else None


def product_of(search: Search, draft: Draft, share: Share) -> str | Decision:
    """The product id, or the decision on a booking that has none or several."""
    booking = draft.booking
    written = written_in(search.compiled, booking) or search.written
    if written is not None:
        return written
    profile = profile_of(search.compiled, share)
    found = search.products.get((profile, booking.item), ())
    if len(found) == 1:
        return found[0]
    if not found:
        reason = f"profile {profile} has no product with the SKU {booking.item}"
        return decided(booking, Outcome.REJECT, "stock.product-unknown", reason)
    reason = f"profile {profile} has {len(found)} products {booking.item}: {', '.join(found)}"
    return decided(booking, Outcome.REJECT, "stock.product-twice", reason)
