"""Hiding buyers' members: screens and stdout get stars, only the plan file has the bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.model.pointer import split

STARS = "***"


def masked_decision(value: Mapping[str, Any]) -> dict[str, Any]:
    """A decision's JSON form with the buyer's members of every request body starred out."""
    changes = [
        {**change, "request": masked_request(change["request"])} for change in value["changes"]
    ]
    return {**value, "changes": changes}


def masked_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request with the buyer's members starred out.

    The body becomes JSON itself, so that a reader can pick from it.
    """
    shown = {name: member for name, member in request.items() if name != "private"}
    if request["body"] is None:
        return shown
    try:
        body = json.loads(request["body"])
    except ValueError:
        return {**shown, "body": STARS}
    for pointer in request["private"]:
        _star(body, split(pointer))
    return {**shown, "body": body}


def _star(node: Any, steps: list[str]) -> None:
    """Replaces what a JSON pointer names; a pointer that leads nowhere hides nothing."""
    for step in steps[:-1]:
        node = _member(node, step)
    if isinstance(node, dict) and steps and node.get(steps[-1]) is not None:
        node[steps[-1]] = STARS
    elif isinstance(node, list) and steps and steps[-1].isdigit() and int(steps[-1]) < len(node):
        node[int(steps[-1])] = STARS


def _member(node: Any, step: str) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and step.isdigit() and int(step) < len(node):
        return node[int(step)]
    return None
