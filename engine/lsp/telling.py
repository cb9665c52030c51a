"""What is told of the key or value under the pointer, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from engine.config.load import load_with_origins
from engine.config.origins import Origin, Setting, settings
from engine.lsp.desk import Desk
from engine.lsp.spots import Spot
from engine.lsp.values import shown, value_at


def told_of(spot: Spot, customer: str, desk: Desk) -> str:
    """What an expression gives for a sample; what holds, where it comes from and what it stands
    over; "" for nothing to say.
    """
    return "\n\n".join([*value_at(spot, customer, desk), *_setting(spot, customer, desk)])


def _setting(spot: Spot, customer: str, desk: Desk) -> Iterator[str]:
    loaded = load_with_origins(customer, desk, "draft")
    for one in settings(customer, desk, loaded):
        if one.path == spot.keys:
            yield from _lines(one)


def _lines(setting: Setting) -> Iterator[str]:
    if setting.overrode:
        yield f"`{setting.name}` is {shown(setting.value)}, from {_from(setting.origin)}"
    for one in setting.overrode:
        yield f"It stands over {shown(one.value)}, from {_from(one.origin)}"


def _from(origin: Origin) -> str:
    return str(origin.place) if origin.place is not None else "the engine's default"
