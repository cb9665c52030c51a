"""What is said of an item beside its own words, whatever the state of the effect behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.cli.documents import what_to_do
from engine.model.effect import Effect, EffectState
from engine.ports.ledger import InboxItem
from engine.report.inbox_entry import Entry, filled, remote_of, steps_of, urgent_first
from engine.report.inbox_text import show_list
from engine.report.screen import Screen
from tests.unit.ledger.making import intent

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ITEM = InboxItem(business_key="1001/east", kind="conflict", rule="effects.conflict", text="twice")


def entry(state: EffectState | None = None, **item: str) -> Entry:
    """An item of acme, with an effect in this state."""
    effect = None
    if state is not None:
        effect = Effect(intent=intent(), state=state, version=3, attempts=3, reason="so it was")
    return Entry(customer="acme", item=replace(ITEM, **item), effect=effect, advice="Look.")


@pytest.mark.parametrize(
    ("state", "known"),
    [
        (EffectState.DONE, "it has that one"),
        (EffectState.PLANNED, "certainly not processed, and planned again"),
        (EffectState.SENDING, "no answer yet; it will be read back"),
        (EffectState.FAILED, "answered no: so it was"),
        (EffectState.DOUBT, "no usable answer: twice"),
    ],
)
def test_every_state_is_told(state: EffectState, known: str) -> None:
    """What was sent, how often, and what came of it."""
    assert remote_of(entry(state)) == f"wos: create of 1001, sent 3 times; {known}"


def test_every_state_has_words() -> None:
    """One that nobody foresaw is told by its name."""
    assert all(remote_of(entry(state)) for state in EffectState)


def test_a_class_that_nobody_knows_is_shown_last(capsys: pytest.CaptureFixture[str]) -> None:
    """An item of another package's class is neither hidden nor retried."""
    odd = entry(kind="odd")
    ordered = urgent_first([odd, entry(kind="report"), entry(kind="doubt")])
    show_list(Screen(), ordered, NOW)
    out = capsys.readouterr().out

    assert [one.item.kind for one in ordered] == ["doubt", "report", "odd"]
    assert "odd (1)\n" in out
    assert [step.when for step in steps_of(odd)] == ["once it is dealt with"]


def test_a_message_that_was_passed_by_is_not_retried() -> None:
    """Nothing reads it again: a person books what it told."""
    assert not entry(kind="reject", rule="stock.unreadable").retried
    assert entry(kind="reject", rule="orders.unreadable").retried


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("effects.doubt", "Look into the system itself, under the number"),
        ("orders.lookup.ship-method", "Add the row; the next pass takes up what waits."),
        ("stock.unreadable", "Correct the site profile"),
        ("orders.skip.pickup", "Nothing, or correct the rule."),
        ("nowhere", "See the ruleset's own rule nowhere."),
    ],
)
def test_the_advice_is_that_of_the_rules_page(rule: str, words: str) -> None:
    """One paragraph, of the rule itself or of its family."""
    advice = what_to_do(rule)

    assert advice.startswith(words)
    assert "\n" not in advice


def test_advice_that_an_example_follows_says_where_it_is() -> None:
    """One paragraph alone would end in a colon."""
    shows = "what null means (as `crossdock docs orders.skip.pickup` shows)."

    assert what_to_do("orders.skip.pickup").endswith(shows)


def test_advice_is_filled_with_the_names_at_hand() -> None:
    """The customer's, and the key as a shell takes it."""
    said = filled("`crossdock inbox CUSTOMER resolve KEY --reason TEXT`", "acme", r"a b\1")

    assert said == r"`crossdock inbox acme resolve 'a b\1' --reason TEXT`"
