"""The function pack: what JMESPath 1.0 lacks, for the expressions of a ruleset.

docs/functions.md describes every function; a test runs its examples. The pack is versioned: a
function never changes what it means within a version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from jmespath import functions
from jmespath.functions import signature

from engine.compiler.patterns import MAX_COST, TRIES_PER_STEP, PatternError, cost
from engine.compiler.patterns import matches as pattern_matches

PACK_VERSION = 1
MAX_RESULT = 1024 * 1024

_DATE = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII | re.IGNORECASE
)
_FORMAT = re.compile(r"(?:[^%]|%[YmdHMSjy%])*")


class FunctionError(ValueError):
    """A function cannot give a result; the text says why, without a value of the record."""


def size_of(value: Any, limit: int = MAX_RESULT) -> int:
    """About how many characters a plain value has as JSON; stops counting above `limit`.

    Raises FunctionError for what is not plain data, such as `&name` outside of a function.
    """
    total = 0
    waiting = [value]
    while waiting and total <= limit:
        current = waiting.pop()
        total += 4
        if isinstance(current, str):
            total += len(current)
        elif isinstance(current, dict):
            total += sum(len(str(key)) for key in current)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, float) and not isfinite(current):
            raise FunctionError("the number is too large")
        elif current is not None and not isinstance(current, bool | int | float):
            raise FunctionError("the result is not a text, number, boolean, null, list or object")
    return total


_HANDS_ON = frozenset(["coalesce", "max_by", "min_by", "not_null", "to_array"])
_MAKES = frozenset(
    [
        "filter_projection",
        "flatten",
        "multi_select_dict",
        "multi_select_list",
        "projection",
        "slice",
        "value_projection",
    ]
)


def steps_of(node: Mapping[str, Any], value: Any) -> int:
    """How many steps it counts for that this node had this value: one, and its weight where the
    value is new. What a record holds may be handed on as often as the text says.
    """
    made = node["type"] in _MAKES or (
        node["type"] == "function_expression" and node["value"] not in _HANDS_ON
    )
    return 1 + weight(value) if made else 1


def weight(value: Any) -> int:
    """What it may cost to hold a value, not how deep it is."""
    if isinstance(value, str):
        return len(value) // 64
    return len(value) // 4 if isinstance(value, list | dict) else 0


def weight_of_call(name: str, arguments: Sequence[Any]) -> int:
    """How many steps a function counts for beside its arguments and its result."""
    if name != "matches" or not all(isinstance(one, str) for one in arguments):
        return 0
    try:
        return min(cost(*arguments), MAX_COST) // TRIES_PER_STEP
    except PatternError:
        return 0  # The call itself says what is wrong with the pattern.


def _bounded(size: int) -> None:
    if size > MAX_RESULT:
        raise FunctionError("the result is larger than 1 MiB")


def _number(value: Decimal) -> int | float:
    """A whole result as a whole number, any other as a decimal one."""
    if not value.is_finite() or value.adjusted() > 15:
        raise FunctionError("the number is too large")
    return int(value) if value == value.to_integral_value() else float(value)


def _decimal(value: float) -> Decimal:
    # By way of its text: 0.1 means a tenth to the person who wrote it.
    number = Decimal(str(value))
    if not number.is_finite():
        raise FunctionError("the number is too large")
    return number


def _moment(text: str) -> datetime:
    """A date, or a date with a time; UTC where it names no zone."""
    problem = "it is not a date such as 2026-11-01 or 2026-11-01T09:30:00Z"
    if not _DATE.fullmatch(text):
        raise FunctionError(problem)
    try:
        moment = datetime.fromisoformat(text.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FunctionError(problem) from error


class Pack(functions.Functions):
    """JMESPath's own functions and ours; the library finds them by the `_func_` in their names."""

    @signature({"types": ["number"]}, {"types": ["number"]})
    def _func_add(self, left: float, right: float) -> int | float:
        return _number(_decimal(left) + _decimal(right))

    @signature({"types": ["number"]}, {"types": ["number"]})
    def _func_sub(self, left: float, right: float) -> int | float:
        return _number(_decimal(left) - _decimal(right))

    @signature({"types": ["number"]}, {"types": ["number"]})
    def _func_mul(self, left: float, right: float) -> int | float:
        return _number(_decimal(left) * _decimal(right))

    @signature({"types": ["number"]}, {"types": ["number"]})
    def _func_div(self, left: float, right: float) -> int | float:
        if right == 0:
            raise FunctionError("it divides by zero")
        return _number(_decimal(left) / _decimal(right))

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, text: str, separator: str) -> list[str]:
        if not separator:
            raise FunctionError("the separator is empty")
        return text.split(separator)

    @signature({"types": ["string"]}, {"types": ["string"]}, {"types": ["string"]})
    def _func_replace(self, text: str, old: str, new: str) -> str:
        if not old:
            raise FunctionError("the text to be replaced is empty")
        _bounded(len(text) + text.count(old) * len(new))
        return text.replace(old, new)

    @signature({"types": ["string"]})
    def _func_upper(self, text: str) -> str:
        return text.upper()

    @signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        return text.lower()

    @signature({"types": ["string"]})
    def _func_trim(self, text: str) -> str:
        return text.strip()

    @signature({"types": [], "variadic": True})
    def _func_coalesce(self, *values: Any) -> Any:
        return next((value for value in values if value is not None), None)

    @signature({"types": ["string"]})
    def _func_date(self, text: str) -> str:
        return _moment(text).strftime("%Y-%m-%dT%H:%M:%SZ")

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_date_format(self, text: str, form: str) -> str:
        if not _FORMAT.fullmatch(form):
            raise FunctionError("a date format has only %Y %y %m %d %j %H %M %S and %%")
        return _moment(text).strftime(form)

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_matches(self, text: str, pattern: str) -> bool:
        try:
            return pattern_matches(text, pattern)
        except PatternError as error:
            raise FunctionError(str(error)) from error

    # The library's own two that can make much out of little: bounded before they build it.

    @signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, texts: list[str]) -> str:
        _bounded(len(separator) * len(texts) + sum(len(text) for text in texts))
        return separator.join(texts)

    @signature({"types": []})
    def _func_to_string(self, value: Any) -> str:
        _bounded(size_of(value))
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def arity(name: str) -> tuple[int, bool] | None:
    """How many arguments a function takes, and whether more are allowed; None if unknown."""
    entry = Pack.FUNCTION_TABLE.get(name)
    if entry is None:
        return None
    wanted = entry["signature"]
    return len(wanted), bool(wanted and wanted[-1].get("variadic"))


def takes(name: str, given: int) -> list[tuple[str, ...]]:
    """The kinds that each of so many arguments may have, empty where it may be any.

    A list says of what it is: `array-string`. Empty for a function that there is not.
    """
    entry = Pack.FUNCTION_TABLE.get(name)
    wanted = [tuple(one["types"]) for one in entry["signature"]] if entry else []
    return wanted + wanted[-1:] * (given - len(wanted))


def names() -> frozenset[str]:
    """The names of all functions that an expression may call."""
    return frozenset(Pack.FUNCTION_TABLE)
