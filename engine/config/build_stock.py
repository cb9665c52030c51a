"""The `stock` section of a valid tree -> StockRules, with what it leaves out filled in."""

from __future__ import annotations

from engine.config.nodes import Node, entries, find, plain_at
from engine.config.pieces import expression, texts
from engine.model.rules_stock import StockRule, StockRules, StockWay

ADJUSTED = ("put", "pull", "count", "putaway")


def build_stock(node: Node) -> StockRules:
    """The rules of the section."""
    moves = plain_at(node, "moves")
    ways: dict[str, StockWay] = {
        **{kind: plain_at(node, kind) or "delta" for kind in ADJUSTED},
        "move": moves if moves in ("report", "ignore") else "delta",
        "pick": plain_at(node, "foreign-picks"),
    }
    net = plain_at(node, "net")
    return StockRules(
        source=plain_at(node, "from"),
        sink=plain_at(node, "to"),
        ways=ways,
        put_backs=texts(node, "except-reasons"),
        rules=tuple(_rule(name, entry.node) for name, entry in entries(node, "rules")),
        net=True if net is None else net,
        product_field=plain_at(node, "product", "field"),
        set_quantity=plain_at(node, "set", "quantity") or "on-hand",
        set_type=plain_at(node, "set", "type") or "UnShipped",
        doubt=plain_at(node, "doubt") or "person",
    )


def _rule(name: str, node: Node) -> StockRule:
    when = expression(find(node, ["when"]))
    return StockRule(name=name, when=when, way=plain_at(node, "do"))
