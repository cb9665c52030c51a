"""What is known of records before there is one: the shipped schemas of records, as shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.compiler.scopes import Scope, scope_of, words_of
from engine.compiler.shapes import Shape
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
