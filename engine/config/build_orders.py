"""The `orders` section of a valid tree -> OrderRules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.config.build_changes import build_changes, build_write_back
from engine.config.literals import duration, moment
from engine.config.nodes import ListNode, Node, ScalarNode, entries, find, plain_at
from engine.config.pieces import expression, field_rule, named_rules, scalar, texts
from engine.model.ruleset import (
    Bundles,
    Criterion,
    Expression,
    Items,
    OrderFilter,
    OrderRules,
    Template,
)

OVERLAP = timedelta(minutes=5)
SWEEP = timedelta(days=1)


def build_orders(
    node: Node, centers: tuple[str | int, ...], profiles: dict[str, int], local: ZoneInfo
) -> OrderRules:
    """The rules; `centers` are the DCs of all links, `local` is the zone of a bare date."""
    since = moment(plain_at(node, "since"), local)
    overlap = plain_at(node, "overlap")
    sweep = plain_at(node, "sweep")
    number = scalar(find(node, ["number"]))
    only = _Only(find(node, ["only"]))
    return OrderRules(
        source=plain_at(node, "from"),
        sink=plain_at(node, "to"),
        only=only.filter(centers, profiles, since),
        number=Template(number.text, number.inner),
        since=since,
        overlap=duration(overlap) if overlap else OVERLAP,
        sweep=duration(sweep) if sweep else SWEEP,
        skip=named_rules(node, "skip"),
        hold=named_rules(node, "hold"),
        wos_hold=named_rules(node, "wos-hold"),
        fields=tuple(field_rule(target, entry) for target, entry in entries(node, "map")),
        bundles=_bundles(node),
        items=_items(node),
        not_open=texts(node, "not-open"),
        netted=plain_at(node, "cancelled") == "netted",
        bad_lines=plain_at(node, "lines", "bad") or "hold",
        non_shippable=texts(node, "lines", "non-shippable"),
        unallocated=plain_at(node, "unallocated") or "hold",
        acknowledge=plain_at(node, "acknowledge") != "none",
        changes=build_changes(find(node, ["changes"])),
        write_back=build_write_back(find(node, ["write-back"])),
    )


class _Only:
    """Reads the criteria of `orders.only`."""

    def __init__(self, node: Node | None) -> None:
        self.node = node

    def filter(
        self, centers: tuple[str | int, ...], profiles: dict[str, int], since: datetime
    ) -> OrderFilter:
        """All of them."""
        plain = ("shipping", "payment", "checkout", "site", "tags", "skus")
        return OrderFilter(
            profile=self.profile(profiles),
            dc=self.center(centers),
            where=self.where(),
            since=since,
            **{name: self.criterion(name) for name in plain},
        )

    def criterion(self, name: str) -> Criterion | None:
        found = find(self.node, [name])
        if isinstance(found, ListNode):
            return Criterion(tuple(found.plain()))
        values = plain_at(found, "not")
        return Criterion(tuple(values), negated=True) if values else None

    def profile(self, ids: dict[str, int]) -> Criterion:
        """Ids of the profiles that the ruleset names: a `not` never lets in a foreign one."""
        given = self.criterion("profile")
        if given is None:
            return Criterion(tuple(ids.values()))
        chosen = [number for name, number in ids.items() if (name in given.values) != given.negated]
        return Criterion(tuple(chosen))

    def center(self, linked: tuple[str | int, ...]) -> Criterion | None:
        is_linked = isinstance(find(self.node, ["dc"]), ScalarNode)
        return Criterion(linked) if is_linked else self.criterion("dc")

    def where(self) -> Expression | None:
        found = find(self.node, ["where"])
        return expression(found) if found is not None else None


def _bundles(node: Node) -> Bundles:
    ways: dict[str, Any] = {way: texts(node, "bundles", way) for way in ("keep", "wos", "split")}
    return Bundles(default=plain_at(node, "bundles", "default") or "split", **ways)


def _items(node: Node) -> Items:
    return Items(
        check=plain_at(node, "items", "check") or "read",
        known=texts(node, "items", "known"),
        bundles=texts(node, "items", "bundles"),
    )
