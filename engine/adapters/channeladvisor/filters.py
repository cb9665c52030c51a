"""An order filter as `$filter` text: what ChannelAdvisor can choose for us. No I/O.

Everything is checked again locally, so a pushed piece must only never lose what the local check
would accept, whichever way the service behaves where its behaviour is not known: whether text is
compared by letter case, and what `ne` does with null. A piece that could lose is not pushed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.adapters.channeladvisor.protocol import encoded, literal, number, stamp_literal
from engine.model.ruleset import Criterion, OrderFilter

# Documented in the metadata: the wire form is the name. CA refuses any other literal.
ENUMS = {
    "CheckoutStatus": frozenset(
        (
            "NotVisited",
            "Completed",
            "Visited",
            "CompletedAndVisited",
            "Disabled",
            "CompletedOffline",
            "OnHold",
        )
    ),
    "PaymentStatus": frozenset(("NotYetSubmitted", "Cleared", "Submitted", "Failed", "Deposited")),
    "ShippingStatus": frozenset(
        (
            "Unshipped",
            "Shipped",
            "PartiallyShipped",
            "PendingShipment",
            "Canceled",
            "ThirdPartyManaged",
        )
    ),
}
UNFILTERED = frozenset({"tags"})
"""Criteria that the service cannot filter by (documented)."""
# Encoded. With the window, the expansions and the flag a query stays below 2,048 characters, which
# is where servers of this family commonly end (inferred; documented is only that 414 exists).
_LONGEST = 1600
_KEYS_PER_CALL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The pieces that go to the service, and the names of the criteria that stay here."""

    clauses: tuple[str, ...]
    local: tuple[str, ...]


def push(
    chosen: OrderFilter, centers: Mapping[int, str | None], *, case_matters: bool = True
) -> Pushed:
    """What of the filter is pushed.

    `centers` maps the ids of the distribution centers to their codes. `case_matters` says how the
    local check compares text.
    """
    pieces = {
        "profile": _numbers("ProfileID", chosen.profile),
        "shipping": _enum("ShippingStatus", chosen.shipping),
        "payment": _enum("PaymentStatus", chosen.payment),
        "checkout": _enum("CheckoutStatus", chosen.checkout),
        "site": _site(chosen.site, case_matters=case_matters),
        "dc": _dc(chosen.dc, centers),
        "skus": _skus(chosen.skus, case_matters=case_matters),
        "since": f"CreatedDateUtc ge {stamp_literal(chosen.since)}" if chosen.since else None,
    }
    kept = _within(_LONGEST, {name: text for name, text in pieces.items() if text})
    given = [name for name in (*pieces, "tags", "where") if getattr(chosen, name) is not None]
    return Pushed(
        clauses=tuple(kept.values()), local=tuple(name for name in given if name not in kept)
    )


def conjunction(clauses: Sequence[str]) -> str:
    """All of these pieces at once."""
    return " and ".join(clauses)


def any_of(clauses: Sequence[str]) -> str:
    """At least one of these pieces, in parentheses where there are several."""
    return clauses[0] if len(clauses) == 1 else f"({' or '.join(clauses)})"


def any_id(keys: Sequence[str], what: str = "order") -> str:
    """The records of these ids; raises ProtocolError for a key that is no whole number."""
    return any_of([f"ID eq {number(key, what)}" for key in keys])


def batches(keys: Sequence[str]) -> list[Sequence[str]]:
    """The keys, each once, in as many pieces as make addresses that are short enough."""
    wanted = list(dict.fromkeys(keys))
    return [wanted[at : at + _KEYS_PER_CALL] for at in range(0, len(wanted), _KEYS_PER_CALL)]


def _numbers(member: str, criterion: Criterion | None) -> str | None:
    """A number that is never null."""
    if criterion is None or not all(isinstance(v, int) for v in criterion.values):
        return None
    if not criterion.values:
        return None
    if criterion.negated:
        return conjunction([f"{member} ne {v}" for v in criterion.values])
    return any_of([f"{member} eq {v}" for v in criterion.values])


def _enum(member: str, criterion: Criterion | None) -> str | None:
    """A status. Of a negation the known literals suffice; a choice with an unknown one stays."""
    if criterion is None:
        return None
    known = [v for v in criterion.values if v in ENUMS[member]]
    if criterion.negated:
        return conjunction([_unlike(member, literal(str(v))) for v in known]) or None
    if not known or len(known) < len(criterion.values):
        return None
    return any_of([f"{member} eq {literal(str(v))}" for v in known])


def _site(criterion: Criterion | None, *, case_matters: bool) -> str | None:
    """Sites by id and by name."""
    if criterion is None:
        return None
    pairs = [
        ("SiteName", literal(v)) if isinstance(v, str) else ("SiteID", str(v))
        for v in criterion.values
    ]
    named = any(member == "SiteName" for member, _ in pairs)
    if criterion.negated:
        # Where CA ignores case, `ne 'A'` would lose the `a` that an exact check accepts.
        safe = [pair for pair in pairs if pair[0] == "SiteID" or not case_matters]
        return conjunction([_unlike(member, value) for member, value in safe]) or None
    if not pairs or (named and not case_matters):
        return None
    return any_of([f"{member} eq {value}" for member, value in pairs])


def _dc(criterion: Criterion | None, centers: Mapping[int, str | None]) -> str | None:
    """Orders with a fulfillment in one of these centers, in the vendor's documented spelling."""
    if criterion is None or criterion.negated:
        return None
    wanted = {str(v).casefold() for v in criterion.values if isinstance(v, str)}
    ids = {v for v in criterion.values if isinstance(v, int)}
    ids |= {id_ for id_, code in centers.items() if code is not None and code.casefold() in wanted}
    if not ids:
        return None
    each = [f"Fulfillments/Any (c: c/DistributionCenterID eq {id_})" for id_ in sorted(ids)]
    return any_of(each)


def _skus(criterion: Criterion | None, *, case_matters: bool) -> str | None:
    """Orders with a line of one of these SKUs; inferred from the documented form of `Any`."""
    if criterion is None or criterion.negated or not case_matters or not criterion.values:
        return None
    return any_of([f"Items/Any (i: i/Sku eq {literal(str(v))})" for v in criterion.values])


def _unlike(member: str, value: str) -> str:
    """Not this value, in a way that keeps null whatever `ne` does with it."""
    return f"({member} ne {value} or {member} eq null)"


def _within(longest: int, pieces: Mapping[str, str]) -> dict[str, str]:
    """Leaves out the widest piece until the rest fits into a URL (documented: 414 beyond)."""
    kept = dict(pieces)
    while kept and len(encoded({"$filter": conjunction(list(kept.values()))})) > longest:
        del kept[max(kept, key=lambda name: len(kept[name]))]
    return kept
