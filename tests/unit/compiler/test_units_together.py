"""Many expressions in one function give what each gives alone; filters end it where they stop."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from engine.compiler.expressions import MAX_STEPS, CompiledExpression, interpreted
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.runtime import TooMuchError
from engine.compiler.generated.units import Filter, Member, unit_of_all
from tests.unit.compiler.builders import compiled
from tests.unit.compiler.differential import FIXED, compiled_or_none, ran, short_texts, written
from tests.unit.compiler.faulty import Compiler

SIZE = 15
EVERY = 3
"""One of so many short texts is tried: each of them alone is tried elsewhere."""


def of(text: str) -> Member:
    """A member under its text."""
    return Member(name=text, title=text, tree=compiled(text).tree)


def stop(text: str, *, stops: bool) -> Filter:
    """A filter that stops a record where its answer is this one."""
    return Filter(title=text, tree=compiled(text).tree, stops=stops)


@cache
def usable(number: int) -> list[CompiledExpression]:
    """The short expressions whose code, alone, has a value for one of the fixed scopes."""
    texts = [text for place, text in enumerate(short_texts()) if place % EVERY == number % EVERY]
    found = [one for one in map(compiled_or_none, texts) if one is not None]
    return [one for one in found if ran(written(one, Compiler), FIXED[number]) is not None]


def batches(number: int) -> Iterator[list[CompiledExpression]]:
    """All of them, some at a time."""
    every = usable(number)
    yield from (every[first : first + SIZE] for first in range(0, len(every), SIZE))


@pytest.mark.parametrize("number", range(len(FIXED)))
def test_one_function_of_many_gives_what_each_gives_alone(number: int) -> None:
    """What expressions share of a record is read once and is the same for each of them."""
    scope = FIXED[number]
    assert len(usable(number)) > 60
    for batch in batches(number):
        members = [Member(name=f"m{i}", title="", tree=one.tree) for i, one in enumerate(batch)]
        found = unit_of_all("mapped", members, MAX_STEPS).function(scope)
        wanted = {f"m{i}": interpreted(one.tree, scope) for i, one in enumerate(batch)}
        assert repr(found) == repr(wanted)


@pytest.mark.parametrize("number", range(len(FIXED)))
def test_the_first_filter_that_stops_is_named(number: int) -> None:
    """Whichever of many stops a record: those before it have let it through."""
    scope = FIXED[number]
    answers = [(one, interpreted(one.tree, scope)) for one in usable(number)]
    asked = [(one, answer) for one, answer in answers if isinstance(answer, bool)][:SIZE]
    open_ = [Filter(title="", tree=one.tree, stops=not answer) for one, answer in asked]
    for place, (one, answer) in enumerate(asked):
        closed = Filter(title="", tree=one.tree, stops=answer)
        filters = [*open_[:place], closed, *open_[place + 1 :]]
        assert unit_of_all("asked", [], MAX_STEPS, filters).function(scope) == place
    assert unit_of_all("asked", [], MAX_STEPS, open_).function(scope) is None
    assert len(asked) > 5


def test_nothing_is_evaluated_behind_a_filter_that_stops() -> None:
    """A record that a filter stops may be wrong in what comes after it."""
    filters = [stop("site == 'a'", stops=True), stop("ca.N > `1`", stops=False)]
    function = unit_of_all("mapped", [of("upper(ca.N)")], MAX_STEPS, filters).function

    assert function({"site": "a", "ca": 7}) == 0
    assert function({"site": "b", "ca": {"N": 1}}) == 1
    with pytest.raises(TooMuchError):
        function({"site": "b", "ca": {"N": 2}})


def test_a_filter_that_is_undecided_leaves_all_to_the_interpreter() -> None:
    """Neither yes nor no is for the predicate itself to tell."""
    function = unit_of_all("asked", [], MAX_STEPS, [stop("ca.N > `1`", stops=True)]).function

    with pytest.raises(TooMuchError):
        function({"ca": {"N": None}})


def test_a_list_is_as_long_as_the_dearest_of_its_readers_allows() -> None:
    """The cap of a list is the least of all who go through it."""
    members = [of("ca.L[*].A"), of("ca.L[*].B[*].C[*].[A, B, C]")]
    scope: dict[str, Any] = {"ca": {"L": [{"A": 1}] * 1_000}}

    assert unit_of_all("mapped", members[:1], MAX_STEPS).function(scope)["ca.L[*].A"][0] == 1
    with pytest.raises(TooMuchError):
        unit_of_all("mapped", members, MAX_STEPS).function(scope)


def test_values_lie_in_the_objects_of_their_path() -> None:
    """Dotted targets are objects inside of each other, in the order of their first member."""
    paths = [("to", "name"), ("number",), ("to", "at", "city")]
    members = [
        Member(name=".".join(path), title="", tree=compiled(f"ca.{name}").tree, path=path)
        for path, name in zip(paths, "ABC", strict=True)
    ]
    found = unit_of_all("mapped", members, MAX_STEPS).function({"ca": {"A": 1, "B": 2, "C": 3}})

    assert repr(found) == repr({"to": {"name": 1, "at": {"city": 3}}, "number": 2})


@pytest.mark.parametrize("other", [("to",), ("to", "name"), ("to", "name", "last")])
def test_a_name_is_that_of_one_value(other: tuple[str, ...]) -> None:
    """A value and an object, or two values, cannot have the same place."""
    tree = compiled("ca.A").tree
    members = [Member(name="m", title="", tree=tree, path=path) for path in (("to", "name"), other)]

    with pytest.raises(UnsupportedError):
        unit_of_all("mapped", members, MAX_STEPS)
