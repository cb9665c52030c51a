"""Query options of a list or an expansion: text to values, once the names in them are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.predicates import Predicate, Rules, predicate
from engine.sandbox.channeladvisor.schema import EntityType, Navigation

Pairs = tuple[tuple[str, str], ...]
"""The `$` options as (name, decoded text), in the order in which they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One member of `$orderby`."""

    member: str
    kind: str
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """One navigation of `$expand`; `pairs` are its own options, for the link to its tail."""

    name: str
    navigation: Navigation
    options: Options
    pairs: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for of rows of this type; an empty `select` means every member."""

    entity: EntityType
    select: tuple[str, ...] = ()
    expand: tuple[Expansion, ...] = ()
    accepts: Predicate | None = None
    order: tuple[SortKey, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False


@lru_cache(maxsize=4096)
def options_of(entity: EntityType, pairs: Pairs, rules: Rules) -> Options:
    """The options of these texts. Raises RefusedError (400) for an unknown option or name."""
    values: dict[str, Any] = {}
    for name, text in pairs:
        reader = _READERS.get(name)
        if reader is None:
            raise odata_error(f"The query option '{name}' is not supported.")
        values.update(reader(entity, text, rules))
    return Options(entity=entity, **values)


def split_outside(text: str, separator: str) -> Iterator[str]:
    """The pieces between separators that stand outside parentheses and quotes, stripped."""
    depth, quoted, piece = 0, False, ""
    for sign in text:
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == separator and depth == 0 and not quoted:
            yield piece.strip()
            piece = ""
        else:
            piece += sign
    if depth or quoted:
        raise odata_error("Unbalanced parentheses or quotes in the query.")
    yield piece.strip()


def _select(entity: EntityType, text: str, _rules: Rules) -> dict[str, Any]:
    names = [_canonical(entity, name.strip()) for name in text.split(",")]
    return {"select": tuple(dict.fromkeys(names))}


def _canonical(entity: EntityType, name: str) -> str:
    found = entity.canonical(name)
    if found is None:
        raise odata_error(f"Could not find a property named '{name}'.")
    return found


def _expand(entity: EntityType, text: str, rules: Rules) -> dict[str, Any]:
    pieces = split_outside(text, ",")
    return {"expand": tuple(_expansion(entity, piece, rules) for piece in pieces)}


def _expansion(entity: EntityType, piece: str, rules: Rules) -> Expansion:
    head, _, rest = piece.partition("(")
    name = _canonical(entity, head.strip())
    navigation = entity.navigations.get(name)
    if navigation is None or (rest and not rest.endswith(")")):
        raise odata_error(f"'{piece}' cannot be expanded.")
    pairs = _nested_pairs(rest[:-1]) if rest else ()
    options = options_of(navigation.target, pairs, rules)
    return Expansion(name=name, navigation=navigation, options=options, pairs=pairs)


def _nested_pairs(text: str) -> Pairs:
    """The options inside an expansion's parentheses, between semicolons."""
    parts = [part.partition("=") for part in split_outside(text, ";")]
    return tuple((name.strip(), value.strip()) for name, _, value in parts)


def _filter(entity: EntityType, text: str, rules: Rules) -> dict[str, Any]:
    return {"accepts": predicate(entity, text, rules)}


def _orderby(entity: EntityType, text: str, _rules: Rules) -> dict[str, Any]:
    return {"order": tuple(_sort_key(entity, piece) for piece in text.split(","))}


def _sort_key(entity: EntityType, piece: str) -> SortKey:
    name, *direction = piece.split()[:3] or [""]
    member = _canonical(entity, name)
    kind = entity.kinds.get(member, "complex")
    words = [word.lower() for word in direction]
    if kind == "complex" or words not in ([], ["asc"], ["desc"]):
        raise odata_error(f"'{piece.strip()}' cannot be sorted by.")
    return SortKey(member=member, kind=kind, descending=words == ["desc"])


def _whole(name: str) -> Callable[[EntityType, str, Rules], dict[str, Any]]:
    def read(_entity: EntityType, text: str, _rules: Rules) -> dict[str, Any]:
        if not (text.isascii() and text.isdigit()):
            raise odata_error(f"The value of '${name}' is a whole number from 0 on.")
        return {name: int(text)}

    return read


def _count(_entity: EntityType, text: str, _rules: Rules) -> dict[str, Any]:
    if text not in ("true", "false"):
        raise odata_error("The value of '$count' is true or false.")
    return {"count": text == "true"}


_READERS: Mapping[str, Callable[[EntityType, str, Rules], dict[str, Any]]] = {
    "$select": _select,
    "$expand": _expand,
    "$filter": _filter,
    "$orderby": _orderby,
    "$top": _whole("top"),
    "$skip": _whole("skip"),
    "$count": _count,
}
