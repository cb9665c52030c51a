"""From shares to the lines to be created: bundles split, kept, or left to the sink's own split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.flows.orders_parts import Part, Problem, Share, per_bundle
from engine.model.desired import DesiredLine, ItemState
from engine.model.ruleset import OrderRules


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """A line before it has a number, with the state its item must have in the sink.

    `per` is how many of the item one bundle holds, None where the line is no component.
    """

    host_id: str
    item: str
    quantity: int
    bundle: str | None
    needs: ItemState
    per: int | None = None


def wanted_lines(part: Part, rules: OrderRules) -> tuple[list[WantedLine], list[Problem]]:
    """The lines of a part in the order of the source's lines, and what stands in their way."""
    lines: list[WantedLine] = []
    problems = list(part.problems)
    for share in part.shares:
        made, problem = _lines_of(share, rules)
        lines += made
        if problem is not None:
            problems.append(problem)
    return lines, problems


def numbered(lines: list[WantedLine]) -> tuple[DesiredLine, ...]:
    """The same lines, numbered from 1."""
    return tuple(
        DesiredLine(
            number=index,
            host_id=line.host_id,
            item=line.item,
            quantity=line.quantity,
            bundle=line.bundle,
            expands=line.needs is ItemState.BUNDLE,
        )
        for index, line in enumerate(lines, start=1)
    )


def item_problems(
    lines: list[WantedLine], items: Mapping[str, ItemState]
) -> tuple[list[Problem], list[str]]:
    """What the sink knows against what each line needs: the problems, and what was not checked."""
    problems: list[Problem] = []
    unchecked: list[str] = []
    for line in lines:
        state = items.get(line.item, ItemState.UNCHECKED)
        if state is ItemState.UNCHECKED:
            unchecked.append(line.item)
        elif state is not line.needs:
            problems.append(_mismatch(line, state))
    return problems, sorted(set(unchecked))


def _mismatch(line: WantedLine, state: ItemState) -> Problem:
    if state is ItemState.UNKNOWN:
        what = "bundle" if line.needs is ItemState.BUNDLE else "item"
        return Problem(
            rule="orders.items.unknown",
            reason=f"the warehouse knows no {what} {line.item}",
        )
    if line.needs is ItemState.BUNDLE:
        return Problem(
            rule="orders.bundles.also-item",
            reason=f"{line.item} is left to the warehouse to split, but is an item there too",
        )
    if line.bundle is not None:
        return Problem(
            rule="orders.bundles.split-twice",
            reason=f"component {line.item} of {line.bundle} is a bundle in the warehouse",
        )
    return Problem(
        rule="orders.items.is-bundle",
        reason=f"{line.item} is a bundle in the warehouse, which would split it",
    )


def _lines_of(share: Share, rules: OrderRules) -> tuple[list[WantedLine], Problem | None]:
    line = share.line
    sku = line.sku or ""
    if not line.bundle and not line.components:
        return [_plain(share, sku, share.quantity, rules)], None
    way = rules.bundles.way(sku)
    if way == "split":
        return _split(share, sku)
    count, problem = _whole_bundles(share, sku)
    if problem is not None:
        return [], problem
    needs = ItemState.BUNDLE if way == "wos" else ItemState.ITEM
    return [WantedLine(host_id=line.id, item=sku, quantity=count, bundle=None, needs=needs)], None


def _plain(share: Share, sku: str, quantity: int, rules: OrderRules) -> WantedLine:
    left = sku in rules.bundles.wos
    needs = ItemState.BUNDLE if left else ItemState.ITEM
    return WantedLine(host_id=share.line.id, item=sku, quantity=quantity, bundle=None, needs=needs)


def _split(share: Share, sku: str) -> tuple[list[WantedLine], Problem | None]:
    if not share.components:
        return [], Problem(
            rule="orders.bundles.no-components",
            reason=f"line {share.line.id} sells the bundle {sku}, and its components are not known",
        )
    return list(_component_lines(share, sku)), _bad_component(share, sku)


def _component_lines(share: Share, sku: str) -> Iterator[WantedLine]:
    rows = zip(share.line.components, share.components, per_bundle(share.line), strict=True)
    for component, quantity, per in rows:
        if component.sku and quantity > 0:
            yield WantedLine(
                host_id=share.line.id,
                item=component.sku,
                quantity=quantity,
                bundle=sku,
                needs=ItemState.ITEM,
                per=per,
            )


def _bad_component(share: Share, sku: str) -> Problem | None:
    if all(component.sku for component in share.line.components):
        return None
    return Problem(rule="orders.lines.bad", reason=f"a component of bundle {sku} has no SKU")


def _whole_bundles(share: Share, sku: str) -> tuple[int, Problem | None]:
    """How many whole bundles the components make up; a broken one is not ours to round."""
    if not share.components:
        return share.quantity, None
    per = per_bundle(share.line)
    counts = set() if 0 in per else {q / p for q, p in zip(share.components, per, strict=True)}
    if len(counts) == 1 and next(iter(counts)).is_integer():
        return int(counts.pop()), None
    return 0, Problem(
        rule="orders.bundles.broken",
        reason=f"this DC has only some components of bundle {sku}, which is to be sent whole",
    )
