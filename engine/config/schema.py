"""A tree against a JSON Schema (draft 2020-12). The only door to the schema library.

The schema's own words `x-id`, `x-message` and `x-expected` name a diagnostic and say what is wrong
and what is wanted, where the keyword alone would tell a person little (a pattern, for one). What is
found under an `x-id` is never repeated: it may be a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from engine.config.library import certain, did_you_mean, meant, nearest
from engine.config.nodes import MapNode, Node, ScalarNode, find, key_place
from engine.config.scalars import describe, quoted, replacing, resolve
from engine.config.schema_examples import example_of
from engine.diagnostics import Diagnostic, Fix

KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "boolean": "true or false",
    "object": "a map",
    "null": "null",
}
KINDS_OF = {bool: "boolean", int: "integer", float: "number"}
FLOW_SIGNS = ",[]{}#:"
KEY = re.compile(r'"([A-Za-z][\w.-]*)":')
MOST = 100  # characters of an example


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """One error of the library, and the node it is about.

    `keyword` failed with the schema's value `wanted`; `words` are the keywords beside it.
    `instance` is the plain value, or the key where `is_name`; `example` is the schema's own, or
    None.
    """

    keyword: str
    wanted: Any
    words: dict[str, Any]
    instance: Any
    is_name: bool
    path: tuple[str | int, ...]
    tree: Node
    node: Node
    example: Any

    @property
    def expected(self) -> str | None:
        expected = self.words.get("x-expected")
        return expected if isinstance(expected, str) else None

    @property
    def name(self) -> str:
        return ".".join(str(step) for step in self.path) or "the file"


def validate(tree: Node, schema_text: str) -> list[Diagnostic]:
    """Everything in which the tree departs from the schema, in the order of the tree."""
    validator, schema = _validator(schema_text)
    found: list[Diagnostic] = []
    errors = list(validator.iter_errors(tree.plain()))
    faults = [
        _fault(error, tree, example_of([*error.absolute_schema_path], schema)) for error in errors
    ]
    mistyped = {fault.path for fault in faults if fault.keyword == "type"}
    guessed = {guess for fault in faults for guess in _guesses(fault)}
    for fault in faults:
        if fault.path in mistyped and fault.keyword not in ("type", "pattern"):
            continue
        for diagnostic in _diagnostics(fault, guessed):
            if diagnostic not in found:
                found.append(diagnostic)
    return found


@lru_cache(maxsize=8)
def _validator(schema_text: str) -> tuple[Draft202012Validator, dict[str, Any]]:
    schema = json.loads(schema_text)
    return Draft202012Validator(schema), schema


def _fault(error: ValidationError, tree: Node, example: Any) -> _Fault:
    path: tuple[str | int, ...] = tuple(error.absolute_path)
    is_name = "propertyNames" in error.absolute_schema_path
    if is_name:
        path = (*path, str(error.instance))
    return _Fault(
        keyword=str(error.validator),
        wanted=error.validator_value,
        words=error.schema if isinstance(error.schema, dict) else {},
        instance=error.instance,
        is_name=is_name,
        path=path,
        tree=tree,
        node=find(tree, path) or tree,
        example=example,
    )


def _diagnostics(fault: _Fault, guessed: set[tuple[str | int, ...]]) -> list[Diagnostic]:
    if "x-id" in fault.words:
        return [_by_name(fault)]
    if fault.keyword == "required":
        return _missing(fault, guessed)
    return _BY_KEYWORD.get(fault.keyword, _out_of_range)(fault)


def _by_name(fault: _Fault) -> Diagnostic:
    place = key_place(fault.tree, fault.path) if fault.is_name else fault.node.place
    message = f"{fault.name} {fault.words['x-message']}"
    return Diagnostic(id=fault.words["x-id"], message=message, place=place, expected=fault.expected)


def _unknown(fault: _Fault) -> list[Diagnostic]:
    known = _known(fault)
    return [
        Diagnostic(
            id="unknown-key",
            message=f"unknown key {quoted(key)} in {fault.name}",
            place=key_place(fault.tree, (*fault.path, key)),
            help=did_you_mean(key, known),
            fix=_renamed(fault, key),
        )
        for key in _extra(fault)
    ]


def _renamed(fault: _Fault, key: str) -> Fix | None:
    """The key that was meant, unless it is in the same file as well."""
    guess = certain(key, _known(fault))
    place = key_place(fault.tree, (*fault.path, key))
    there = key_place(fault.tree, (*fault.path, guess or ""))
    twice = guess in fault.instance and there.file == place.file
    return replacing(place, key, None if twice else guess)


def _known(fault: _Fault) -> list[str]:
    return list(fault.words.get("properties", {}))


def _extra(fault: _Fault) -> list[str]:
    return [key for key in fault.instance if key not in _known(fault)]


def _guesses(fault: _Fault) -> Iterator[tuple[str | int, ...]]:
    """The paths of the keys that unknown ones were meant to be: they are not missed as well."""
    if fault.keyword == "additionalProperties":
        for key in _extra(fault):
            guess = nearest(key, _known(fault))
            if guess is not None:
                yield (*fault.path, guess)


def _missing(fault: _Fault, guessed: set[tuple[str | int, ...]]) -> list[Diagnostic]:
    place = key_place(fault.tree, fault.path)
    return [
        Diagnostic(id="missing-key", message=f"{fault.name} lacks the key '{key}'", place=place)
        for key in fault.wanted
        if key not in fault.instance and (*fault.path, key) not in guessed
    ]


def _mistyped(fault: _Fault) -> list[Diagnostic]:
    kinds = [fault.wanted] if isinstance(fault.wanted, str) else list(fault.wanted)
    return [
        Diagnostic(
            id="typed-scalar" if _must_be_quoted(fault.node, kinds) else "wrong-type",
            message=f"{fault.name} has the wrong type",
            place=fault.node.place,
            expected=fault.expected or _wanted(fault, kinds),
            found=_found(fault.node),
            help=_advice(fault.node, kinds),
            fix=_retyped(fault, kinds),
        )
    ]


def _wanted(fault: _Fault, kinds: list[str]) -> str:
    """The kinds, and what such a map or list looks like."""
    said = " or ".join(KINDS[kind] for kind in kinds)
    written = KEY.sub(r"\1:", json.dumps(fault.example, ensure_ascii=False))
    shown = {"object", "array"} & {*kinds} and fault.example and len(written) <= MOST
    return f"{said}, such as {written}" if shown else said


def _must_be_quoted(node: Node, kinds: list[str]) -> bool:
    return isinstance(node, ScalarNode) and bool(node.text) and "string" in kinds


def _advice(node: Node, kinds: list[str]) -> str | None:
    """What to write instead, where that is certain."""
    if not isinstance(node, ScalarNode) or not node.text:
        return None
    if "string" in kinds:
        return f"quote it: {quoted(node.text)}"
    if "array" in kinds:
        return f"write a list: [{node.text}]"
    return "take the quotes out" if node.quoted else None


def _retyped(fault: _Fault, kinds: list[str]) -> Fix | None:
    """The same value as the kind that is wanted, where there is one such way to write it."""
    node = fault.node
    if not isinstance(node, ScalarNode) or not node.text or node.value is None:
        return None
    if "string" in kinds:
        free = not fault.words.keys() & {"enum", "pattern"}
        return replacing(node.place, node.text, quoted(node.text) if free else None)
    if "array" in kinds:
        whole = not node.quoted and not any(sign in node.text for sign in FLOW_SIGNS)
        return replacing(node.place, node.text, f"[{node.text}]" if whole else None)
    typed = node.quoted and KINDS_OF.get(type(resolve(node.text)), "") in kinds
    return replacing(node.place, node.text, node.text if typed else None)


def _found(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return describe(node)
    return "a map" if isinstance(node, MapNode) else "a list"


def _not_one_of(fault: _Fault) -> list[Diagnostic]:
    wanted = fault.wanted if isinstance(fault.wanted, list) else [fault.wanted]
    known = [str(word) for word in wanted]
    word = fault.node.text if isinstance(fault.node, ScalarNode) else ""
    return [
        Diagnostic(
            id="not-one-of",
            message=f"{fault.name} does not know this word",
            place=fault.node.place,
            expected=fault.expected or f"one of {', '.join(known)}",
            found=_found(fault.node),
            help=meant(word, known),
            fix=replacing(fault.node.place, word, certain(word, known)),
        )
    ]


def _empty(fault: _Fault) -> list[Diagnostic]:
    return [
        Diagnostic(
            id="empty-value",
            message=f"{fault.name} is empty",
            place=fault.node.place,
            help="write a value, or take the key out",
        )
    ]


def _out_of_range(fault: _Fault) -> list[Diagnostic]:
    bounds = {"exclusiveMinimum": "more than", "minimum": "at least", "maximum": "at most"}
    limits = [f"{words} {fault.words[key]}" for key, words in bounds.items() if key in fault.words]
    return [
        Diagnostic(
            id="out-of-range",
            message=f"{fault.name} is out of range",
            place=fault.node.place,
            expected=" and ".join(limits) or None,
            found=_found(fault.node),
        )
    ]


_BY_KEYWORD: dict[str, Callable[[_Fault], list[Diagnostic]]] = {
    "additionalProperties": _unknown,
    "type": _mistyped,
    "enum": _not_one_of,
    "const": _not_one_of,
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _empty,
}
