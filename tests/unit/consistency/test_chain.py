"""What is decided of a row of rules is what trying all records shows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.consistency.chain import Exhausted, Result, Undecided, Useless, judge
from engine.consistency.world import NO, NOT_NO, NOT_YES, YES, Step, verdict_of
from tests.unit.consistency.plain import PlainWorld, reaching, step

ATOMS = {
    "word": [
        "word == 'a'",
        "word != 'ab'",
        "'b' == word",
        "word == `null`",
        "contains(word, 'a')",
        "contains(word, 'ab')",
        "contains(['a', 'b'], word)",
        "starts_with(word, 'a')",
        "starts_with(coalesce(word, ''), 'ab')",
        "ends_with(word, 'b')",
        "coalesce(word, 'a') == 'b'",
        "word < 'ab'",
        "word >= 'a'",
    ],
    "spelled": [
        "lower(spelled) == 'b'",
        "upper(coalesce(spelled, 'a')) == 'B'",
        "trim(spelled) == 'B'",
        "lower(trim(spelled)) == 'ab'",
        "trim(spelled) == ''",
        "spelled == 'B'",
        "contains(lower(spelled), 'ab')",
        "contains(spelled, 'AB')",
        "starts_with(upper(coalesce(spelled, '')), 'A')",
        "ends_with(trim(spelled), 'B')",
    ],
    "amount": ["amount == `1`", "amount > `1`", "amount <= `2`", "amount != `3`", "`2` < amount"],
    "tags": [
        "contains(tags, 'a')",
        "contains(tags, 'b')",
        "tags == `[]`",
        'tags == `["a"]`',
        "contains(coalesce(tags, `[]`), 'a')",
        "['a', 'b'] == tags",
    ],
    "thing": [
        "thing == 'a'",
        "thing == `1`",
        "thing > `2`",
        "thing",
        "contains(thing, 'a')",
        "starts_with(thing, 'b')",
        "thing == `true`",
        "thing != `null`",
        'thing == `["a"]`',
    ],
}
PAIRS = [["spelled"], ["word", "amount"], ["amount", "tags"], ["word", "tags"], ["thing", "amount"]]


def conditions(members: Sequence[str]) -> st.SearchStrategy[str]:
    """Small predicates over some members."""
    atoms = st.sampled_from([atom for name in members for atom in ATOMS[name]])
    joined = st.tuples(atoms, st.sampled_from(["&&", "||"]), atoms).map(" ".join)
    negated = st.one_of(atoms, joined).map("!({})".format)
    both = st.tuples(joined, st.sampled_from(["&&", "||"]), negated).map(
        lambda parts: f"({parts[0]}) {parts[1]} {parts[2]}"
    )
    return st.one_of(atoms, joined, negated, both)


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[str], list[Step], PlainWorld]:
    """The members, a few rules over them, and a world that may refuse some records."""
    members = draw(st.sampled_from(PAIRS))
    texts = draw(st.lists(conditions(members), min_size=1, max_size=3))
    ways = st.sampled_from([NOT_YES, NO, NOT_NO, YES])
    steps = [step(f"rule{number}", text, draw(ways)) for number, text in enumerate(texts)]
    return members, steps, PlainWorld(draw(st.sampled_from([None, 1])))


@settings(max_examples=120)
@given(rows())
def test_a_rule_is_useless_if_and_only_if_no_record_shows_its_use(
    row: tuple[list[str], list[Step], PlainWorld],
) -> None:
    """Whatever the predicates: claimed of those for which trying everything finds no record."""
    members, steps, world = row
    results = {_name(one): one for one in judge(steps, world)}
    if any(isinstance(one, Undecided) for one in results.values()):
        return
    for index, one in enumerate(steps):
        there = reaching(steps[:index], world, members)
        used = any(verdict_of(one, world.scope(record)) in one.bites for record in there)
        found = results.get(one.id)
        assert isinstance(found, Useless) == (not used), (one.predicate.text, found)
        left = reaching(steps[: index + 1], world, members)
        if used:
            assert isinstance(found, Exhausted) == (not left), (one.predicate.text, found)
        if not left:
            return


def _name(result: Result) -> str:
    return result.id if isinstance(result, Undecided) else result.step.id


@settings(max_examples=60)
@given(rows())
def test_a_witness_would_be_for_the_rule_and_is_kept_back(
    row: tuple[list[str], list[Step], PlainWorld],
) -> None:
    """The record that is shown meets the rule's condition, and one that goes first has it."""
    _, steps, world = row
    for result in judge(steps, world):
        if isinstance(result, Useless) and result.blockers and result.witness:
            scope = world.scope(result.witness)
            assert verdict_of(result.step, scope) in result.step.bites
            names = {one.id for one in result.blockers}
            earlier = [one for one in steps if one.id in names]
            stopped = any(verdict_of(one, scope) not in one.passes for one in earlier)
            assert stopped or list(world.refusals(result.witness))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("length(tags) == `1`", "uses length()"),
        ("matches(word, 'a')", "uses matches()"),
        ("word == thing", "compares two members"),
        ("tags[0] == 'a'", "looks into a list"),
        ("thing.b == 'a'", "reads thing.b"),
        ("word < 'b' && starts_with(word, 'a')", "orders texts of which it also asks"),
        ("contains('abc', word)", "looks for a member in a text"),
        ("word < thing", "compares two members"),
        ("word == 'a' || 'a' == 'b'", "compares two literals"),
        ("word == 'a' || [word] == `[\"a\"]`", "computes a value"),
        ("starts_with(word, thing)", "compares two members"),
        ("thing > `[]`", "orders by what is no number"),
        ("lower(word) == 'a' && word > 'b'", "orders texts of which it also changes"),
        ("lower(word) == 'abcdefg' && contains(word, 'A')", "letter case of a long text"),
        ("trim(word) == ' a'", "compares what has blanks around it"),
        ("starts_with(word, `1`)", "gives starts_with() no text"),
        (" || ".join(f"contains(tags, '{n}')" for n in range(9)), "names too many values"),
    ],
)
def test_what_is_not_understood_is_not_decided(text: str, why: str) -> None:
    """Nothing is claimed of it, and the reason is told."""
    (result,) = judge([step("rule", text)], PlainWorld())

    assert isinstance(result, Undecided)
    assert why in result.why


