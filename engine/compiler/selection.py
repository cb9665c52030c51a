"""The local reader of an order filter: the same criteria that an adapter pushes to its system."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.model.order import Order
from engine.model.ruleset import Criterion, OrderFilter

LetterCase: TypeAlias = Literal["exact", "ignored"]


def selects(chosen: OrderFilter, order: Order, *, letter_case: LetterCase = "exact") -> str | None:
    """The name of the first criterion that refuses the order, or None when all accept it.

    The names are those of the filter's members, and `since`. `where` is not looked at: it is a
    compiled predicate. `letter_case` is how the system compares texts, so that both agree. DC
    codes never depend on it: links find their DC whatever its letter case, and so does the filter.
    """
    for name, criterion, found in _criteria(chosen, order):
        case: LetterCase = "ignored" if name == "dc" else letter_case
        if criterion is not None and not _meets(criterion, found, case):
            return name
    if chosen.since is not None and order.created < chosen.since:
        return "since"
    return None


_Found: TypeAlias = tuple[str | int | None, ...]


def _criteria(
    chosen: OrderFilter, order: Order
) -> tuple[tuple[str, Criterion | None, _Found], ...]:
    """Each criterion with what the order has for it; a site and a DC have a name and an id."""
    centers = tuple(
        known for allocation in order.allocations for known in (allocation.dc, allocation.dc_code)
    )
    return (
        ("profile", chosen.profile, (order.profile,)),
        ("shipping", chosen.shipping, (order.shipping,)),
        ("payment", chosen.payment, (order.payment,)),
        ("checkout", chosen.checkout, (order.checkout,)),
        ("site", chosen.site, (order.site, order.site_id)),
        ("dc", chosen.dc, centers),
        ("tags", chosen.tags, order.tags),
        ("skus", chosen.skus, order.skus),
    )


def _meets(criterion: Criterion, found: _Found, letter_case: LetterCase) -> bool:
    """Whether any value found is one that is listed, or none where the criterion is negated."""
    listed = {_comparable(value, letter_case) for value in criterion.values}
    hit = any(_comparable(value, letter_case) in listed for value in found if value is not None)
    return hit != criterion.negated


def _comparable(value: str | int, letter_case: LetterCase) -> str | int:
    if isinstance(value, str) and letter_case == "ignored":
        return value.casefold()
    return value
