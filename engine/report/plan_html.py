"""A plan as one page that loads nothing: search, filters and the reasons, for any browser.

It has no buyer's data: their members are starred out as on a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Any

from engine.model.decision import Change, Decision
from engine.model.plan import PlanFooter, PlanHeader
from engine.report.markup import Markup, element, embedded, page
from engine.report.plan_change import Member, shown_change
from engine.report.plan_words import HEADINGS, advice, exceeded, left_alone, sums, title, windows
from engine.report.rule_titles import title_of

_HEADINGS = {
    **{outcome.value: heading for outcome, heading in HEADINGS.items()},
    "skip": "Skipped",
    "no-op": "Nothing to do",
}
_FILTERS = (("flow", "Flow"), ("outcome", "Outcome"), ("rule", "Rule"))
_KEYS = "/ searches, j and k go up and down, n and p turn pages, Escape shows all again."


def html_plan(
    ends: tuple[PlanHeader, PlanFooter], decisions: Iterable[Decision], name: str
) -> Iterator[str]:
    """The page in pieces; `decisions` is read once, and `name` is the plan file's."""
    yield from page(title(ends[0]), "plan", _body(ends, decisions, name))


def _body(
    ends: tuple[PlanHeader, PlanFooter], decisions: Iterable[Decision], name: str
) -> Iterator[Markup]:
    header, footer = ends
    yield from (element("p", one, class_="soft") for one in windows(header))
    yield element("h2", "In short")
    yield from (element("p", one) for one in _in_short(header, footer))
    yield from (element("p", one, class_="warn") for one in exceeded(footer.blocked))
    yield _next_step(advice(header, footer, name))
    yield element("noscript", element("p", "The list of decisions needs JavaScript to be shown."))
    yield _tools()
    yield element("main", id="list")
    yield _pages()
    yield from embedded("about", [_about(header, footer)])
    yield from embedded("decisions", map(_decision, decisions))


def _in_short(header: PlanHeader, footer: PlanFooter) -> Iterator[str]:
    yield from sums(header, footer)
    quiet = left_alone(footer)
    if quiet:
        yield f"{quiet}."


def _next_step(sentence: str) -> Markup:
    """The advice, its command as one that can be copied."""
    before, found, command = sentence.partition("crossdock ")
    return element("p", before, element("code", f"{found}{command}") if found else "")


def _tools() -> Markup:
    search = element(
        "label",
        "Search",
        element("input", id="search", type="search", autocomplete="off", title=_KEYS),
        class_="wide",
    )
    choices = (element("label", word, element("select", id=name)) for name, word in _FILTERS)
    clear = element("button", "Show all", id="clear", type="button")
    count = element("p", id="count", class_="soft", role="status")
    keys = element("p", _KEYS, class_="soft")
    bar = element("div", search, *choices, clear, class_="bar", role="search")
    return element("div", bar, count, keys, id="tools", hidden="hidden")


def _pages() -> Markup:
    return element(
        "nav",
        element("button", "Back", id="back", type="button"),
        element("span", id="page"),
        element("button", "Next", id="next", type="button"),
        id="pages",
        class_="pages",
        hidden="hidden",
        aria_label="Pages",
    )


def _about(header: PlanHeader, footer: PlanFooter) -> dict[str, Any]:
    return {
        "headings": _HEADINGS,
        "titles": {rule: title_of(rule) for rule in footer.rules},
        "explain": f"crossdock explain {header.customer} ",
    }


def _decision(decision: Decision) -> dict[str, Any]:
    """What the page shows of a decision."""
    return {
        "flow": decision.flow,
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "order": decision.order,
        "asked": quote(decision.order),
        "number": decision.number or "",
        "reason": decision.reason,
        "changes": [_change(change) for change in decision.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    shown = shown_change(change)
    return {
        "sign": shown.sign,
        "title": shown.title,
        "summary": change.summary,
        "request": shown.request,
        "members": [_member(one) for one in shown.members],
        "more": shown.more,
    }


def _member(member: Member) -> list[str]:
    """Name and value, and between them what stands there, if that is known."""
    before = [] if member.before is None else [member.before]
    return [member.name, *before, member.value]
