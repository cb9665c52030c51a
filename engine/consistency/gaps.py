"""What is in use and has no answer, or two: profiles, DCs, areas, statuses, bundles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.config.nodes import Node, ScalarNode, entries, find, scalars, text_of
from engine.config.references import BUNDLE_WAYS
from engine.config.scalars import quoted
from engine.consistency.chain import Undecided
from engine.consistency.tables import rows_alike
from engine.diagnostics import Diagnostic, Note
from engine.model.rules_shipments import ShipmentRules
from engine.model.ruleset import Link, OrderRules, Ruleset

Finding = Diagnostic | Undecided


def check_gaps(ruleset: Ruleset, orders: OrderRules, tree: Node | None) -> Iterator[Finding]:
    """Everything of this kind in a ruleset that has no errors."""
    yield from _profiles(ruleset, orders, tree)
    yield from _unlinked(ruleset, tree)
    yield from _alike(tree)
    yield from _statuses(orders, ruleset.shipments, tree)
    yield from _bundles(tree)
    carriers = dict(entries(tree, "shipments", "carriers"))
    yield from rows_alike("shipments.carriers", carriers)


def _warning(
    rule: str, message: str, node: ScalarNode, advice: str, note: Note | None = None
) -> Diagnostic:
    return Diagnostic(
        id=rule,
        message=message,
        place=node.place,
        severity="warning",
        help=advice,
        note=note,
    )


def _profiles(ruleset: Ruleset, orders: OrderRules, tree: Node | None) -> Iterator[Diagnostic]:
    """Profiles that nothing takes, and such whose products have stock that nobody tells them."""
    told = {link.stock for link in ruleset.links.values()}
    taken = set(orders.only.profile.values) if orders.only.profile is not None else set()
    owners = set(ruleset.items.owners) if ruleset.items is not None else set()
    for name, entry in entries(tree, "profiles"):
        number = ruleset.profiles[name]
        if number not in taken | owners and name not in told and isinstance(entry.node, ScalarNode):
            message = f"nothing is taken of the profile {quoted(name)}"
            yield _warning(
                "unused-profile",
                message,
                entry.node,
                "name it in orders.only.profile, or take it out",
            )
    if ruleset.stock is None:
        return
    for node in scalars(tree, "items", "owner"):
        if node.text not in told:
            message = f"the products of profile {quoted(node.text)} are told no stock: no link does"
            yield _warning("profile-without-stock", message, node, "name it as `stock` of a link")


def _unlinked(ruleset: Ruleset, tree: Node | None) -> Iterator[Finding]:
    """DCs that the filter names and no link has, and links of DCs that it refuses."""
    links = list(ruleset.links.values())
    for node in scalars(tree, "orders", "only", "dc"):
        if isinstance(find(tree, ["orders", "only", "dc"]), ScalarNode):
            return
        if _link_of(node, links) is None and _comparable(node, links):
            message = f"no link has the DC {quoted(node.text)}: nothing is sent of what it has"
            yield _warning("dc-without-link", message, node, "add a link, or take the DC out")
        elif _link_of(node, links) is None:
            why = f"names the DC {node.text} by {_way(node.value)}, where links do not"
            yield Undecided(id="orders.only.dc", why=why)
    for node in scalars(tree, "orders", "only", "dc", "not"):
        link = _link_of(node, links)
        if link is not None and ruleset.stock is None:
            message = f"link {quoted(link.name)} gets no orders: orders.only.dc refuses its DC"
            note = Note(message="its link", place=link.place)
            advice = "let it in, or take the link out"
            yield _warning("link-without-orders", message, node, advice, note)


def _link_of(node: ScalarNode, links: Sequence[Link]) -> Link | None:
    """The link whose DC is written so; codes are the same whatever their letter case."""
    spoken = _folded(node.value)
    return next((one for one in links if _folded(one.dc) == spoken), None)


def _comparable(node: ScalarNode, links: Sequence[Link]) -> bool:
    return all(isinstance(one.dc, str) == isinstance(node.value, str) for one in links)


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _way(value: object) -> str:
    return "code" if isinstance(value, str) else "id"


def _alike(tree: Node | None) -> Iterator[Diagnostic]:
    """Areas and DCs in two links that differ in letter case alone, which nothing looks at."""
    for key, rule, what in (
        ("areas", "area-in-two-links", "area"),
        ("dc", "dc-in-two-links", "DC"),
    ):
        first: dict[str, tuple[str, ScalarNode]] = {}
        for name, _ in entries(tree, "links"):
            for node in scalars(tree, "links", name, key):
                if text_of(node) is None or node.text == "none":
                    continue
                owner, other = first.setdefault(node.text.casefold(), (name, node))
                if owner != name:
                    yield Diagnostic(
                        id=rule,
                        message=f"the {what} {quoted(node.text)} stands in link '{name}', and as "
                        f"{quoted(other.text)} in link '{owner}'",
                        place=node.place,
                        help=f"letter case does not count in the name of a {what}",
                        note=Note(message=f"link '{owner}' has it here", place=other.place),
                    )


def _statuses(
    orders: OrderRules, shipments: ShipmentRules | None, tree: Node | None
) -> Iterator[Diagnostic]:
    """Statuses that two sections read in two ways."""
    for node in scalars(tree, "shipments", "shipped") if shipments is not None else ():
        if node.text not in orders.not_open:
            message = f"fulfillments that are {node.text} have left, and are still open to be sent"
            note = Note(message="they have left", place=node.place)
            yield Diagnostic(
                id="status-two-ways",
                message=message,
                place=(find(tree, ["orders", "not-open"]) or node).place,
                severity="warning",
                help=f"add {node.text} to orders.not-open",
                note=note,
            )
    gone = orders.changes.cancelled_when if orders.changes is not None else frozenset[str]()
    gone |= shipments.cancelled if shipments is not None else frozenset()
    for node in scalars(tree, "orders", "only", "shipping"):
        if node.text in gone:
            message = f"orders that are {node.text} are taken, and are called off as well"
            yield _warning("status-two-ways", message, node, "take it out of one of the lists")


def _bundles(tree: Node | None) -> Iterator[Diagnostic]:
    """Bundles whose lines are never sent."""
    never = {node.text: node for node in scalars(tree, "orders", "lines", "non-shippable")}
    for way in BUNDLE_WAYS:
        for node in scalars(tree, "orders", "bundles", way):
            if node.text in never:
                message = f"the bundle {quoted(node.text)} is never sent, so that nothing splits it"
                note = Note(message="it is not shippable", place=never[node.text].place)
                yield _warning(
                    "bundle-never-sent", message, node, "take it out of one of the lists", note
                )
