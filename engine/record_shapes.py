"""What is known of records before there is one: the shipped schemas of records, as shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from engine.compiler.scopes import Scope, scope_of, words_of
from engine.compiler.seen import Seen, Sighting, names_in
from engine.compiler.shapes import OPEN, TEXT, Shape, list_of, object_of, shape_of_schema
from engine.config.document import parse
from engine.config.library import Text
from engine.ports.systems import Adapter
from engine.shipped import shipped


def scope_for(name: Scope, source: str = "", adapter: Adapter | None = None) -> Shape:
    """The scope of a section's expressions, with the raw record under its connection's name.

    Of an adapter that describes no records, or none at all, the raw record is open.
    """
    return _scope(name, source, _described(name, adapter))


def order_words(adapter: Adapter | None) -> Mapping[str, frozenset[str]]:
    """The words that statuses of this system's orders can be; nothing where it does not say."""
    record = _described("order", adapter)
    return _words(record) if record is not None else {}


def order_mirrors(adapter: Adapter | None) -> Mapping[str, str]:
    """Raw member of this system's orders -> the word of the ruleset's language that says the same;
    nothing where the system does not describe its records.
    """
    record = _described("order", adapter)
    words = _schema(record).get("x-words", {}) if record is not None else {}
    return {name: word for word, name in words.items()}


def described(kind: str, adapter: Adapter | None) -> frozenset[str]:
    """The members of this system's raw records of a kind (`order`, `product`); none where it does
    not describe them.
    """
    record = _described(kind, adapter)
    return frozenset(_schema(record)["properties"]) if record is not None else frozenset()


def seen_in(cases: Callable[[], Iterable[Text]], adapter: Adapter | None, name: Scope) -> Seen:
    """The names that the seller chose, as the `order` or `product` records of cases show them.

    `cases` gives the files' texts; it is asked only where a ruleset has such a name.
    """
    return Seen(lambda: _sightings(cases(), name, _described(name, adapter)))


def _sightings(cases: Iterable[Text], name: Scope, record: str | None) -> Iterator[Sighting]:
    for one in cases:
        yield from names_in(parse(one.text, one.file)[0], _of_case(name, record))


@lru_cache(maxsize=16)
def _of_case(name: Scope, record: str | None) -> Shape:
    """The shape of a case as far as its records of one kind go."""
    raw = shape_of_schema(_schema(record)) if record is not None else OPEN
    rows = list_of(object_of({**_SHORT[name], "raw": raw}))
    given = object_of({f"{name}s": rows, "centers": _CENTERS})
    return object_of({"given": given, "earlier": given})


_DC = Shape(kinds=frozenset(["string", "object"]), free="the DC")
_CENTERS = list_of(object_of({"code": replace(TEXT, named="the DC")}))
_SHORT: Mapping[str, Mapping[str, Shape]] = {
    "order": {
        "tags": list_of(replace(TEXT, named="the tag")),
        "dc": _DC,
        "lines": list_of(object_of({"dc": _DC})),
    },
    "product": {"attributes": Shape(kinds=frozenset(["object"]), free="an attribute")},
}
"""The short form of a case's records, as far as there are names that the seller chose."""


def _described(name: str, adapter: Adapter | None) -> str | None:
    return adapter.records.get(name) if adapter is not None else None


@lru_cache(maxsize=64)
def _scope(name: Scope, source: str, record: str | None) -> Shape:
    return scope_of(_schema("scopes"), name, source, _schema(record) if record else None)


@lru_cache(maxsize=16)
def _words(record: str) -> Mapping[str, frozenset[str]]:
    return words_of(_schema(record))


@lru_cache(maxsize=16)
def _schema(name: str) -> Mapping[str, Any]:
    path = shipped("schemas") / "records" / f"{name}.schema.json"
    schema: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
