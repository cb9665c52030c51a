"""First half of the orders flow: which orders are ours, their parts, and what must be read.

Between the halves the caller looks up the numbers and items that a draft names; the second half
(`orders`) decides with what was found. Both are pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.compiler.predicates import verdict
from engine.compiler.selection import selects
from engine.compiler.templates import TemplateError
from engine.flows.filtering import filtered_by, undecided
from engine.flows.orders_allocated import left_behind
from engine.flows.orders_lines import WantedLine, wanted_lines
from engine.flows.orders_parts import Part, Problem, bad_lines, dropped_lines, parts_of
from engine.flows.orders_scope import fingerprint, order_scope, part_scope
from engine.model.effect import Binding
from engine.model.order import Order

NOTHING = Problem(rule="orders.nothing-open", reason="no linked DC has anything of it left to send")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A part with its number and lines; `binding` when it is already in the sink."""

    key: str
    part: Part
    scope: Mapping[str, Any]
    number: str
    lines: list[WantedLine]
    problems: list[Problem]
    binding: Binding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order on its way to decisions.

    Without parts it is either `dropped`, or `stuck`: held as a whole, as no part can carry it. Of a
    dropped one `taken` says whether parts of it were sent, and nothing is left to send.
    `left_out` says of each line that is dropped why. `bound` are the parts in the sink, `begun` the
    numbers of those whose create has not ended, whether the order still has them or not.
    """

    order: Order
    fingerprint: str
    parts: tuple[PartDraft, ...] = ()
    dropped: Problem | None = None
    taken: bool = False
    stuck: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
    bound: tuple[Binding, ...] = ()
    begun: tuple[str, ...] = ()

    @property
    def numbers(self) -> list[str]:
        """The numbers that must be looked up in the sink."""
        return [part.number for part in self.parts if part.number and part.binding is None]

    @property
    def items(self) -> list[str]:
        """The item numbers that must be looked up in the sink."""
        open_parts = (part for part in self.parts if part.binding is None)
        return sorted({line.item for part in open_parts for line in part.lines})


def draft_of(
    compiled: CompiledOrders,
    order: Order,
    bindings: Sequence[Binding],
    begun: Mapping[str, str],
) -> Draft:
    """Filters an order and cuts it into parts.

    `begun` are the links of parts whose create has not ended, with the number that it carries. A
    part that is bound or begun keeps its number whatever the template says by now: under another
    number it would be created twice.
    """
    mark = fingerprint(compiled, order)
    scope = order_scope(compiled, order)
    dropped = _filtered(compiled, order, scope)
    parts = parts_of(order, compiled.links, compiled.rules)
    lost = left_behind(order, compiled.rules)
    stuck = _stuck(compiled, order, parts, bindings, lost)
    if stuck and dropped is None:
        return Draft(order=order, fingerprint=mark, stuck=stuck)
    if dropped is not None or not parts:
        return Draft(
            order=order,
            fingerprint=mark,
            dropped=dropped or NOTHING,
            taken=not parts and not stuck and _is_taken(order, bindings),
            bound=tuple(bindings),
            begun=tuple(begun.values()),
        )
    drafts = _numbered_apart(part_drafts(compiled, scope, parts, bindings, begun))
    return Draft(
        order=order,
        fingerprint=mark,
        parts=tuple(replace(one, problems=[*one.problems, *lost]) for one in drafts),
        left_out=dropped_lines(order.lines, compiled.rules),
        bound=tuple(bindings),
        begun=tuple(begun.values()),
    )


def _is_taken(order: Order, bindings: Sequence[Binding]) -> bool:
    """Whether parts of an order are all of it that will ever be sent, as nothing of it is open.

    One that was cancelled as a whole may be wanted again, with parts that never were sent.
    """
    return bool(bindings) and any(line.quantity > line.cancelled for line in order.lines)


def _stuck(
    compiled: CompiledOrders,
    order: Order,
    parts: Sequence[Part],
    bindings: Sequence[Binding],
    lost: tuple[Problem, ...],
) -> tuple[Problem, ...]:
    """What holds an order of which no part can wait, as it has none or all of them are bound.

    Bound parts alone would be reported as all of the order, and the rest never read again.
    """
    bad = () if parts else bad_lines(order.lines, compiled.rules)
    bound = {binding.link for binding in bindings}
    return (*bad, *lost) if all(part.link.name in bound for part in parts) else ()


def part_drafts(
    compiled: CompiledOrders,
    scope: Mapping[str, Any],
    parts: Sequence[Part],
    bindings: Sequence[Binding],
    begun: Mapping[str, str],
) -> list[PartDraft]:
    """One draft a part. An order is single while no other link has, or ever had, a part of it.

    `bindings` are its parts in the sink, `begun` the number of each whose create has not ended.
    """
    bound = {binding.link: binding for binding in bindings}
    links = {*bound, *begun, *(part.link.name for part in parts)}
    holding = [*_order_holds(compiled, scope), *_lost_links(compiled, links)]
    return [
        _part_draft(
            compiled,
            part,
            part_scope(scope, part.link, single=len(links) == 1),
            bound.get(part.link.name) or begun.get(part.link.name),
            holding,
        )
        for part in parts
    ]


def _lost_links(compiled: CompiledOrders, links: Iterable[str]) -> Iterator[Problem]:
    """A part was sent for a link that the ruleset has no more: renamed, it would be sent twice."""
    for name in sorted(set(links) - {link.name for link in compiled.links}):
        reason = f"a part of it was sent for the link {name}, which the ruleset does not have"
        yield Problem(rule="orders.links.lost", reason=reason)


def _numbered_apart(drafts: Sequence[PartDraft]) -> tuple[PartDraft, ...]:
    """Holds every unbound part whose number another part of the order has too."""
    counts = Counter(draft.number for draft in drafts if draft.number)
    return tuple(
        replace(draft, problems=[*draft.problems, _shared(draft.number)])
        if counts[draft.number] > 1
        else draft
        for draft in drafts
    )


def _shared(number: str) -> Problem:
    reason = f"several parts of the order have the number {number}: use link.name in orders.number"
    return Problem(rule="orders.number", reason=reason)


def _filtered(compiled: CompiledOrders, order: Order, scope: Mapping[str, Any]) -> Problem | None:
    failed = selects(compiled.rules.only, order, letter_case=compiled.letter_case)
    if failed is not None:
        reason = f"orders.only.{failed} says no"
        if failed == "since":
            reason = "it was created before orders.since"
        return Problem(rule=f"orders.only.{failed}", reason=reason)
    stopped, _ = compiled.filters.first(scope)
    return None if stopped is None else filtered_by(stopped)


def _order_holds(compiled: CompiledOrders, scope: Mapping[str, Any]) -> list[Problem]:
    """Hold rules that apply, and every predicate that yields neither true nor false."""
    if compiled.unheld.passes(scope):
        return []
    problems = [
        Problem(rule=rule.id, reason=f"{rule.predicate.text} ({rule.predicate.place})")
        for rule in compiled.hold
        if verdict(rule.predicate, scope) is True
    ]
    return [*problems, *undecided(compiled.unheld.filters, scope)]


def _part_draft(
    compiled: CompiledOrders,
    part: Part,
    scope: Mapping[str, Any],
    earlier: Binding | str | None,
    holding: list[Problem],
) -> PartDraft:
    lines, problems = wanted_lines(part, compiled.rules)
    binding = earlier if isinstance(earlier, Binding) else None
    kept = binding.number if binding else earlier
    number, unnumbered = (kept, []) if isinstance(kept, str) else _number(compiled, scope)
    return PartDraft(
        key=f"{scope['key']}/{part.link.name}",
        part=part,
        scope=scope,
        number=number,
        lines=lines,
        problems=[*holding, *problems, *unnumbered],
        binding=binding,
    )


def _number(compiled: CompiledOrders, scope: Mapping[str, Any]) -> tuple[str, list[Problem]]:
    try:
        number = compiled.number.render(scope).strip()
    except TemplateError as error:
        return "", [Problem(rule="orders.number", reason=f"the number cannot be computed: {error}")]
    if not number:
        return "", [Problem(rule="orders.number", reason="the number template yields nothing")]
    return number, []
