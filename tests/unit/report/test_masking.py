"""Buyers' members are starred where a screen or stdout would show them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.report.masking import STARS, masked_decision


def decision(body: object, private: list[str], **more: Any) -> dict[str, Any]:
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    request = {"method": "POST", "path": "/x", "body": text, "private": private, **more}
    return {"key": "1/main", "changes": [{"operation": "create", "request": request}]}


def body_of(shown: dict[str, Any]) -> Any:
    return shown["changes"][0]["request"]["body"]


@pytest.mark.parametrize(
    ("body", "pointer", "shown"),
    [
        ({"a": "Dana", "b": 1}, "/a", {"a": STARS, "b": 1}),
        ({"to": {"city": "X"}}, "/to/city", {"to": {"city": STARS}}),
        ({"to": {"city": "X"}}, "/to", {"to": STARS}),
        ({"list": ["a", "b"]}, "/list/1", {"list": ["a", STARS]}),
        ({"list": [{"n": "a"}]}, "/list/0/n", {"list": [{"n": STARS}]}),
        ({"a/b": "x", "c~d": "y"}, "/a~1b", {"a/b": STARS, "c~d": "y"}),
        ({"a/b": "x", "c~d": "y"}, "/c~0d", {"a/b": "x", "c~d": STARS}),
        ({"a": None}, "/a", {"a": None}),
        ({"a": "", "b": 0}, "/a", {"a": STARS, "b": 0}),
    ],
)
def test_what_a_pointer_names_is_starred(body: object, pointer: str, shown: object) -> None:
    """Members, members of members, places in lists and escaped names; null stays null."""
    assert body_of(masked_decision(decision(body, [pointer]))) == shown


@pytest.mark.parametrize("pointer", ["/b", "/a/b", "/list/9", "/list/x", "/list/9/n", "", "/a/0/1"])
def test_a_pointer_that_leads_nowhere_hides_nothing(pointer: str) -> None:
    """And it raises nothing."""
    body = {"a": "Dana", "list": [1]}

    assert body_of(masked_decision(decision(body, [pointer]))) == body


def test_a_body_that_is_no_json_is_starred_as_a_whole() -> None:
    """What cannot be looked into is not shown."""
    assert body_of(masked_decision(decision("<Dana/>", []))) == STARS


def test_a_request_without_a_body_stays_without() -> None:
    """The names of the private members are left out of every request."""
    shown = masked_decision(decision(None, ["/a"]))

    assert body_of(shown) is None
    assert "private" not in shown["changes"][0]["request"]


def test_the_decision_itself_is_not_changed() -> None:
    """Masking makes a copy: the plan file's bytes come from the same object."""
    given = decision({"a": "Dana"}, ["/a"])
    before = json.dumps(given)
    masked_decision(given)

    assert json.dumps(given) == before
