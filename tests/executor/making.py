"""Changes, decisions and plans for the executor's tests, as short as they can be said."""

from __future__ import annotations

from typing import Any

from engine.executor.bench import Bench, intent_of
from engine.executor.order_runner import OrderDesk, OrderRunner
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.model.decision import Change, Decision, Outcome
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent
from engine.model.plan import PlanFooter, PlanHeader
from engine.ports.ledger import LedgerReader
from tests.fakes.systems import FakeSink, FakeSource, PlanInMemory
from tests.fakes.world import FakeClock
from tests.unit.flows.making import compiled, ruleset

Ends = tuple[PlanHeader, PlanFooter]


def bound(order: str = "100", link: str = "east") -> dict[str, Any]:
    """The binding that a create promises."""
    return {
        "part": f"{order}/{link}",
        "order": order,
        "link": link,
        "number": f"{order}{link}",
        "revision": 1,
        "fingerprint": "f",
        "composition": [],
    }


def create(order: str = "100", link: str = "east", **more: Any) -> Change:
    """Creates the part of an order."""
    number = f"{order}{link}"
    plain: dict[str, Any] = {
        "operation": "create",
        "key": f"v1:acme:create:{number}:1",
        "target": "wos",
        "subject": f"wos:{number}",
        "marker": number,
        "request": PreparedRequest(method="POST", path="/orders", body=number),
        "binding": bound(order, link),
    }
    return Change(**{**plain, **more})


def export(order: str = "100", *links: str) -> Change:
    """Marks an order, once its parts are bound."""
    return Change(
        operation="export",
        key=f"v1:acme:export:{order}",
        target="ca",
        subject=f"ca:{order}",
        marker=order,
        about=order,
        request=PreparedRequest(method="POST", path=f"/export/{order}"),
        needs=tuple(f"{order}/{link}" for link in links or ("east",)),
    )


def decision(*changes: Change, order: str = "100", link: str = "east", **more: Any) -> Decision:
    """A decision on a part; to send, unless told otherwise."""
    plain: dict[str, Any] = {
        "flow": "orders",
        "key": f"{order}/{link}",
        "order": order,
        "outcome": Outcome.SEND,
        "rule": "orders.send",
        "reason": "because",
        "changes": changes,
    }
    return Decision(**{**plain, **more})


def intent(change: Change | None = None) -> Intent:
    """What the ledger writes down of a change."""
    wanted = change or create()
    order = wanted.binding["order"] if wanted.binding else wanted.marker
    return intent_of("acme", decision(wanted, order=order), wanted)


def sending(bench: Bench, change: Change | None = None) -> Effect:
    """An effect that an earlier process left in SENDING."""
    wanted = intent(change)
    timing = bench.operation(wanted).timing
    effect = bench.ledger.claim(wanted, timing, bench.clock.now(), bench.tenure.lease)
    assert effect is not None
    return effect


def state(ledger: LedgerReader, change: Change | None = None) -> EffectState:
    """The state of a change's effect."""
    key = (change or create()).key
    return ledger.effects([key])[key].state


def held(ledger: LedgerReader) -> list[tuple[str, str]]:
    """Open holds: part and rule."""
    return [(hold.part, hold.rule) for hold in ledger.holds()]


def order_desk(
    source: FakeSource, ledger: LedgerReader, sink: FakeSink | None = None, **rules: Any
) -> OrderDesk:
    """What planning orders of the customer acme needs, with one link to DC 7."""
    found = compiled(**{"acknowledge": True, **rules})
    return OrderDesk(compiled=found, source=source, sink=sink or FakeSink(), ledger=ledger)


def desk(
    source: FakeSource, ledger: LedgerReader, sink: FakeSink | None = None, **rules: Any
) -> Desk:
    """A desk of the customer acme, with one link to DC 7."""
    orders = order_desk(source, ledger, sink, **rules)
    return Desk(
        ruleset=ruleset(orders.compiled.rules),
        runners={"orders": OrderRunner(orders)},
        ledger=ledger,
        clock=FakeClock(),
    )


def planned(at: Desk, **asked: Any) -> tuple[PlanInMemory, Ends]:
    """A plan, made and kept."""
    store = PlanInMemory()
    ends = make_plan(at, Ask(**asked), PlanWriter(store))
    return store, ends
