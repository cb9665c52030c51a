"""The `shipments` section of a valid tree -> ShipmentRules, with what it leaves out filled in."""

from __future__ import annotations

from engine.config.literals import duration
from engine.config.nodes import ListNode, Node, entries, find, plain_at, scalars
from engine.model.rules_shipments import ShipmentRules, TrackingRule

WAIT = "30m"
SHIPPED = frozenset({"Complete", "InTransit"})
CANCELLED = frozenset({"Canceled"})
OVERLAP = "1h"
CATCH_UP = "1d"


def build_shipments(node: Node) -> ShipmentRules:
    """The rules of the section."""
    return ShipmentRules(
        source=plain_at(node, "from"),
        sink=plain_at(node, "to"),
        at=plain_at(node, "at") or "packing",
        level=plain_at(node, "level") or "line",
        tracking=_tracking(find(node, ["tracking"])),
        carriers={name: _pair(entry.node) for name, entry in entries(node, "carriers")},
        no_carrier=plain_at(node, "no-carrier") or "send",
        shipped=_texts(node, "shipped", SHIPPED),
        cancelled=_texts(node, "cancelled", CANCELLED),
        overlap=duration(plain_at(node, "overlap") or OVERLAP),
        catch_up=duration(plain_at(node, "catch-up") or CATCH_UP),
    )


def _tracking(node: Node | None) -> TrackingRule | None:
    if node is None:
        return None
    wait = duration(plain_at(node, "wait") or WAIT)
    return TrackingRule(wait=wait, then=plain_at(node, "then") or "send")


def _pair(node: Node) -> tuple[str, str]:
    carrier, service = (one.text for one in scalars(node))
    return carrier, service


def _texts(node: Node, key: str, default: frozenset[str]) -> frozenset[str]:
    found = find(node, [key])
    return frozenset(found.plain()) if isinstance(found, ListNode) else default
