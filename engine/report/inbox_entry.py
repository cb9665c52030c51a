"""What is said of an item of the inbox beside its own words: its class, what is known of the other
side, and the commands that fit its state. Pure; for screens, JSON and CSV alike.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine.executor.standing import order_of, record_of
from engine.model.effect import Effect, EffectState
from engine.ports.ledger import InboxItem
from engine.report.flow_words import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A class of items: its heading, what it means, and whether a retry can end one."""

    heading: str
    means: str
    retried: bool = False


KINDS: Mapping[str, Kind] = {
    "doubt": Kind(
        heading="In doubt",
        means="it may have happened; all else about it waits for an answer",
        retried=True,
    ),
    "failed": Kind(
        heading="Refused", means="the system said no for good; nothing was changed", retried=True
    ),
    "reject": Kind(
        heading="Rejected", means="it cannot be sent like this; the others go on", retried=True
    ),
    "conflict": Kind(heading="In conflict", means="it was told before, in another way"),
    "alert": Kind(heading="Alerts", means="somebody should look at once"),
    "report": Kind(heading="Reports", means="somebody should know; nothing waits for it"),
}
"""The most urgent first: what holds back orders or stock, then what somebody should know."""

PASSED_BY = frozenset({"stock.unreadable", "shipments.message"})
"""Rejected messages: they are dealt with, and nothing would read them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command line to type, and when."""

    command: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item, the effect behind it (None: nothing was sent), and its rule's advice."""

    customer: str
    item: InboxItem
    effect: Effect | None
    advice: str

    @property
    def sends(self) -> int:
        """How many times it was claimed to be sent."""
        return self.effect.attempts if self.effect is not None else 0

    @property
    def about(self) -> str:
        """The record that a pass looks at: an order, a product, an item, a message."""
        return order_of(self.effect.intent) if self.effect else record_of(self.item)

    @property
    def retried(self) -> bool:
        """Whether a retry can end it."""
        kind = KINDS.get(self.item.kind)
        return kind is not None and kind.retried and self.item.rule not in PASSED_BY


def urgent_first(entries: Sequence[Entry]) -> list[Entry]:
    """By class, then oldest first."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(entries, key=lambda one: places.get(one.item.kind, len(places)))


def steps_of(entry: Entry) -> list[Step]:
    """What can be typed for an item in its state, the likeliest first."""
    retry = Step(command=_command(entry, "retry", "--reason TEXT"), when="once it is mended")
    resolve = Step(
        command=_command(entry, "resolve", "--reason TEXT"), when="once it is dealt with"
    )
    if entry.item.kind == "doubt":
        happened = _command(entry, "resolve", "--happened --reason TEXT")
        return [
            Step(command=happened, when="if it is there"),
            Step(command=retry.command, when="if it is not there: shows what would be sent, asks"),
        ]
    return [retry, resolve] if entry.retried else [resolve]


def show_command(entry: Entry) -> str:
    """The command that tells all of an item."""
    return _command(entry, "show", "")


def _command(entry: Entry, action: str, more: str) -> str:
    key = shlex.quote(entry.item.business_key)
    return f"crossdock inbox {entry.customer} {action} {key} {more}".rstrip()


def filled(advice: str, customer: str, key: str) -> str:
    """A page's advice with the customer and the key in its commands."""
    named = re.sub(r"\bCUSTOMER\b", customer, advice)
    return re.sub(r"\bKEY\b", shlex.quote(key).replace("\\", r"\\"), named)


def remote_of(entry: Entry, said: Callable[[datetime], str] = datetime.isoformat) -> str:
    """What is known of the other side: the last answer, the last reading back, and when.

    Of an item without an effect: the record that it is about. Never a buyer's data.
    """
    effect = entry.effect
    if effect is None:
        return f"nothing was sent; it is about {words_of(entry.item.flow).record} {entry.about}"
    name = f"{effect.intent.kind} of {effect.intent.marker}"
    sent = f"{effect.intent.target}: {name}, sent {_times(effect.attempts)}"
    at = f", last at {said(effect.intent_at)}" if effect.intent_at else ""
    return f"{sent}{at}; {_known(entry.item, effect, said)}"


def _known(item: InboxItem, effect: Effect, said: Callable[[datetime], str]) -> str:
    looked = f" (looked at {said(item.last_seen)})" if item.last_seen else ""
    words = {
        EffectState.FAILED: f"answered no{looked}: {effect.reason}",
        EffectState.DOUBT: f"no usable answer{looked}: {item.text}",
        EffectState.DONE: "it has that one",
        EffectState.PLANNED: "certainly not processed, and planned again",
        EffectState.SENDING: "no answer yet; it will be read back",
    }
    return words.get(effect.state, f"{effect.state.value.lower()}: {effect.reason}")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def entry_json(entry: Entry) -> dict[str, Any]:
    """All of it for machines; times are ISO 8601."""
    members = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(entry.item).items()
    }
    return {
        **members,
        "sends": entry.sends,
        "about": entry.about,
        "remote": remote_of(entry),
        "advice": entry.advice,
        "next": [step.command for step in [_show(entry), *steps_of(entry)]],
    }


def _show(entry: Entry) -> Step:
    return Step(command=show_command(entry), when="what was sent, and every step")
