"""The generated code of a ruleset on the screen: each function as it is."""

from __future__ import annotations

from collections.abc import Iterable

from engine.report.screen import Screen


def show_code(screen: Screen, found: Iterable[tuple[str, str | None]]) -> None:
    """Prints functions by their keys of the ruleset; one without code says that it has none."""
    pieces = [code or f"# {key} has no code: it is interpreted each time" for key, code in found]
    text = "\n\n\n".join(pieces) or "# The ruleset has no expression."
    for line in text.splitlines():
        screen.say(line)
