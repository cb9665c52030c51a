"""The example that a schema has for the property in which something is wrong."""

from __future__ import annotations

from typing import Any

Steps = list[str | int]


def example_of(steps: Steps, schema: dict[str, Any]) -> Any:
    """The first example of the last property on the way of these steps to a keyword; None where
    it has none, and for what stands in a list or under a name that one may choose.
    """
    found = None
    for step, words in _way(steps, schema, schema["$defs"]) or ():
        if step in ("items", "additionalProperties"):
            found = None
        elif isinstance(words, dict) and "examples" in words:
            found = words["examples"][0]
    return found


def _way(steps: Steps, words: Any, named: dict[str, Any]) -> list[tuple[str | int, Any]] | None:
    """Each step with what the schema has there; steps through a `$ref` are left out in `steps`."""
    if not steps:
        return []
    for here in (words, _referred(words, named)):
        below = _at(here, steps[0])
        rest = _way(steps[1:], below, named) if below is not None else None
        if rest is not None:
            return [(steps[0], below), *rest]
    return None


def _referred(words: Any, named: dict[str, Any]) -> Any:
    target = words.get("$ref", "") if isinstance(words, dict) else ""
    return named.get(target.rpartition("/")[2])


def _at(words: Any, step: str | int) -> Any:
    if isinstance(words, dict):
        return words.get(step)
    return words[step] if isinstance(words, list) and isinstance(step, int) else None
