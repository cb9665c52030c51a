"""The smallest change that lets a record through: every candidate is tried, and what does not do it
is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.diagnostics import Place
from engine.explain.candidates import candidates
from engine.explain.sources import Seeing
from engine.explain.trial import AnyTrial, Candidate, Judge, Where
from engine.model.decision import Decision, Outcome

TRIES = 120
MOST = 3
MARKS = frozenset(["export", "write-back"])
FLOWS = frozenset({Outcome.SEND, Outcome.NOOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One change that was tried and lets the record through; where in the ruleset it is made."""

    where: Where
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The changes that do it, at most a few of each kind. Where there are none: after the change
    `almost` the rule `next_rule` would stop it, both empty where nothing of the known kinds helps.
    """

    suggestions: tuple[Suggestion, ...] = ()
    almost: str = ""
    next_rule: str = ""
    tried: int = 0


def advise(judge: Judge, trial: AnyTrial, stopped: Decision, seeing: Seeing) -> Advice:
    """What would let through what a decision has stopped."""
    return tried(judge, candidates(trial, stopped, seeing), stopped)


def tried(judge: Judge, some: Iterable[Candidate], stopped: Decision) -> Advice:
    """Those of some changes that do it."""
    found: list[Suggestion] = []
    done: set[str] = set()
    almost = next_rule = ""
    tried = 0
    for one in islice(some, TRIES):
        if one.family in done or sum(known.where == one.where for known in found) >= MOST:
            continue
        tried += 1
        left = _stops(judge(one.trial), stopped)
        if left is None:
            found.append(Suggestion(where=one.where, text=one.text, place=one.place))
            done |= {one.family} - {""}
        elif not next_rule and left.rule != stopped.rule:
            almost, next_rule = one.text, left.rule
    if found:
        return Advice(suggestions=tuple(found), tried=tried)
    return Advice(almost=almost, next_rule=next_rule, tried=tried)


def _stops(decisions: Sequence[Decision], stopped: Decision) -> Decision | None:
    """What keeps the record back now; None where it flows."""
    mine = [one for one in decisions if stopped.key in (one.key, one.order)]
    if not mine:  # The part is gone: what is said of the whole order is said of it.
        return next((one for one in decisions if one.link is None), stopped)
    return next((one for one in mine if not _flows(one)), None)


def _flows(decision: Decision) -> bool:
    """Whether it is there, or goes there: to be marked as dealt with, as nothing is left of it, is
    no flowing.
    """
    told = {change.operation for change in decision.changes}
    only_marked = decision.link is None and bool(told) and told <= MARKS
    return decision.outcome in FLOWS and not only_marked
