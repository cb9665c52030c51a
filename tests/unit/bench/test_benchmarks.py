"""The benchmarks: the page says what was kept, and engines are compared before they are timed."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path

import pytest

from tests.bench import orders
from tests.bench.__main__ import FIGURES, PAGE
from tests.bench.by_hand import mapped
from tests.bench.bytes_to_bytes import interpreted
from tests.bench.cases import CASES
from tests.bench.engines import difference, same
from tests.bench.frame import Ratio, Row, side_by_side
from tests.bench.jobs.crossdock import mapping
from tests.bench.table import Kept, page, read_kept, write_kept


def test_the_page_is_what_the_figures_say() -> None:
    """Nobody has typed into the page, and every case has rows in it, be it that it was not run."""
    kept = read_kept(FIGURES)
    text = PAGE.read_text("utf-8")

    assert text == page(kept)
    assert kept.keys() <= {case.key for case in CASES}
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert [case.title for case in CASES if "\n|---|" not in parts[case.title]] == []
    assert all(f"\n| {row.what} |" in text for one in kept.values() for row in one.rows)


def test_what_misses_its_target_says_why() -> None:
    """A figure that is worse than promised, or that is missing, has its reason beside it."""
    silent = [
        row.what
        for one in read_kept(FIGURES).values()
        for row in one.rows
        if (row.figure is None or row.met is False) and not row.note
    ]

    assert silent == []


def test_engines_of_our_own_environment_agree() -> None:
    """Twenty orders come out alike by the compiler, by jmespath.py and by hand."""
    some = list(orders.orders(20))
    wanted = [found for found in map(mapped, some) if found is not None]

    assert 5 < len(wanted) < 20
    for engine in (mapping(), interpreted()):
        assert difference([found for found in map(engine, some) if found is not None], wanted) == ""


def test_orders_are_the_same_for_the_same_seed() -> None:
    """They are drawn anew alike, other seeds draw others, and they are about 4 KB large."""
    assert list(orders.orders(20)) == list(orders.orders(20))
    assert list(orders.orders(1)) != list(orders.orders(1, seed=1))
    sizes = [len(json.dumps(order)) for order in orders.orders(50)]
    assert 3_000 < sum(sizes) / 50 < 5_000


def test_orders_are_written_one_on_a_line(tmp_path: Path) -> None:
    """What is read back line by line is what was drawn."""
    orders.write(3, tmp_path / "orders.ndjson")
    lines = (tmp_path / "orders.ndjson").read_text("utf-8").splitlines()

    assert [json.loads(line) for line in lines] == list(orders.orders(3))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"a": [1, 2.0]}, {"a": [1.0, 2]}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": None}, {}, False),
        ([1], [1, 2], False),
    ],
)
def test_values_are_compared_as_json(one: object, other: object, alike: bool) -> None:
    """Numbers are compared by value, and true is no number."""
    assert same(one, other) is alike


def test_a_wrong_result_is_told_with_its_place() -> None:
    """A line too few, and a value that differs, are both found."""
    assert difference([], [{"a": 1}]) == "0 lines instead of 1"
    assert difference([{"a": 1, "b": 2}], [{"a": 1, "b": 3}]) == "line 1 differs in b"


def test_two_are_timed_in_turns() -> None:
    """In every round both are timed; the ratio is the first by the second."""
    fast, slow = cycle([1.0, 2.0, 1.0]), cycle([3.0, 4.0, 5.0])
    found = side_by_side(lambda: next(slow), lambda: next(fast), 3)

    assert found == Ratio(least=2.0, middle=3.0, most=5.0)


@pytest.mark.parametrize(
    ("middle", "over", "met"), [(1.2, False, False), (1.0, False, True), (0.7, True, False)]
)
def test_a_target_is_a_bound_from_one_side(middle: float, over: bool, met: bool) -> None:
    """The middle figure is compared, and a missed target stands out in the table."""
    figure = Ratio(least=0.1, middle=middle, most=9)
    row = Row(what="it", figure=figure, target=1.0, over=over, note="because")
    key = CASES[0].key
    kept = {key: Kept(rows=(row,), sizes="10 orders", commit="abc1234")}

    assert row.met is met
    assert ("missed" in page(kept)) is not met
    assert Row(what="it").met is None


def test_figures_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    """Rows with a figure and rows without come back alike; no file means no figures."""
    figure = Ratio(least=1.0, middle=2.0, most=3.0)
    rows = (Row(what="one", figure=figure, target=1.5), Row(what="two", note="not run"))
    kept = {CASES[0].key: Kept(rows=rows, sizes="10 orders", commit="abc1234")}
    write_kept(tmp_path / "figures.json", kept)

    assert read_kept(tmp_path / "figures.json") == kept
    assert read_kept(tmp_path / "none.json") == {}
