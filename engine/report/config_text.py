"""The effective ruleset for people: YAML that means the same, each line with its origin."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.config.origins import Origin, Setting, Written
from engine.config.scalars import quoted, resolve
from engine.report.screen import Screen

WIDEST, NARROWEST = 64, 24
"""A line that is longer has its origin right behind it; the others have theirs in one column, so
far to the right as a terminal has room for.
"""
INDENT = "  "
_PLAIN = re.compile(r"[\w./@][\w./@+-]*(?:[: ][\w./@+-]+)*", re.ASCII)
_BASES = "/mappings/"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of YAML, and the comment behind it."""

    text: str
    note: str = ""


def show_settings(screen: Screen, found: Sequence[Setting], *, detail: bool) -> None:
    """Prints them as one YAML document; `detail` adds what each value stands over."""
    lines = list(_lines(found, detail=detail))
    room = screen.width - max((len(line.note) + 4 for line in lines), default=0)
    widest = max(NARROWEST, min(WIDEST, room))
    column = max((len(line.text) for line in lines if len(line.text) <= widest), default=0)
    for line in lines:
        screen.noted(line.text, f"  # {line.note}" if line.note else "", column)


def setting_json(setting: Setting) -> dict[str, Any]:
    """One value for machines; `line` and `column` are from 1, null for a default."""
    return {
        "path": setting.name,
        "keys": list(setting.path),
        "value": setting.value,
        "gone": setting.gone,
        **_origin_json(setting.origin),
        "items": [_written_json(one) for one in setting.items],
        "overrode": [_written_json(one) for one in setting.overrode],
    }


def _written_json(written: Written) -> dict[str, Any]:
    return {"value": written.value, **_origin_json(written.origin)}


def _origin_json(origin: Origin) -> dict[str, Any]:
    place = origin.place
    return {
        "origin": origin.kind,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "follows": origin.source or None,
    }


def _lines(found: Sequence[Setting], *, detail: bool) -> Iterator[Line]:
    open_maps: tuple[str, ...] = ()
    for setting in found:
        yield from map(Line, _keys(open_maps, setting.path[:-1]))
        open_maps = setting.path[:-1]
        indent = INDENT * len(open_maps)
        yield from _setting(setting, indent)
        if detail:
            yield from _beneath(setting, indent)


def _keys(before: tuple[str, ...], now: tuple[str, ...]) -> Iterator[str]:
    """The lines that open the maps around the next value."""
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    for depth in range(same, len(now)):
        yield f"{INDENT * depth}{_key(now[depth])}:"


def _setting(setting: Setting, indent: str) -> Iterator[Line]:
    key = f"{indent}{_key(setting.path[-1])}:"
    if setting.gone:
        yield Line(f"{indent}# {setting.path[-1]}: taken out", _origin(setting.origin))
    elif len({(_file(one.origin)) for one in setting.items}) > 1:
        yield Line(key)
        for item in setting.items:
            yield Line(f"{indent}{INDENT}- {yaml_of(item.value)}", _origin(item.origin))
    else:
        yield Line(f"{key} {yaml_of(setting.value)}", _origin(setting.origin))


def _beneath(setting: Setting, indent: str) -> Iterator[Line]:
    """What the value stands over, as comments."""
    word = "was" if setting.gone else "over"
    for written in setting.overrode:
        text = f"{indent}{INDENT}# {word} {yaml_of(written.value)}"
        yield Line(text, _origin(written.origin))


def _file(origin: Origin) -> str:
    return origin.place.file if origin.place else ""


def _origin(origin: Origin) -> str:
    if origin.place is None:
        return f"default, as {origin.source}" if origin.source else "default"
    return f"{_shown(origin.place.file)}:{origin.place.line}"


def _shown(file: str) -> str:
    """A base that comes with the engine lies far away: from mappings/ on it is told."""
    _, found, name = file.rpartition(_BASES)
    return f"{_BASES[1:]}{name}" if found else file


def yaml_of(value: Any) -> str:
    """A plain value as YAML on one line: read again, it is the same value."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{_joined(yaml_of(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{_joined(f'{_key(key)}: {yaml_of(below)}' for key, below in value.items())}}}"
    return json.dumps(value)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else _quoted(key)


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and resolve(text) == text else _quoted(text)


def _quoted(text: str) -> str:
    """In the quotes that leave it readable: an expression is full of single ones."""
    if not text.isprintable():
        return f'"{"".join(map(_escaped, text))}"'
    readable = "'" in text and '"' not in text and "\\" not in text
    return f'"{text}"' if readable else quoted(text)


def _escaped(char: str) -> str:
    """A character of a text in double quotes."""
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    return char if char.isprintable() else f"\\U{ord(char):08x}"
