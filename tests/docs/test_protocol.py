"""What the inside pages say of numbers and files is what the code has."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.adapters.channeladvisor import client as channel
from engine.adapters.warehouseos import client as warehouse
from engine.bootstrap import LEASE
from engine.executor.bench import PATIENCE
from engine.executor.performing import LONGEST, TRIES
from engine.executor.runner import SAFETY
from engine.model.effect import EffectState
from tests.docs.pages import ROOT, pages

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text("utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` \| .* \| (\d+[sm]) \| (\d+[sm]) \|$", re.MULTILINE)


def _span(text: str) -> timedelta:
    return timedelta(seconds=int(text[:-1]) * {"s": 1, "m": 60}[text[-1]])


def test_the_times_are_the_defaults() -> None:
    """The table of times has each setting with the default of either system."""
    said = {name: (_span(left), _span(right)) for name, left, right in ROW.findall(PROTOCOL)}
    left, right = warehouse.TIMING, channel.TIMING

    assert said == {
        "window": (left.window, right.window),
        "timeout": (left.timeout, right.timeout),
        "late": (left.late, right.late),
        "absent-gap": (left.absent_gap, right.absent_gap),
    }


@pytest.mark.parametrize(
    ("constant", "value", "words"),
    [
        (TRIES, 3, "up to three times"),
        (PATIENCE, 5, "five changes in a row"),
        (LEASE.total_seconds(), 60, "for 60 seconds"),
        (SAFETY.total_seconds(), 5, "up to five seconds before"),
        (LONGEST, 60, "more than a minute's patience"),
    ],
)
def test_the_numbers_are_those_of_the_code(constant: float, value: float, words: str) -> None:
    """A number that stands in words on the page is the constant in the code."""
    assert words in " ".join(PROTOCOL.split())
    assert constant == value


def test_every_state_is_in_the_picture() -> None:
    """The picture has each state that an effect can be in."""
    picture = PROTOCOL.partition("```text")[2].partition("```")[0]

    assert {state.value for state in EffectState} <= set(re.findall(r"[A-Z]+", picture))


def test_every_file_that_a_page_names_is_there() -> None:
    """A path in code marks leads to a file or folder of the clone."""
    named = re.compile(r"`((?:engine|schemas|mappings|docs|script|tests)/[\w./-]*)`")
    texts = {page: page.read_text("utf-8") for page in pages()}
    lost = [
        f"{page.relative_to(ROOT)}: {path}"
        for page, text in texts.items()
        for path in named.findall(text)
        if not (ROOT / path).exists()
    ]

    assert lost == []