MANY = [
    " || ".join(f"contains(tags, '{number}')" for number in range(8)),
    " || ".join(f"word == '{number}'" for number in range(12)),
    " || ".join(f"thing == '{number}'" for number in range(12)),
]


def test_too_many_records_are_not_tried() -> None:
    """Rules that hang together by many members are not decided."""
    steps = [step(f"rule{number}", text) for number, text in enumerate(MANY)]
    results = judge(
        [*steps, step("all", "contains(tags, '1') && word == thing || `false`")], PlainWorld()
    )

    assert [one.id for one in results if isinstance(one, Undecided)] == ["all"]
    tied = step("all", "contains(tags, '1') && word == '1' && thing == '1'")
    results = judge([*steps, tied], PlainWorld())
    assert [(one.id, one.why) for one in results if isinstance(one, Undecided)] == [
        (name, "would take more than 4,096 records to try")
        for name in ("rule0", "rule1", "rule2", "all")
    ]


def test_rules_that_share_no_member_are_tried_apart() -> None:
    """Each is decided, though all together would be too many records."""
    steps = [step(f"rule{number}", text) for number, text in enumerate(MANY)]
    (result,) = judge([*steps, step("again", "contains(tags, '3')")], PlainWorld())

    assert isinstance(result, Useless)
    assert (result.step.id, [one.id for one in result.blockers]) == ("again", ["rule0"])


def test_the_same_condition_twice_is_found_without_being_understood() -> None:
    """Blanks do not matter; where the earlier one lets such records through, it is no twin."""
    once, again = step("once", "length(tags) == `1`"), step("again", "length(tags)  ==  `1`")
    passing = step("once", "length(tags) == `1`", NOT_NO)
    first, second = judge([once, again], PlainWorld())

    assert isinstance(first, Undecided)
    assert isinstance(second, Useless)
    assert [one.id for one in second.blockers] == ["once"]
    assert all(isinstance(one, Undecided) for one in judge([passing, again], PlainWorld()))


@pytest.mark.parametrize(
    "text",
    [
        "lower(trim(word)) == 'ab' && contains(word, 'AB')",
        "lower(word) == 'ab' && starts_with(word, 'A') && !(contains(word, 'B'))",
        "trim(word) == 'ab' && !(ends_with(word, 'b'))",
        "contains(lower(word), 'ab') && !(contains(word, 'ab')) && starts_with(word, 'A')",
    ],
)
def test_spellings_and_blanks_are_told_apart_where_parts_are_asked_for(text: str) -> None:
    """Each of these is true of some text."""
    assert judge([step("rule", text)], PlainWorld()) == []


def test_a_literal_beside_a_comparison_changes_nothing() -> None:
    """It is true or false itself."""
    (result,) = judge([step("rule", "word == 'a' && `false`")], PlainWorld())

    assert isinstance(result, Useless)
    assert result.blockers == ()


def test_several_that_cover_a_rule_together_are_all_named() -> None:
    """Neither of them alone takes all of its records."""
    both = step("ab", "contains(['a', 'b'], word)")
    (useless,) = judge([step("a", "word == 'a'"), step("b", "word == 'b'"), both], PlainWorld())

    assert isinstance(useless, Useless)
    assert [one.id for one in useless.blockers] == ["a", "b"]


def test_behind_what_takes_all_records_nothing_is_judged() -> None:
    """One problem is told, and not one for each rule that it hides."""
    steps = [step("low", "amount <= `2`"), step("high", "amount > `2`"), step("no", "word == 'a'")]

    assert [type(one) for one in judge(steps, PlainWorld())] == [Exhausted]
