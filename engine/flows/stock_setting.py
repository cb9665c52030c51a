"""A first stock load: the channel's quantities are set to what the warehouse has, where no cause
explains the difference. Pure: compared rows in, decisions out.

What is set is what lies on the linked shelves and what is picked and not shipped, as a quantity
that counts open orders too: the channel takes off what it holds back for them, so that a sale in
the meantime does no harm (documented; whether it takes off what one DC or the whole product holds
back is not known for accounts with several DCs, so try it with one product first).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.compiler.stock import CompiledStock
from engine.flows.stock_bookings import FLOW
from engine.flows.stock_changes import Render, subject_of
from engine.model.decision import Change, Decision, Outcome
from engine.model.discrepancy import Cause, Row
from engine.model.effect import Effect, EffectState
from engine.model.ruleset import Gate
from engine.model.stock import ChannelLevel, QuantityUpdate

OPERATION = "set-quantity"
PENDING, TOLD = "held back", "changes told"
"""What a change rests on beside what can be sold in each DC."""
GATE = Gate(name="stock.set-quantity", max=0)
"""Nothing is set without a person's word."""
WAITING = (
    Cause.FOREIGN_PICKS,
    Cause.PUTAWAY,
    Cause.DELTAS,
    Cause.IN_FLIGHT,
    Cause.IN_DOUBT,
    Cause.DUPLICATE,
    Cause.MOVING,
)
"""What will still be told, or nobody can tell apart: a quantity that is set would count it too."""
_OPEN = frozenset({EffectState.PLANNED, EffectState.SENDING, EffectState.DOUBT})


def loaded(
    compiled: CompiledStock, rows: Sequence[Row], history: Sequence[Effect], render: Render
) -> Decision:
    """The decision on one product: `rows` are its DCs that nothing explains, one at least.

    `history` are all effects on the product, by which the change is numbered: setting again what
    was set before is another change.
    """
    first = rows[0]
    busy = [one.intent.key for one in history if one.state in _OPEN]
    waits = [cause.value for row in rows for cause in WAITING if row.causes.get(cause)]
    if busy or waits:
        reason = f"something about it is still open: {', '.join([*waits, *busy])}"
        return _decision(first, Outcome.SKIP, "stock.set-waits", reason)
    before = sum(one.intent.kind == OPERATION for one in history)
    legs = {row.dc: row.on_hand + row.picked for row in rows}
    change = Change(
        operation=OPERATION,
        key=f"v1:{compiled.customer}:set:{first.product}:{before + 1}",
        target=compiled.rules.sink,
        subject=subject_of(compiled, first.product),
        marker=first.product,
        request=render(QuantityUpdate(product=first.product, type="UnShipped", legs=legs)),
        rests_on={
            PENDING: _pending(first.pending),
            TOLD: str(len(history)),
            **{f"DC {row.code}": f"{row.dc}={row.available}" for row in rows},
        },
        units=sum(abs(row.unexplained) for row in rows),
        summary=", ".join(f"{legs[row.dc]} in DC {row.code}" for row in rows),
    )
    reason = ", ".join(_told(row) for row in rows)
    return _decision(first, Outcome.SEND, "stock.set", reason, change)


def _pending(units: Sequence[int]) -> str:
    return "/".join(map(str, units))


def _told(row: Row) -> str:
    picked = f" and {row.picked} picked" if row.picked else ""
    return f"{row.code}: {row.on_hand} lie there{picked}, {row.available} can be sold"


def _decision(
    row: Row, outcome: Outcome, rule: str, reason: str, change: Change | None = None
) -> Decision:
    return Decision(
        flow=FLOW,
        key=row.sku,
        order=row.sku,
        outcome=outcome,
        rule=rule,
        reason=reason,
        number=row.product,
        changes=(change,) if change is not None else (),
    )


def moved(change: Change, level: ChannelLevel | None, told: int) -> str:
    """How the channel's figures have moved since the plan was made, or an empty text.

    `level` is None where the product is gone; `told` is how many changes of it are on record. What
    can be sold moves with a sale, which does no harm, and with a booking that was told. A shipment
    moves only what is held back, and what is set would bring back the units that have left.
    """
    if level is None:
        return "the channel does not have the product any more"
    figures = dict(change.rests_on)
    pending, changes = figures.pop(PENDING), figures.pop(TOLD)
    for code, figure in figures.items():
        dc, _, before = figure.partition("=")
        now = level.available.get(int(dc), 0)
        if now != int(before):
            return f"in {code} {now} can be sold by now, not {before}"
    if _pending(level.pending) != pending:
        return "the channel holds back other units of it by now: an order came, left or was paid"
    return "" if str(told) == changes else "another change of it was told after the plan was made"


def by_product(rows: Iterator[Row]) -> dict[str, list[Row]]:
    """Product -> its rows that nothing explains, as they come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.unexplained:
            found.setdefault(row.product, []).append(row)
    return found
