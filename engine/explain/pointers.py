"""Where in the body of a request each member of an order to be created stands.

Only an adapter knows how its system words an order. So it is asked: the order is rendered once more
with one member changed, and what is different then is that member. Pure, as rendering is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.model.desired import DesiredLine, DesiredOrder, PreparedRequest
from engine.model.pointer import pointer_to
from engine.model.product import DesiredItem

MARK = "~"
Render = Callable[[DesiredOrder], PreparedRequest]


def pointers_of(desired: DesiredOrder, render: Render) -> dict[str, tuple[str, ...]]:
    """Name of a member (`number`, `shipTo.city`, `lines[0].item`) -> JSON pointers in the body;
    nothing where the body is no JSON.
    """
    base = _body(render(desired))
    if base is None:
        return {}
    return {name: tuple(_differing(base, _body(render(one)))) for name, one in _variants(desired)}


def item_pointers(
    desired: DesiredItem, render: Callable[[DesiredItem], PreparedRequest]
) -> dict[str, tuple[str, ...]]:
    """The same of an item: `number`, `aliases` and its mapped members."""
    base = _body(render(desired))
    others = {"number": replace(desired, number=desired.number + MARK)}
    for name, value in desired.fields.items():
        fields = {**desired.fields, name: _other_value(value)}
        others[name] = replace(desired, fields=fields)
    if desired.aliases is not None:
        others["aliases"] = replace(desired, aliases=())
    return {name: tuple(_differing(base, _body(render(one)))) for name, one in others.items()}


def placed_in(
    base: PreparedRequest, others: Mapping[str, PreparedRequest]
) -> dict[str, tuple[str, ...]]:
    """Name of a member -> JSON pointers of what is other where that member alone is another one."""
    body = _body(base)
    if body is None:
        return {}
    return {name: tuple(_differing(body, _body(one))) for name, one in others.items()}


def _other_value(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else value + MARK


def leaves_of(body: str | None) -> dict[str, Any]:
    """Pointer -> value of everything in a body; nothing where it is no JSON."""
    parsed = _parsed(body)
    return {} if parsed is None else dict(leaves(parsed))


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """The same of a body that was parsed."""
    yield from ((pointer_to(path), found) for path, found in _leaves(value))


def _variants(desired: DesiredOrder) -> Iterator[tuple[str, DesiredOrder]]:
    yield "number", replace(desired, number=desired.number + MARK)
    if desired.area is not None:
        yield "area", replace(desired, area=desired.area + MARK)
    yield "hold", replace(desired, hold=not desired.hold)
    for name, value in desired.fields.items():
        yield name, replace(desired, fields={**desired.fields, name: value + MARK})
    for index, line in enumerate(desired.lines):
        for name, other in _other_lines(line):
            lines = (*desired.lines[:index], other, *desired.lines[index + 1 :])
            yield f"lines[{index}].{name}", replace(desired, lines=lines)


def _other_lines(line: DesiredLine) -> Iterator[tuple[str, DesiredLine]]:
    yield "item", replace(line, item=line.item + MARK)
    yield "quantity", replace(line, quantity=line.quantity + 1)
    yield "host_id", replace(line, host_id=line.host_id + MARK)


def _body(request: PreparedRequest) -> Any:
    return _parsed(request.body)


def _parsed(body: str | None) -> Any:
    try:
        return None if body is None else json.loads(body)
    except ValueError:
        return None


def _differing(one: Any, other: Any) -> Iterator[str]:
    before, after = dict(_leaves(one)), dict(_leaves(other))
    for path, value in before.items():
        if path not in after or after[path] != value:
            yield pointer_to(path)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    pairs: Mapping[str, Any] = {}
    if isinstance(value, dict):
        pairs = value
    elif isinstance(value, list):
        pairs = {str(index): element for index, element in enumerate(value)}
    else:
        yield path, value
    for step, below in pairs.items():
        yield from _leaves(below, (*path, step))
