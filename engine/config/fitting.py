"""A tree against a JSON Schema: whether all is well is told by tests made once of the schema, and
only where it is not, the schema library is imported and asked what is wrong.

The tests say yes only where the library finds nothing, and know the keywords that our schemas have
and their meaning in draft 2020-12. A schema with another one is the library's alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sized
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, TypeAlias

from engine.config.nodes import Node
from engine.diagnostics import Diagnostic

Test: TypeAlias = Callable[[Any], bool]
Schema: TypeAlias = Mapping[str, Any]

SAYS_NOTHING = frozenset(
    ["$schema", "$id", "$defs", "$comment", "title", "description", "examples"]
)
OURS = "x-"
BESIDE = frozenset(["then", "else"])
"""They are read with the keyword that they stand beside."""
DEFINED = "#/$defs/"


class _StrangeError(Exception):
    """A keyword, or a way of using it, that no test is made of."""


def validate(tree: Node, schema_text: str) -> list[Diagnostic]:
    """Everything in which the tree departs from the schema, in the order of the tree."""
    if fits(tree.plain(), schema_text):
        return []
    found: list[Diagnostic] = import_module("engine.config.schema").validate(tree, schema_text)
    return found


def fits(value: Any, schema_text: str) -> bool:
    """Whether a plain value certainly fits the schema; False also where nobody but the library can
    tell.
    """
    test = _test_of(schema_text)
    return test is not None and test(value)


@lru_cache(maxsize=8)
def _test_of(schema_text: str) -> Test | None:
    schema = json.loads(schema_text)
    try:
        return _Maker(schema).test(schema)
    except _StrangeError:
        return None


class _Maker:
    """Makes the tests of one schema; `made` are those of its definitions, by name."""

    def __init__(self, root: Schema) -> None:
        self._defined: Mapping[str, Any] = root.get("$defs", {})
        self._made: dict[str, Test] = {}

    def test(self, schema: Any) -> Test:
        """The test of a schema or of a part of it: all that its keywords ask."""
        if isinstance(schema, bool):
            return _always if schema else _never
        named = (name for name in schema if name not in SAYS_NOTHING | BESIDE)
        return _all([self._of(name, schema) for name in named if not name.startswith(OURS)])

    def _of(self, keyword: str, schema: Schema) -> Test:
        simple = _SIMPLE.get(keyword)
        if simple is not None:
            return simple(schema[keyword])
        maker = _MAKERS.get(keyword)
        if maker is None:
            raise _StrangeError(keyword)
        return maker(self, schema)

    def ref(self, schema: Schema) -> Test:
        """What is defined under a name; it may lead back to itself."""
        name = schema["$ref"].removeprefix(DEFINED)
        if name not in self._defined or not schema["$ref"].startswith(DEFINED):
            raise _StrangeError("$ref")
        if name not in self._made:
            self._made[name] = partial(self._asked, name)
            self._made[name] = self.test(self._defined[name])
        return self._made[name]

    def _asked(self, name: str, value: Any) -> bool:
        return self._made[name](value)

    def properties(self, schema: Schema) -> Test:
        tests = {name: self.test(one) for name, one in schema["properties"].items()}
        known = tests.get

        def test(value: Any) -> bool:
            if type(value) is not dict:
                return True
            for name, one in value.items():
                asked = known(name)
                if asked is not None and not asked(one):
                    return False
            return True

        return test

    def additional(self, schema: Schema) -> Test:
        asked = self.test(schema["additionalProperties"])
        known = frozenset(schema.get("properties", ()))
        if asked is _never:
            return lambda value: type(value) is not dict or value.keys() <= known
        return lambda value: (
            type(value) is not dict
            or all(asked(one) for name, one in value.items() if name not in known)
        )

    def items(self, schema: Schema) -> Test:
        asked = self.test(schema["items"])
        return lambda value: type(value) is not list or all(map(asked, value))

    def names(self, schema: Schema) -> Test:
        asked = self.test(schema["propertyNames"])
        return lambda value: type(value) is not dict or all(map(asked, value))

    def every(self, schema: Schema) -> Test:
        return _all([self.test(one) for one in schema["allOf"]])

    def negated(self, schema: Schema) -> Test:
        asked = self.test(schema["not"])
        return lambda value: not asked(value)

    def condition(self, schema: Schema) -> Test:
        asked = self.test(schema["if"])
        then, otherwise = (self.test(schema.get(name, True)) for name in ("then", "else"))
        return lambda value: then(value) if asked(value) else otherwise(value)


def _always(_: Any) -> bool:
    return True


def _never(_: Any) -> bool:
    return False


def _all(tests: list[Test]) -> Test:
    """One test that asks all of these; the usual numbers of them without a loop."""
    if not tests:
        return _always
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, other = tests
        return lambda value: one(value) and other(value)

    return lambda value: all(asked(value) for asked in tests)


def _is_integer(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


_KINDS: Mapping[str, Test] = {
    "array": lambda value: type(value) is list,
    "boolean": lambda value: type(value) is bool,
    "integer": _is_integer,
    "null": lambda value: value is None,
    "number": _is_number,
    "object": lambda value: type(value) is dict,
    "string": lambda value: type(value) is str,
}


def _of_type(wanted: str | list[str]) -> Test:
    if isinstance(wanted, str):
        return _KINDS[wanted]
    tests = [_KINDS[one] for one in wanted]
    return lambda value: any(asked(value) for asked in tests)


def _one_of(wanted: list[Any]) -> Test:
    """One of some scalars: true is not 1, but 1.0 is."""
    if any(isinstance(one, list | dict) for one in wanted):
        raise _StrangeError("enum")
    known = {(type(one) is bool, one) for one in wanted}

    def test(value: Any) -> bool:
        kind = type(value)
        return kind is not list and kind is not dict and (kind is bool, value) in known

    return test


def _matches(pattern: str) -> Test:
    found = re.compile(pattern).search
    return lambda value: type(value) is not str or found(value) is not None


def _required(names: list[str]) -> Test:
    wanted = frozenset(names)
    return lambda value: type(value) is not dict or wanted <= value.keys()


def _sized(kind: type[Sized], fewest: int, most: float) -> Test:
    return lambda value: type(value) is not kind or fewest <= len(value) <= most


_SIMPLE: Mapping[str, Callable[[Any], Test]] = {
    "const": lambda wanted: _one_of([wanted]),
    "enum": _one_of,
    "exclusiveMinimum": lambda limit: lambda value: not _is_number(value) or value > limit,
    "maximum": lambda limit: lambda value: not _is_number(value) or value <= limit,
    "maxItems": lambda limit: _sized(list, 0, limit),
    "maxLength": lambda limit: _sized(str, 0, limit),
    "maxProperties": lambda limit: _sized(dict, 0, limit),
    "minimum": lambda limit: lambda value: not _is_number(value) or value >= limit,
    "minItems": lambda limit: _sized(list, limit, float("inf")),
    "minLength": lambda limit: _sized(str, limit, float("inf")),
    "minProperties": lambda limit: _sized(dict, limit, float("inf")),
    "pattern": _matches,
    "required": _required,
    "type": _of_type,
}
_MAKERS: Mapping[str, Callable[[_Maker, Schema], Test]] = {
    "$ref": _Maker.ref,
    "additionalProperties": _Maker.additional,
    "allOf": _Maker.every,
    "if": _Maker.condition,
    "items": _Maker.items,
    "not": _Maker.negated,
    "properties": _Maker.properties,
    "propertyNames": _Maker.names,
}
