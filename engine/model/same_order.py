"""Is the order that the sink has under a number ours? Compared by content, never by time."""

from __future__ import annotations

from collections import Counter

from engine.model.desired import DesiredLine, DesiredOrder, ExistingLine, ExistingOrder


def same_content(desired: DesiredOrder, existing: ExistingOrder) -> str | None:
    """None when it is the same order, else the first difference in words.

    Lines are compared by the source's line id where the site gives it back, else by item and
    quantity. Of a bundle that the sink splits itself only the line id can be compared.
    """
    if desired.area and existing.area and desired.area.casefold() != existing.area.casefold():
        return f"its area is {existing.area}, not {desired.area}"
    if any(line.host_id for line in existing.lines):
        return _compare_by_line(desired.lines, existing.lines)
    wanted = Counter((line.item, line.quantity) for line in desired.lines if not line.expands)
    stored = Counter((line.item, line.quantity) for line in existing.lines)
    expands = any(line.expands for line in desired.lines)
    matches = not wanted - stored if expands else wanted == stored
    return None if matches else "its items and quantities differ"


def _compare_by_line(
    desired: tuple[DesiredLine, ...], existing: tuple[ExistingLine, ...]
) -> str | None:
    expanding = {line.host_id for line in desired if line.expands}
    wanted = Counter(
        (line.host_id, line.item, line.quantity) for line in desired if not line.expands
    )
    stored = Counter(
        (line.host_id, line.item, line.quantity)
        for line in existing
        if line.host_id not in expanding
    )
    if wanted != stored:
        return "its lines, items or quantities differ"
    missing = expanding - {line.host_id for line in existing}
    return f"it has nothing of line {min(missing)}" if missing else None
