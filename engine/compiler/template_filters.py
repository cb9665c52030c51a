"""The filters of templates: small, strict about null, and unable to make much out of little.

They have the names that Jinja2 gives them. `default` also stands in for null, and `truncate`
cuts without adding dots, because that is what a field of a limited length needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_OUTPUT = 64 * 1024

NULL = "a value is null: say what to write then, as in `{{ site or '' }}`"


class FilterError(ValueError):
    """A template cannot be written; the text says why, without a value of the record."""


def as_text(value: Any) -> str:
    """The text of a text, number or boolean; raises FilterError for null, a list, an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        raise FilterError(NULL)
    if isinstance(value, list | dict):
        raise FilterError("a value is a list or an object, not a text: use a filter such as join")
    return str(value)


def bounded(size: int) -> None:
    """Raises FilterError above 64 KiB; asked before a text is built."""
    if size > MAX_OUTPUT:
        raise FilterError("the text is longer than 64 KiB")


def _upper(value: Any) -> str:
    return as_text(value).upper()


def _lower(value: Any) -> str:
    return as_text(value).lower()


def _title(value: Any) -> str:
    return as_text(value).title()


def _trim(value: Any) -> str:
    return as_text(value).strip()


def _replace(value: Any, old: str, new: str) -> str:
    text = as_text(value)
    if not old:
        raise FilterError("the text to be replaced is empty")
    bounded(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _join(value: Any, separator: str = "") -> str:
    if not isinstance(value, list):
        raise FilterError("join needs a list")
    texts = [as_text(item) for item in value]
    bounded(sum(len(text) for text in texts) + len(separator) * len(texts))
    return separator.join(texts)


def _truncate(value: Any, length: int) -> str:
    return as_text(value)[: max(0, length)]


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise FilterError("length needs a text, a list or an object")
    return len(value)


def _int(value: Any) -> int:
    try:
        return int(as_text(value))
    except ValueError:
        raise FilterError("int needs a whole number") from None


def _first(value: Any) -> Any:
    return _end(value, 0)


def _last(value: Any) -> Any:
    return _end(value, -1)


def _end(value: Any, index: int) -> Any:
    if not isinstance(value, str | list) or not value:
        raise FilterError("first and last need a text or a list that is not empty")
    return value[index]


# `default` is not here: it has to see what is undefined, see `engine.compiler.templates`.
FILTERS: dict[str, Callable[..., Any]] = {
    "first": _first,
    "int": _int,
    "join": _join,
    "last": _last,
    "length": _length,
    "lower": _lower,
    "replace": _replace,
    "string": as_text,
    "title": _title,
    "trim": _trim,
    "truncate": _truncate,
    "upper": _upper,
}
