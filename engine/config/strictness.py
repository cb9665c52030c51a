"""How much each problem weighs: while a ruleset is written, before a plan, and to go live.

One table says it of every diagnostic. What is wrong is an error everywhere. What is not there yet
may wait while one writes; what nobody needs may stay until the go-live; and some questions are
asked only then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from engine.diagnostics import Diagnostic

Strictness = Literal["draft", "preview", "live"]
Level = Literal["error", "warning", "off"]
STRICTNESSES: tuple[Strictness, ...] = get_args(Strictness)


@dataclass(frozen=True, slots=True)
class Levels:
    """What a diagnostic is in each profile: `off` means that nothing is said of it."""

    draft: Level
    preview: Level
    live: Level


WRONG = Levels("error", "error", "error")
NOT_YET = Levels("warning", "error", "error")
UNTIDY = Levels("warning", "warning", "error")
DOUBTFUL = Levels("warning", "warning", "warning")
GO_LIVE = Levels("off", "off", "error")
TO_KNOW = Levels("off", "off", "warning")

TABLE: dict[str, Levels] = {
    # What is written cannot be meant, or cannot be read.
    "area-in-two-links": WRONG,
    "bad-custom-field": WRONG,
    "bad-date": WRONG,
    "bad-duration": WRONG,
    "bad-name": WRONG,
    "bad-path": WRONG,
    "bad-pattern": WRONG,
    "bad-url": WRONG,
    "bare-literal": WRONG,
    "base-cycle": WRONG,
    "bundle-two-ways": WRONG,
    "compare-kinds": WRONG,
    "dc-in-two-links": WRONG,
    "duplicate-key": WRONG,
    "expression-syntax": WRONG,
    "expression-too-deep": WRONG,
    "expression-too-large": WRONG,
    "list-for-value": WRONG,
    "literal-secret": WRONG,
    "member-twice": WRONG,
    "negated-member": WRONG,
    "no-elements": WRONG,
    "no-members": WRONG,
    "not-one-of": WRONG,
    "nothing-to-change": WRONG,
    "number-for-text": WRONG,
    "number-of-two-parts": WRONG,
    "out-of-range": WRONG,
    "pick-not-an-area": WRONG,
    "predicate-constant": WRONG,
    "predicate-never-boolean": WRONG,
    "profile-twice": WRONG,
    "recreate-locked": WRONG,
    "set-counts-twice": WRONG,
    "stock-one-field": WRONG,
    "template-forbidden": WRONG,
    "template-syntax": WRONG,
    "text-for-number": WRONG,
    "typed-scalar": WRONG,
    "unknown-adapter": WRONG,
    "unknown-base": WRONG,
    "unknown-connection": WRONG,
    "unknown-customer": WRONG,
    "unknown-field": WRONG,
    "unknown-function": WRONG,
    "unknown-key": WRONG,
    "unknown-root": WRONG,
    "unknown-target": WRONG,
    "unknown-timezone": WRONG,
    "unknown-word": WRONG,
    "unreadable-file": WRONG,
    "unsafe-name": WRONG,
    "unsafe-path": WRONG,
    "wrong-argument": WRONG,
    "wrong-arity": WRONG,
    "wrong-side": WRONG,
    "wrong-type": WRONG,
    "yaml-alias": WRONG,
    "yaml-documents": WRONG,
    "yaml-key": WRONG,
    "yaml-merge-key": WRONG,
    "yaml-syntax": WRONG,
    "yaml-tag": WRONG,
    "yaml-too-large": WRONG,
    # Something is still to be written.
    "empty-value": NOT_YET,
    "missing-key": NOT_YET,
    "placeholder": NOT_YET,
    "stock-no-profile": NOT_YET,
    "unknown-profile": NOT_YET,
    "unknown-site-profile": NOT_YET,
    "unknown-table": NOT_YET,
    # It may be meant, and what becomes of some records should be known.
    "free-member": DOUBTFUL,
    "null-into-function": DOUBTFUL,
    "null-into-required": DOUBTFUL,
    "null-into-text": DOUBTFUL,
    "predicate-may-be-null": DOUBTFUL,
    "undescribed-field": DOUBTFUL,
    "undescribed-word": DOUBTFUL,
    "unseen-word": DOUBTFUL,
    "wide-read": DOUBTFUL,
    # Rules that are right one by one, and not together.
    "bundle-never-sent": UNTIDY,
    "change-without-effect": UNTIDY,
    "claimed-twice": UNTIDY,
    "dc-without-link": UNTIDY,
    "dead-rule": UNTIDY,
    "link-without-orders": UNTIDY,
    "nothing-left": UNTIDY,
    "profile-without-stock": DOUBTFUL,
    "row-missing": DOUBTFUL,
    "row-never-asked": UNTIDY,
    "rows-alike": DOUBTFUL,
    "shadowed-rule": UNTIDY,
    "status-two-ways": UNTIDY,
    "unused-profile": UNTIDY,
    # It has no effect, so most often something else was meant.
    "not-the-way-back": UNTIDY,
    "nothing-to-remove": UNTIDY,
    "unused-table": UNTIDY,
    # Questions of the go-live.
    "assumed-profile": TO_KNOW,
    "no-gate": GO_LIVE,
    "values-of-init": GO_LIVE,
}


def judge(diagnostics: Iterable[Diagnostic], strictness: Strictness) -> list[Diagnostic]:
    """The same with the severities of a profile, without those that it says nothing of."""
    levels = [(one, level_of(one, strictness)) for one in diagnostics]
    return [replace(one, severity=level) for one, level in levels if level != "off"]


def level_of(diagnostic: Diagnostic, strictness: Strictness) -> Level:
    """What a diagnostic is in a profile; one that is not in the table is what it says itself."""
    levels = TABLE.get(diagnostic.id)
    level: Level = getattr(levels, strictness) if levels else diagnostic.severity
    return level
