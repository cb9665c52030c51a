"""Which share of an order each link handles: the quantities that are still open, line by line.

One order over two linked DCs becomes two parts, bound to the same lines of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.model.order import AllocatedItem, Allocation, Component, Line, Order
from engine.model.ruleset import Link, OrderRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a part can't go on: the rule that says so, and a sentence for a person."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one link handles of one line: `quantity` of a plain line in each.

    For a bundle line `components` is the quantity of each of its components, in their order.
    """

    line: Line
    quantity: int
    components: tuple[int, ...] = ()

    @property
    def open(self) -> bool:
        """Whether anything of it is still to be sent."""
        return self.quantity > 0 or any(quantity > 0 for quantity in self.components)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The share of an order that one link handles, or the problems that keep it back."""

    link: Link
    shares: tuple[Share, ...]
    problems: tuple[Problem, ...] = ()


def parts_of(order: Order, links: Sequence[Link], rules: OrderRules) -> tuple[Part, ...]:
    """The parts of an order, one for each link whose DC still has something to send, in order."""
    usable = usable_lines(order.lines, rules)
    opened = [item for item in order.allocations if item.status not in rules.not_open]
    whole_order = (*bad_lines(order.lines, rules), *_of_two_links(opened, links))
    parts = (_part(link, usable, opened, rules) for link in links)
    return tuple(
        Part(link=part.link, shares=part.shares, problems=whole_order + part.problems)
        for part in parts
        if part is not None
    )


def same_dc(link: Link, allocation: Allocation) -> bool:
    """Whether an allocation is of the link's DC: by id, or by code without regard to case."""
    if isinstance(link.dc, int):
        return allocation.dc == link.dc
    return allocation.dc_code is not None and allocation.dc_code.casefold() == link.dc.casefold()


def bad_lines(lines: Iterable[Line], rules: OrderRules) -> tuple[Problem, ...]:
    """The lines that hold their whole order: without SKU or with quantity 0, unless dropped."""
    if rules.bad_lines == "drop":
        return ()
    return tuple(Problem(rule="orders.lines.bad", reason=why) for why in _reasons(lines, rules))


def dropped_lines(lines: Iterable[Line], rules: OrderRules) -> tuple[str, ...]:
    """Why lines are left out, where the ruleset drops bad ones: one reason a line."""
    return tuple(_reasons(lines, rules)) if rules.bad_lines == "drop" else ()


def _reasons(lines: Iterable[Line], rules: OrderRules) -> Iterator[str]:
    for line in lines:
        if line.sku not in rules.non_shippable and _badness(line):
            yield f"line {line.id} has {_badness(line)}"


def _of_two_links(opened: Iterable[Allocation], links: Sequence[Link]) -> Iterator[Problem]:
    """A DC that one link names by id and another by code would be sent twice."""
    for dc in dict.fromkeys(allocation.dc for allocation in opened):
        mine = [one for one in opened if one.dc == dc]
        names = [link.name for link in links if any(same_dc(link, one) for one in mine)]
        if len(names) > 1:
            reason = f"DC {dc} belongs to the links {' and '.join(names)}: it would be sent twice"
            yield Problem(rule="orders.links.one-dc-twice", reason=reason)


def usable_lines(lines: Iterable[Line], rules: OrderRules) -> list[Line]:
    """The lines that can be sent: goods, with a SKU and a quantity."""
    return [line for line in lines if line.sku not in rules.non_shippable and not _badness(line)]


def _badness(line: Line) -> str:
    if not (line.sku and line.sku.strip()):
        return "no SKU"
    return "quantity 0" if line.quantity <= 0 else ""


def _part(
    link: Link, lines: Sequence[Line], opened: Sequence[Allocation], rules: OrderRules
) -> Part | None:
    mine = [allocation for allocation in opened if same_dc(link, allocation)]
    shares: list[Share] = []
    problems: list[Problem] = []
    for line in lines:
        share, problem = _share(line, items_of(mine, line))
        if problem is None and share.open and line.cancelled and not rules.netted:
            share, problem = _less_cancelled(share, line, opened)
        if problem is not None:
            problems.append(problem)
        elif share.open:
            shares.append(share)
    if not shares and not problems:
        return None
    return Part(link=link, shares=tuple(shares), problems=tuple(problems))


def items_of(allocations: Iterable[Allocation], line: Line) -> list[AllocatedItem]:
    """What allocations have of one line."""
    return [item for one in allocations for item in one.items if item.line == line.id]


def _share(line: Line, items: Sequence[AllocatedItem]) -> tuple[Share, Problem | None]:
    if not line.components:
        return Share(line=line, quantity=sum(item.quantity for item in items)), None
    if items and any(component.quantity % line.quantity for component in line.components):
        reason = f"the components of line {line.id} are no multiple of its {line.quantity} bundles"
        return Share(line=line, quantity=0), Problem(rule="orders.bundles.uneven", reason=reason)
    totals = [0] * len(line.components)
    for item in items:
        added = component_quantities(line, item)
        if added is None:
            reason = f"line {line.id} allocates {item.sku}, which is no component of {line.sku}"
            return Share(line=line, quantity=0), Problem(
                rule="orders.bundles.foreign-component", reason=reason
            )
        totals = [total + more for total, more in zip(totals, added, strict=True)]
    return Share(line=line, quantity=0, components=tuple(totals)), None


def component_quantities(line: Line, item: AllocatedItem) -> list[int] | None:
    """What an allocated item means for each component.

    That bundles are allocated per component is inferred, so an item that names the bundle itself
    is read as that many bundles. None for an item that is neither.
    """
    for index, component in enumerate(line.components):
        if _is_component(item, component):
            return [item.quantity if i == index else 0 for i in range(len(line.components))]
    if item.sku == line.sku or (item.product is not None and item.product == line.product):
        return [item.quantity * per for per in per_bundle(line)]
    return None


def _is_component(item: AllocatedItem, component: Component) -> bool:
    if item.product is not None and component.product is not None:
        return item.product == component.product
    return item.sku == component.sku


def per_bundle(line: Line) -> list[int]:
    """How many of each component one bundle holds; component quantities are for the whole line."""
    return [component.quantity // line.quantity for component in line.components]


def _less_cancelled(
    share: Share, line: Line, opened: Sequence[Allocation]
) -> tuple[Share, Problem | None]:
    """Takes cancelled quantities off what is open, where it is certain which DC loses them."""
    holding = {one.dc for one in opened if any(item.quantity > 0 for item in items_of([one], line))}
    if len(holding) > 1:
        reason = f"line {line.id} has {line.cancelled} cancelled and is open in {len(holding)} DCs"
        return share, Problem(rule="orders.lines.cancelled-split", reason=reason)
    if not line.components:
        return Share(line=line, quantity=max(0, share.quantity - line.cancelled)), None
    left = tuple(
        max(0, quantity - line.cancelled * per)
        for quantity, per in zip(share.components, per_bundle(line), strict=True)
    )
    return Share(line=line, quantity=0, components=left), None
