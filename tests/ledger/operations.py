"""What every pass, and who asks about one order, does with a ledger; each on an order in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message, MessageKind
from tests.unit.ledger.making import NOW, OK, TIMING, binding, intent, item, promise, take

Operation = Callable[[SqlLedger, str], Any]


def name_of(number: int) -> str:
    """What the order of this number in a filled ledger is called."""
    return f"9{number:08}"


def _send(ledger: SqlLedger, name: str) -> None:
    """A new order is claimed and ended, as a pass does it."""
    new = f"new-{name}"
    lease = take(ledger)
    effect = ledger.claim(
        intent(new, binding=promise(binding(new)), legs={f"{new}:7": 1}), TIMING, NOW, lease
    )
    assert effect is not None
    ledger.done(effect, OK, NOW, "created")
    ledger.release(lease)


def _refuse(ledger: SqlLedger, name: str) -> None:
    """What was sent before is not claimed again."""
    lease = take(ledger)
    assert ledger.claim(intent(name, key=f"v1:acme:create:{name}:1"), TIMING, NOW, lease) is None
    ledger.release(lease)


def _ask(ledger: SqlLedger, name: str) -> None:
    """An item for a person is opened, looked at and closed."""
    ledger.park(item(name, "report"), NOW)
    assert ledger.inbox()
    ledger.resolve(name, NOW, "seen")


def _take_in(ledger: SqlLedger, name: str) -> None:
    """A message is stored and dealt with; one that is known is not stored twice."""
    new = Message(key=f"new:{name}", kind=MessageKind.PACK, order=name)
    assert ledger.store_messages([new], NOW) == 1
    assert ledger.known_messages([f"pack:{name}", new.key])
    ledger.settle_messages([new.key], NOW)


OPERATIONS: Mapping[str, Operation] = {
    "claim and receipt of a new write": _send,
    "claim of what was sent before": _refuse,
    "an inbox item opened and closed": _ask,
    "a message stored and settled": _take_in,
    "bindings of a page": lambda ledger, name: ledger.bindings([name, "none"]),
    "effects of a page": lambda ledger, name: ledger.effects([f"v1:acme:create:{name}:1"]),
    "effects of a subject": lambda ledger, name: ledger.by_subject([f"wos:{name}"]),
    "legs of a page": lambda ledger, name: ledger.legs([f"t{name}:7"]),
    "products of a page": lambda ledger, name: ledger.products([f"MUG-{name}"]),
    "what is unfinished": lambda ledger, _: ledger.unfinished(),
    "messages that wait": lambda ledger, _: ledger.messages(["pack"]),
    "inbox items of a key": lambda ledger, name: ledger.inbox_of([name]),
    "the order of a number": lambda ledger, name: ledger.order_of_number(f"US-{name}"),
    "all of one order": lambda ledger, name: ledger.record_of(name),
    "the audit of a key": lambda ledger, name: list(ledger.audit(f"v1:acme:create:{name}:1")),
    "bodies that are old": lambda ledger, _: ledger.forget_bodies(NOW),
}
