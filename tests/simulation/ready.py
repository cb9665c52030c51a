"""What of the warehouse's orders the channel must have been told, by what lies in both systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from engine.sandbox.channeladvisor.units import shipped
from tests.acceptance.oracle import States
from tests.simulation.scenes import Scene


def ready(scene: Scene, now: States) -> Counter[tuple[str, str]]:
    """(line, item) -> units that are packed, or picked where picks are told.

    Where an order is told whole, nothing of it is before it is packed to its end: a closed box says
    nothing while more is picked than lies in boxes. But one of which boxes were told before the
    ruleset was changed goes on box by box.
    """
    waits = _is_whole(scene.rules_then)
    begun = set() if _is_whole(scene.rules) else _lines_told(now)
    units: Counter[tuple[str, str]] = Counter()
    for order in now.warehouse["orders"]:
        if waits and not order["packed"] and not _is_of(order, begun):
            continue
        for line in order["lines"]:
            units[str(line["host_id"]), line["item"]] += line[scene.told]
    return units


def _is_whole(rules: Mapping[str, Any]) -> bool:
    return rules["shipments"].get("level") == "order"


def _lines_told(now: States) -> set[str]:
    """The channel's lines of which something was told as shipped."""
    return {str(line) for order in now.channel["Orders"] for line, _ in +shipped(order)}


def _is_of(order: Mapping[str, Any], lines: Collection[str]) -> bool:
    return any(str(line["host_id"]) in lines for line in order["lines"])
