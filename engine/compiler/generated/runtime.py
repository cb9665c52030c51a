"""What generated code calls: the rules of JMESPath that are too long to be written out each time.

Whatever these refuse (TypeError, ValueError, ...) is no message for anybody: the interpreter then
searches again, and what it says counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

from engine.compiler import functions

NUMBERS = frozenset([int, float])
TEXTS = frozenset([str])
COMPARABLE = NUMBERS | TEXTS

_PACK = functions.Pack()


class TooMuchError(ValueError):
    """A list or a text is so long that only the interpreter, which counts, may go on."""


def getter(value: Any) -> Callable[[str], Any]:
    """How to take members of a value that is no plain object: mostly there are none."""
    get: Callable[[str], Any] = getattr(value, "get", _nothing)
    return get


def _nothing(_: str) -> None:
    return None


def unordered(left: Any, right: Any) -> None:
    """What `<` gives where a side is neither number nor text; raises TypeError for other types."""
    if _has_order(left) and _has_order(right):
        raise TypeError


def _has_order(value: Any) -> bool:
    return isinstance(value, Number | str) and not isinstance(value, bool)


def values_of(value: Any) -> list[Any] | None:
    """The values of an object's members; None where it is none."""
    values = getattr(value, "values", None)
    return list(values()) if values is not None else None


def within(value: Any, most: int) -> Any:
    """The list, object or text itself; raises TooMuchError where it is longer."""
    if len(value) > most:
        raise TooMuchError
    return value


def made(value: Any, entries: int, characters: int) -> Any:
    """What a function made; raises TooMuchError where it is longer than such a thing may be."""
    if isinstance(value, str):
        return within(value, characters)
    return within(value, entries) if isinstance(value, list | dict) else value


def numbers_of(values: Any) -> Any:
    """A list of nothing but numbers; raises TypeError for any other value."""
    if isinstance(values, list) and NUMBERS.issuperset(map(type, values)):
        return values
    raise TypeError


def alike(values: Any) -> Any:
    """A list of nothing but numbers, or of nothing but texts; raises TypeError else."""
    if not isinstance(values, list):
        raise TypeError
    kinds = frozenset(map(type, values))
    if kinds <= NUMBERS or kinds <= TEXTS:
        return values
    raise TypeError


def least_of(values: list[Any], keys: list[Any]) -> Any:
    """The first value with the smallest key, None of an empty list."""
    if not COMPARABLE.issuperset(map(type, keys)):
        raise TypeError
    return values[keys.index(min(keys))] if keys else None


def most_of(values: list[Any], keys: list[Any]) -> Any:
    """The first value with the largest key, None of an empty list."""
    if not COMPARABLE.issuperset(map(type, keys)):
        raise TypeError
    return values[keys.index(max(keys))] if keys else None


def sorted_by(values: list[Any], keys: list[Any]) -> list[Any]:
    """The values in the order of their keys; of equal keys in their own."""
    following = iter(alike(keys))
    if not values:
        return values
    return sorted(values, key=lambda _: next(following))


def first(*values: Any) -> Any:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


def text(value: Any, most: int) -> Any:
    """What to_string gives; raises TooMuchError where that is longer."""
    return within(call("to_string", value), most)


def call(name: str, *arguments: Any) -> Any:
    """Any other function, as the interpreter calls it."""
    return _PACK.call_function(name, arguments)


NAMES: Mapping[str, Any] = {
    "COMPARABLE": COMPARABLE,
    "NUMBERS": NUMBERS,
    "TEXTS": TEXTS,
    "TooMuchError": TooMuchError,
    "alike": alike,
    "bool": bool,
    "call": call,
    "dict": dict,
    "first": first,
    "getter": getter,
    "int": int,
    "isinstance": isinstance,
    "least_of": least_of,
    "len": len,
    "list": list,
    "made": made,
    "map": map,
    "most_of": most_of,
    "numbers_of": numbers_of,
    "sorted": sorted,
    "sorted_by": sorted_by,
    "str": str,
    "sum": sum,
    "text": text,
    "type": type,
    "unordered": unordered,
    "values_of": values_of,
    "within": within,
}
"""All names that generated code may use, beside its own."""
