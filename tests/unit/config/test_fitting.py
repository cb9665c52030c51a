"""The tests that are made of a schema say what the schema library says."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.bootstrap import open_workspace
from engine.config import schema as library
from engine.config.document import parse
from engine.config.fitting import fits, validate
from engine.config.layers import read_layers
from engine.shipped import shipped

STRANGE: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 10**18, "", "x", "1", "2026-11-01", "9d", "../x"),
    *([], [1], ["x"], {}, {"x": 1}, {"from": "x"}, {"add": ["x"]}),
]
SMALL: list[tuple[dict[str, Any], list[Any]]] = [
    ({"type": ["integer", "null"]}, STRANGE),
    *[({"type": kind}, STRANGE) for kind in ("array", "boolean", "integer", "null", "number")],
    *[({"type": kind}, STRANGE) for kind in ("object", "string")],
    ({"enum": [1, "x", None]}, STRANGE),
    ({"enum": [True, 0]}, STRANGE),
    ({"const": False}, STRANGE),
    ({"minimum": 0, "maximum": 1}, STRANGE),
    ({"exclusiveMinimum": 0}, STRANGE),
    ({"minLength": 1, "maxLength": 2}, STRANGE),
    ({"minItems": 1, "maxItems": 1}, [*STRANGE, [1, 2]]),
    ({"minProperties": 1, "maxProperties": 1}, [*STRANGE, {"a": 1, "b": 2}]),
    ({"pattern": "^[0-9]"}, STRANGE),
    ({"required": ["x"]}, STRANGE),
    ({"properties": {"x": {"type": "string"}}}, [*STRANGE, {"x": "y"}]),
    ({"properties": {"x": True}, "additionalProperties": False}, [*STRANGE, {"y": 1}]),
    ({"properties": {"x": True}, "additionalProperties": {"type": "null"}}, [{"y": 1}, {"x": 1}]),
    ({"propertyNames": {"maxLength": 2}}, [*STRANGE, {"long": 1}]),
    ({"items": {"type": "string"}}, STRANGE),
    ({"items": False}, STRANGE),
    ({"allOf": [{"minimum": 1}, {"type": "integer"}, True]}, STRANGE),
    ({"not": {"type": "string"}}, STRANGE),
    ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "array"}}, STRANGE),
    ({"if": {"type": "string"}, "else": False}, STRANGE),
    ({"then": False, "else": False, "title": "says nothing", "x-id": "ours"}, STRANGE),
    (
        {
            "$defs": {"deep": {"items": {"$ref": "#/$defs/deep"}, "type": "array"}},
            "$ref": "#/$defs/deep",
        },
        [[], [[], [[]]], [[], [1]], 1],
    ),
]
UNKNOWN: list[dict[str, Any]] = [
    {"uniqueItems": True},
    {"enum": [[1]]},
    {"$ref": "#"},
    {"$ref": "#/$defs/none"},
    {"properties": {"x": {"format": "date"}}},
]


@pytest.mark.parametrize(("schema", "values"), SMALL, ids=[json.dumps(one) for one, _ in SMALL])
def test_each_keyword_means_what_the_library_takes_it_for(
    schema: dict[str, Any], values: list[Any]
) -> None:
    """Of values of every kind each test says the same as the library does."""
    judge = Draft202012Validator(schema)

    assert [fits(one, json.dumps(schema)) for one in values] == [
        judge.is_valid(one) for one in values
    ]


@pytest.mark.parametrize("schema", UNKNOWN, ids=json.dumps)
def test_a_keyword_without_a_test_is_the_librarys(schema: dict[str, Any]) -> None:
    """Nothing is said to fit where a keyword, or its use, is not known."""
    assert not fits({}, json.dumps(schema))


def documents() -> dict[str, list[tuple[str, Any]]]:
    """Schema -> the names and plain values of all shipped files that it is for."""
    found: dict[str, list[tuple[str, Any]]] = {"ruleset": [], "site-profile": [], "case": []}
    files = open_workspace(shipped("rulesets").parent)
    for customer in files.customers():
        top = files.ruleset(customer)
        assert top is not None
        tree = read_layers(top, files.base, []).tree
        assert tree is not None
        found["ruleset"].append((customer, tree.plain()))
    for kind, paths in (
        ("site-profile", sorted(shipped("mappings").glob("profiles/*.yaml"))),
        ("case", sorted(shipped("rulesets").glob("*/cases/*.yaml"))),
    ):
        for path in paths:
            tree = parse(path.read_text("utf-8"), path.name)[0]
            assert tree is not None
            found[kind].append((path.stem, tree.plain()))
    return found


DOCUMENTS = documents()


def schema_of(name: str) -> str:
    return (shipped("schemas") / f"{name}.schema.json").read_text("utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_all_that_is_shipped_fits_without_the_library(name: str) -> None:
    """Our schemas have no keyword that is strange to the tests: else all would be slow again."""
    assert len(DOCUMENTS[name]) >= 2
    assert all(fits(value, schema_of(name)) for _, value in DOCUMENTS[name])


def steps(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that is in a value."""
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if type(value) is list else ())
    )
    return [path, *(found for key, one in below for found in steps(one, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], how: str, new: Any) -> Any:
    """A copy in which one place is another: replaced, taken out, or with one more beside it."""
    if not path:
        return new
    found = deepcopy(value)
    at = found
    for step in path[:-1]:
        at = at[step]
    if how == "replace":
        at[path[-1]] = deepcopy(new)
    elif how == "remove":
        del at[path[-1]]
    elif isinstance(at, dict):
        at["sinse"] = deepcopy(new)
    else:
        at.append(deepcopy(new))
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_mutated_files_fit_exactly_where_the_library_finds_nothing(name: str) -> None:
    """One to three changes anywhere in a shipped file: both say the same of what becomes of it."""
    judge = Draft202012Validator(json.loads(schema_of(name)))
    answers = set()

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def mutate(draw: st.DataObject) -> None:
        value = draw.draw(st.sampled_from(DOCUMENTS[name]))[1]
        for _ in range(draw.draw(st.integers(1, 3))):
            path = draw.draw(st.sampled_from(steps(value)[1:] or [()]))
            how = draw.draw(st.sampled_from(["replace", "remove", "add"]))
            value = changed(value, path, how, draw.draw(st.sampled_from(STRANGE)))
        answer = fits(value, schema_of(name))
        answers.add(answer)
        assert answer == judge.is_valid(value)

    mutate()
    assert answers == {True, False}


def test_what_does_not_fit_is_told_by_the_library() -> None:
    """Messages, places and order are the library's; of what fits nothing is told."""
    text = json.dumps({"$defs": {}, "type": "object", "properties": {"a": {"type": "string"}}})
    wrong, right = (parse(one, "f.yaml")[0] for one in ("{a: 1}", "{a: x}"))
    assert wrong is not None
    assert right is not None

    assert validate(wrong, text) == library.validate(wrong, text) != []
    assert validate(right, text) == library.validate(right, text) == []
