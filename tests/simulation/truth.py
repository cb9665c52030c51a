"""What must be true when the faults have stopped: read from both ground truths and from the inbox.

The engine is believed in one thing alone: that it has told a person. Each difference between the
two systems must be an open item of its inbox (or a hold that names the order), and one that tells
of the same order or of just these units. Nothing excuses what was done twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.effect import Effect, EffectState
from engine.ports.ledger import Hold, InboxItem, LedgerReader
from engine.sandbox.channeladvisor.units import contents, shipped
from tests.acceptance.oracle import (
    States,
    Terms,
    delta_gaps,
    lost_or_doubled,
    misordered,
    overshipped,
    shelf_gaps,
)
from tests.acceptance.week import LINKS, PROFILE

TERMS = Terms(profile=PROFILE, links=LINKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Both systems before and after, and what the ledger has told a person. `deleted` are the
    orders that a person took out of the warehouse and nobody has touched since.
    """

    before: States
    after: States
    inbox: Sequence[InboxItem]
    holds: Sequence[Hold]
    unfinished: Sequence[Effect]
    deleted: frozenset[int]

    @classmethod
    def of(
        cls, before: States, after: States, ledger: LedgerReader, deleted: frozenset[int]
    ) -> Ending:
        return cls(
            before=before,
            after=after,
            inbox=ledger.inbox(),
            holds=ledger.holds(),
            unfinished=ledger.unfinished(),
            deleted=deleted,
        )

    def told_of(self, order: int) -> bool:
        """Whether a person knows that something is the matter with this order."""
        key = str(order)
        told = {item.business_key.partition("/")[0] for item in self.inbox}
        return key in told | {hold.order for hold in self.holds}


def wrong_with(ending: Ending, codes: Sequence[int]) -> Iterator[str]:
    """One text for each thing that is wrong."""
    yield from shelf_gaps(ending.before.warehouse, ending.after.warehouse)
    yield from doubled(ending.after)
    yield from overshipped(ending.before, ending.after)
    yield from lost(ending)
    yield from unsettled(ending)
    yield from untold(ending)
    yield from unequal(ending)
    if codes[-1] not in {0, 5}:
        yield f"the last pass ended with {codes[-1]}"


def doubled(after: States) -> Iterator[str]:
    """No line is in the warehouse twice, no number either, and no order without its source."""
    yield from (text for text in lost_or_doubled(after, ()))
    numbers = Counter(order["number"] for order in after.warehouse["orders"])
    yield from (f"number {number}: {n} times" for number, n in numbers.items() if n > 1)


def lost(ending: Ending) -> Iterator[str]:
    """Every line that is wanted is in the warehouse, in its quantity; else a person knows it."""
    for order in ending.after.channel["Orders"]:
        number = order["ID"]
        if number in ending.deleted or ending.told_of(number):
            continue
        yield from lost_or_doubled(ending.after, {number} if not _gone(order) else ())
        yield from misordered(ending.after, {number})


def _gone(order: Mapping[str, Any]) -> bool:
    return order["ShippingStatus"] == "Canceled"


def untold(ending: Ending) -> Iterator[str]:
    """All that is packed has been told to the channel, in whole units; else a person knows it."""
    packed: Counter[tuple[str, str]] = Counter()
    for order in ending.after.warehouse["orders"]:
        for line in order["lines"]:
            packed[str(line["host_id"]), line["item"]] += line["packed"]
    for order in ending.after.channel["Orders"]:
        if ending.told_of(order["ID"]):
            continue
        gone = shipped(order)
        for line in order["Items"]:
            names = {part["ProductID"]: part["Sku"] for part in line["BundleComponents"]}
            whole = min(
                packed[str(line["ID"]), names.get(key[1], line["Sku"])] // per
                for key, per in contents(line).items()
            )
            for key, per in contents(line).items():
                if gone[key] != per * whole:
                    name = f"order {order['ID']} line {line['ID']}"
                    yield f"{name}: {per * whole} of {key[1]} are packed, {gone[key]} are told"


def unsettled(ending: Ending) -> Iterator[str]:
    """Nothing is in flight any more; what is in doubt is in the inbox."""
    asked = {item.effect for item in ending.inbox}
    for effect in ending.unfinished:
        if effect.state is not EffectState.DOUBT:
            yield f"{effect.intent.key} is still {effect.state.value}: {effect.reason}"
        elif effect.intent.key not in asked:
            yield f"{effect.intent.key} is in doubt, and nobody is asked"


def unequal(ending: Ending) -> Iterator[str]:
    """Each DC was told what its areas have changed by, but for what is in doubt."""
    doubts = [one for one in ending.unfinished if one.intent.kind == "adjust"]
    yield from (gap for gap in delta_gaps(ending.before, ending.after, TERMS) if not doubts)


Deleted = Collection[int]
