"""What might have a change of a sent order carried out, where a person is only told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.explain.candidates import candidates
from engine.explain.change_origins import ABSENT, cell_of
from engine.explain.sources import Seeing
from engine.explain.trial import Candidate, OrderTrial
from engine.flows.changes_judging import CANCELLED, TEXTS
from engine.model.decision import Decision
from engine.model.rules_changes import LOCKED, Action, CancelAction, ChangeRules
from engine.model.ruleset import Link

TABLE = "orders.changes."
ACTIONS: tuple[Action, ...] = ("recreate", "wos-hold")
CALLED_OFF: tuple[CancelAction, ...] = ("delete", "wos-hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The kind of change that a decision is by, and all that came with it."""

    kind: str
    kinds: Sequence[str]


def of_change(
    trial: OrderTrial, stopped: Decision, state: str, seeing: Seeing
) -> Iterator[Candidate]:
    """Another state in the warehouse, or another cell of the table; of what cannot be sent again,
    whatever lets a new order through.
    """
    rules = trial.rules.changes
    if stopped.rule == f"{TABLE}{ABSENT}" and rules is not None:
        yield from _absent(trial, rules, stopped, seeing)
    elif (stopped.rule.startswith(TABLE) or stopped.rule == "changes.on-hold") and rules:
        yield from _unlocked(trial, stopped, state)
        kinds = [kind for kind, text in TEXTS.items() if text in stopped.reason]
        found = Found(kind=stopped.rule.removeprefix(TABLE), kinds=kinds)
        yield from _cells(trial, rules, found, state, seeing)
    elif stopped.rule == "orders.links.lost":
        yield from _lost_link(trial, stopped, seeing)
    else:
        yield from candidates(trial, stopped, seeing)


def _unlocked(trial: OrderTrial, stopped: Decision, state: str) -> Iterator[Candidate]:
    if state not in ("", "available") and stopped.number:
        text = f"{stopped.number} available in the warehouse, and in no batch"
        other = replace(trial, states={stopped.number: "available"})
        yield Candidate(where="warehouse", text=text, trial=other)


def _cells(
    trial: OrderTrial, rules: ChangeRules, found: Found, state: str, seeing: Seeing
) -> Iterator[Candidate]:
    """One cell, else those of all kinds of change that came together."""
    for action, cells, other in _tables(rules, found, state):
        yield Candidate(
            where="ruleset",
            text=f"say {' and '.join(f'{TABLE}{one}.{state}' for one in cells)}: {action}",
            place=cell_of(seeing.places, found.kind, state),
            trial=trial.with_rules(changes=other),
            family=action,
        )


def _tables(
    rules: ChangeRules, found: Found, state: str
) -> Iterator[tuple[str, Sequence[str], ChangeRules]]:
    """Each action that does something, the cells that say so, and the table with them."""
    # What is locked in the warehouse nobody but a person may delete: validate refuses such a cell.
    locked = state in LOCKED
    if found.kind == CANCELLED:
        for end in CALLED_OFF[locked:]:
            yield end, [CANCELLED], replace(rules, cancelled={**rules.cancelled, state: end})
    if not state or found.kind not in rules.table:
        return
    together = [kind for kind in found.kinds if kind in rules.table]
    several = [together] if len(together) > 1 else []
    for action in ACTIONS[locked:]:
        for some in [[found.kind], *several]:
            rows = {kind: {**rules.table[kind], state: action} for kind in some}
            yield action, some, replace(rules, table={**rules.table, **rows})


def _absent(
    trial: OrderTrial, rules: ChangeRules, stopped: Decision, seeing: Seeing
) -> Iterator[Candidate]:
    yield Candidate(
        where="command",
        text=f"crossdock resubmit {trial.compiled.customer} {stopped.order}",
        trial=replace(trial, force=True),
    )
    yield Candidate(
        where="ruleset",
        text=f"say {TABLE}{ABSENT}: resubmit-when-touched",
        place=cell_of(seeing.places, ABSENT, ""),
        trial=trial.with_rules(changes=replace(rules, absent="resubmit-when-touched")),
    )


def _lost_link(trial: OrderTrial, stopped: Decision, seeing: Seeing) -> Iterator[Candidate]:
    """The link under its old name, of a DC that has something of the order."""
    place = seeing.places.at("links")
    for dc in dict.fromkeys(one.dc_code or one.dc for one in trial.order.allocations):
        link = Link(
            name=str(stopped.link),
            dc=dc,
            areas=(),
            pick=None,
            stock=None,
            place=place or trial.compiled.number.place,
        )
        yield Candidate(
            where="ruleset",
            text=f"put the link {stopped.link} back, whose dc is {dc}",
            place=place,
            trial=trial.with_compiled(links=(*trial.compiled.links, link)),
            family="link",
        )
