"""What a word means: few things are typed, so that no SKU, state or postal code is ever changed."""

from __future__ import annotations

import re

from engine.config.nodes import ScalarNode
from engine.diagnostics import Fix, Place

WORDS = {"true": True, "false": False, "null": None}
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}", re.ASCII)


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar.

    `true`, `false`, `null`, nothing at all, and decimal numbers without a leading zero are typed
    (of at most 18 digits, what a machine holds exactly); everything else is text: `NO`, `02142`,
    `1:30`, `1e5`, `0x10`, `~`, `2026-11-01`.
    """
    if text in WORDS:
        return WORDS[text]
    if text == "":
        return None
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def quoted(text: str) -> str:
    """The text as one writes it in YAML so that it stays a text."""
    return "'" + text.replace("'", "''") + "'"


def describe(node: ScalarNode) -> str:
    """What stands there, for `found`: the kind and the text, cut to a readable length."""
    shown = node.text if len(node.text) <= 60 else node.text[:57] + "..."
    if node.value is None:
        return "null" if shown else "nothing"
    if isinstance(node.value, bool):
        return f"the boolean {shown}"
    return f"the text {shown!r}" if isinstance(node.value, str) else f"the number {shown}"


def replacing(place: Place, was: str, text: str | None) -> Fix | None:
    """The fix that writes `text` instead of what stands at the place; None without a text, and
    where escapes or line breaks make what stands there another text than `was`.
    """
    if text is None or place.length not in (len(was), len(was) + 2):
        return None
    return Fix(place=place, was=was, text=text)
