"""What the memory has open before a plan is carried out, by order and by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.model.effect import Effect, EffectState, Intent
from engine.ports.ledger import LedgerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`holds`: order -> part -> rule. `planned`: order -> effects that were planned and proven not
    to have happened. `parked`: (business key, kind) of each open inbox item, `asking` their keys.
    """

    holds: Mapping[str, Mapping[str, str]]
    planned: Mapping[str, Sequence[Effect]]
    parked: frozenset[tuple[str, str]]

    @property
    def asking(self) -> frozenset[str]:
        """The business keys that have something open in the inbox."""
        return frozenset(key for key, _ in self.parked)


def standing_of(ledger: LedgerReader) -> Standing:
    """Reads what is open; all of it is short, whatever the size of the plan."""
    holds: dict[str, dict[str, str]] = {}
    for hold in ledger.holds():
        holds.setdefault(hold.order, {})[hold.part] = hold.rule
    planned: dict[str, list[Effect]] = {}
    for effect in ledger.unfinished():
        if effect.state is EffectState.PLANNED:
            planned.setdefault(order_of(effect.intent), []).append(effect)
    items = ledger.inbox()
    parked = frozenset((item.business_key, item.kind) for item in items)
    return Standing(holds=holds, planned=planned, parked=parked)


def order_of(intent: Intent) -> str:
    """The record that a later pass looks at again.

    Intents from before there were other flows do not say: a create carries its order in the
    binding, an export's marker is the order itself.
    """
    if intent.order:
        return intent.order
    return str(intent.binding["order"]) if intent.binding else intent.marker
