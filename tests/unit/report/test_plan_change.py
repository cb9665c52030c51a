"""What is shown of a change: the members that matter, cut where they are long."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.model.decision import Change, Difference
from engine.model.desired import PreparedRequest
from engine.report.plan_change import LONGEST, MOST, cut, shown_change


def change(body: Any, operation: str = "patch-item", *private: str) -> Change:
    text = None if body is None else json.dumps(body)
    return Change(
        operation=operation,
        key="v1:acme:x:1",
        target="wos",
        subject="wos:1",
        marker="1",
        request=PreparedRequest(method="PUT", path="/things/1", body=text, private=private),
        summary="change a",
    )


def members(one: Change) -> list[tuple[str, str]]:
    return [(member.name, member.value) for member in shown_change(one).members]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, []),
        ({}, []),
        ({"a": {"b": 1, "c": True}}, [("a.b", "1"), ("a.c", "true")]),
        ({"a": ""}, [("a", "(empty)")]),
        ({"a": None}, [("a", "null")]),
        ({"tags": ["x", 2]}, [("tags", "x, 2")]),
        ({"tags": []}, [("tags", "none")]),
        ({"lines": [{"sku": "A", "n": 2, "po": ""}]}, [("lines[1]", "sku A, n 2")]),
        ({"lines": [{"a": {"b": 1}}, 5]}, [("lines[1].a.b", "1"), ("lines[2]", "5")]),
        ([{"a": 1}], [("[1]", "a 1")]),
    ],
)
def test_a_request_is_told_member_by_member(body: Any, expected: list[tuple[str, str]]) -> None:
    """Nested members are dotted, what is flat in a list has one line; emptying is told."""
    assert members(change(body)) == expected


def test_where_the_difference_is_known_it_is_told_and_nothing_else() -> None:
    """Of an item that is there only what changes matters, with what stands there now."""
    one = replace(
        change({"description": "New", "same": "x"}),
        differences=(
            Difference(name="description", before="Old", after="New"),
            Difference(name="note", before="", after=""),
            Difference(name="image", before=None, after="u"),
        ),
    )
    shown = [(member.name, member.before, member.value) for member in shown_change(one).members]

    assert shown == [
        ("description", "Old", "New"),
        ("note", "(empty)", "(empty)"),
        ("image", None, "u"),
    ]


def test_what_is_empty_says_nothing_of_a_new_thing() -> None:
    """What is created has only the members that hold something."""
    assert members(change({"a": "", "b": None, "c": [], "d": 0}, "create")) == [("d", "0")]


@pytest.mark.parametrize(("operation", "sign"), [("create", "+"), ("delete", "-"), ("ship", "~")])
def test_the_sign_says_what_becomes_of_a_thing(operation: str, sign: str) -> None:
    """Something is made, ends, or is changed."""
    shown = shown_change(change(None, operation))

    assert shown.sign == sign
    assert shown.title == f"{operation} in wos: change a"
    assert shown.request == "PUT /things/1"


@pytest.mark.parametrize("summary", ["", "delete"])
def test_nothing_is_said_twice(summary: str) -> None:
    """A summary that says no more than the operation is left out."""
    one = replace(change(None, "delete"), summary=summary)

    assert shown_change(one).title == "delete in wos"


def test_buyers_members_are_starred_out_before_anything_else() -> None:
    """A buyer's name is in no line, at no depth."""
    one = change({"to": {"name": "Dana"}, "notes": ["Dana"]}, "create", "/to/name", "/notes/0")

    assert members(one) == [("to.name", "***"), ("notes", "***")]


def test_a_body_that_is_no_json_is_not_shown() -> None:
    """Nobody knows where a buyer's data would be in it."""
    request = PreparedRequest(method="POST", path="/x", body="<order>Dana</order>")
    one = Change(
        operation="create", key="k", target="wos", subject="s", marker="m", request=request
    )

    assert "Dana" not in repr(shown_change(one))


def test_a_long_text_is_cut_and_counted() -> None:
    """A novel in the notes does not hide the rest."""
    assert cut("x" * LONGEST) == "x" * LONGEST
    assert cut("x" * (LONGEST + 1)) == "x" * LONGEST + "... and 1 more character"
    assert cut("x" * (LONGEST + 340)).endswith("... and 340 more characters")


def test_too_many_members_are_counted() -> None:
    """An order of five hundred lines is not shown line by line."""
    shown = shown_change(change({f"m{n}": n for n in range(MOST + 3)}))

    assert (len(shown.members), shown.more) == (MOST, 3)
