"""First half of the order-changes flow: a handled order cut into parts, each with what was sent,
what is wanted by now, and what the sink has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_content import Echo, Marks, as_open, echo_of, marks_of
from engine.flows.changes_kinds import (
    Around,
    in_order,
    kinds_of_header,
    kinds_of_lines,
    units_sent,
    units_wanted,
)
from engine.flows.orders_allocated import left_behind
from engine.flows.orders_changes import create_key, order_subject, sink_subject
from engine.flows.orders_desired import wos_hold
from engine.flows.orders_draft import Draft, PartDraft, part_drafts
from engine.flows.orders_lines import WantedLine, wanted_lines
from engine.flows.orders_parts import Part, Problem, items_of, parts_of, same_dc
from engine.flows.orders_scope import fingerprint, order_scope
from engine.model.effect import Binding, Effect, EffectState
from engine.model.order import Order, Unreadable
from engine.model.rules_changes import ChangeRules
from engine.model.shipment import OrderProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the memory and the sink have of some orders.

    `bindings` by order; `effects` by subject, oldest first; `there` is number -> what the sink
    has, a number that is gone is missing. `seal` makes of a hash what the memory keeps of it.
    """

    bindings: Mapping[str, Sequence[Binding]] = field(default_factory=dict)
    effects: Mapping[str, Sequence[Effect]] = field(default_factory=dict)
    there: Mapping[str, OrderProgress | Unreadable] = field(default_factory=dict)
    seal: Callable[[str], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One part of a handled order.

    `draft` is what a new create would send: what is open by now. `binding` is what was sent, None
    where nothing of the part was; `created` the effect that did it, None where somebody else did.
    `kinds` are the changes since then; `unclear` says why they cannot be told.
    """

    draft: PartDraft
    binding: Binding | None
    created: Effect | None
    history: Sequence[Effect]
    there: OrderProgress | Unreadable | None
    kinds: tuple[str, ...]
    unclear: tuple[Problem, ...]
    marks: Marks
    echo: Echo
    touched: bool
    cancelled: bool

    @property
    def number(self) -> str:
        """The part's number in the sink."""
        return self.draft.number

    @property
    def revision(self) -> int:
        """The revision that was sent last; 0 where none was."""
        return self.binding.revision if self.binding is not None else 0


def subjects_of(compiled: CompiledOrders, order: str, bindings: Sequence[Binding]) -> list[str]:
    """What the effects are about that `cases_of` wants to know of an order."""
    numbers = [sink_subject(compiled, binding.number) for binding in bindings]
    return [order_subject(compiled, order), *numbers]


def cases_of(compiled: CompiledOrders, order: Order, past: Past) -> tuple[Draft, list[Case]]:
    """An order's parts: those that were sent, and those that are wanted and were not."""
    bindings = past.bindings.get(order.key, ())
    scope = order_scope(compiled, order)
    drafts = part_drafts(compiled, scope, _parts(compiled, order, bindings), bindings, {})
    lost = left_behind(order, compiled.rules)
    draft = Draft(
        order=order,
        fingerprint=fingerprint(compiled, order),
        parts=tuple(replace(one, problems=[*one.problems, *lost]) for one in drafts),
        bound=tuple(bindings),
    )
    seen = _seen(compiled, order, past)
    return draft, [_case(compiled, draft, one, past, seen) for one in draft.parts]


def is_cancelled(rules: ChangeRules, order: Order) -> bool:
    """Whether an order was called off as a whole."""
    lines = [line for line in order.lines if line.quantity > 0]
    all_gone = bool(lines) and all(line.cancelled >= line.quantity for line in lines)
    return order.shipping in rules.cancelled_when or all_gone


def _parts(compiled: CompiledOrders, order: Order, bindings: Sequence[Binding]) -> list[Part]:
    """The parts that are wanted, and an empty one for each link that was sent one and is not."""
    wanted = {part.link.name: part for part in parts_of(order, compiled.links, compiled.rules)}
    sent = {binding.link for binding in bindings}
    return [
        wanted.get(link.name) or Part(link=link, shares=())
        for link in compiled.links
        if link.name in wanted or link.name in sent
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An order as it would be had we shipped nothing since its parts were sent.

    `created` and `lines` are by link, `astray` are the lines of which more than was left over is
    in DCs without a link.
    """

    order: Order
    echo: Echo
    created: Mapping[str, Effect]
    lines: Mapping[str, tuple[list[WantedLine], list[Problem]]]
    astray: frozenset[str]

    def memo(self, link: str) -> Mapping[str, Any]:
        """What was kept when the part of this link was sent."""
        created = self.created.get(link)
        return (created.intent.memo or {}) if created is not None else {}


def _seen(compiled: CompiledOrders, order: Order, past: Past) -> _Seen:
    bindings = past.bindings.get(order.key, ())
    found = {one.link: _created(compiled, one, past) for one in bindings}
    created = {link: effect for link, effect in found.items() if effect is not None}
    told = {mark for one in created.values() for mark in (one.intent.memo or {}).get("shipped", ())}
    echo = echo_of(past.effects.get(order_subject(compiled, order.key), ()))
    echo = replace(echo, markers=echo.markers - told)
    now = as_open(order, echo)
    parts = parts_of(now, compiled.links, compiled.rules)
    return _Seen(
        order=now,
        echo=echo,
        created=created,
        lines={part.link.name: wanted_lines(part, compiled.rules) for part in parts},
        astray=frozenset(_astray(compiled, now, bindings)),
    )


def _created(compiled: CompiledOrders, binding: Binding, past: Past) -> Effect | None:
    """The effect that put the bound revision there; None where nothing of ours did."""
    key = create_key(compiled, binding.number, binding.revision)
    history = past.effects.get(sink_subject(compiled, binding.number), ())
    mine = (one for one in history if one.intent.key == key and one.state is EffectState.DONE)
    return next(mine, None)


def _astray(compiled: CompiledOrders, order: Order, bindings: Sequence[Binding]) -> Iterator[str]:
    """Units of a bundle count by component on both sides."""
    strange = [
        one
        for one in order.allocations
        if one.status not in compiled.rules.not_open
        and not any(same_dc(link, one) for link in compiled.links)
    ]
    for line in order.lines:
        total = sum(one.quantity for one in line.components) or line.quantity
        rows = [row for one in bindings for row in one.composition if row["line"] == line.id]
        left_over = total - sum(row["quantity"] for row in rows)
        if sum(item.quantity for item in items_of(strange, line)) > left_over:
            yield line.id


def _case(compiled: CompiledOrders, draft: Draft, part: PartDraft, past: Past, seen: _Seen) -> Case:
    link, rules = part.part.link.name, compiled.rules.changes
    lines, problems = seen.lines.get(link, ([], []))
    sent = seen.memo(link).get("marks")
    on_hold, _ = wos_hold(compiled, part)
    marks = marks_of(compiled, seen.order, part.scope, seen.echo, on_hold=on_hold)
    kept = {name: past.seal(mark) for name, mark in marks.items()}
    composition = part.binding.composition if part.binding is not None else ()
    around = _around(link, draft, seen)
    return Case(
        draft=part,
        binding=part.binding,
        created=seen.created.get(link),
        history=past.effects.get(sink_subject(compiled, part.number), ()),
        there=past.there.get(part.number),
        kinds=in_order([*kinds_of_lines(composition, lines, around), *kinds_of_header(sent, kept)]),
        unclear=tuple(problems),
        marks=marks,
        echo=seen.echo,
        touched=_touched(part.binding, past.seal(draft.fingerprint), sent, kept),
        cancelled=rules is not None and is_cancelled(rules, draft.order),
    )


def _touched(binding: Binding | None, fingerprint: str, sent: Marks | None, now: Marks) -> bool:
    """Whether the source's order says anything else than what we sent and wrote. Of one that was
    sent before the ruleset said anything of changes nobody can tell: it counts as untouched.
    """
    if sent is not None:
        return "content" in sent and sent["content"] != now["content"]
    return binding is not None and binding.fingerprint != fingerprint


def _around(link: str, draft: Draft, seen: _Seen) -> Around:
    sent = {one.link: units_sent(one.composition) for one in draft.bound if one.link != link}
    now = {name: units_wanted(rows) for name, (rows, _) in seen.lines.items() if name != link}
    gained = {line for name, units in now.items() for line, _ in units - sent.get(name, Counter())}
    lost = {line for name, units in sent.items() for line, _ in units - now.get(name, Counter())}
    return Around(
        ordered=frozenset(one.id for one in draft.order.lines if one.quantity > one.cancelled),
        gained=frozenset(gained) | seen.astray,
        lost=frozenset(lost),
    )
