"""The life of one record, for people."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from engine.explain.origins import Origin
from engine.explain.pointers import leaves
from engine.explain.sources import Source, spoken
from engine.explain.story import Judged, Member, Request, Story
from engine.explain.suggesting import Advice
from engine.report.masking import STARS, masked_request
from engine.report.screen import Screen
from engine.report.times import shown

OUTCOMES = {
    "send": "would be sent",
    "no-op": "nothing to do",
    "skip": "is left alone",
    "hold": "is held",
    "reject": "is rejected",
    "report": "is reported",
}
LEARN = Callable[[str], str]


def show_story(screen: Screen, story: Story, zone: str, what_to_do: LEARN) -> None:
    """Shows all of it; in the customer's `zone`; `what_to_do` asks the page of a rule."""
    subject = story.subject
    names = f" ({', '.join(subject.names)})" if subject.names else ""
    screen.say(f"{subject.kind.capitalize()} {subject.key}{names} of {story.customer}", "bold")
    _known(screen, story)
    if story.events:
        screen.heading("What happened")
        rows = [
            [f"  {shown(one.at, zone)}", one.of, one.where, one.what, one.detail]
            for one in story.events
        ]
        screen.table(["  when", "known from", "where", "what", ""], rows, whole=(0, 1))
    if story.fresh.judged:
        screen.heading("What a pass would do now")
        for judged in story.fresh.judged:
            _judged(screen, judged, what_to_do)
    for judged in story.fresh.judged:
        for request in judged.requests:
            _request(screen, request)
    for request in story.requests:
        _request(screen, request)
    _inbox(screen, story)


def _inbox(screen: Screen, story: Story) -> None:
    """What asks a person now."""
    for item in story.inbox:
        if item.resolved is None:
            screen.heading(f"In the inbox: {item.kind}, {item.rule}")
            screen.say(f"  {item.text}")
            key = shlex.quote(item.business_key)
            screen.say(f"  crossdock inbox {story.customer} show {key}")


def _known(screen: Screen, story: Story) -> None:
    """What is from the memory, and what is fresh."""
    if story.fresh.judged:
        screen.say("Read and decided now, and nothing was written.")
    for read in story.fresh.read:
        screen.say(f"  {read}", "dim")
    for why in story.fresh.away:
        screen.say(f"Not to be had now: {why}", style="bold red")
    if story.fresh.away and not story.fresh.judged:
        screen.say("What follows is from the memory alone.")
    if not story.remembered:
        screen.say("Nothing is on record of it: no pass has sent, held or reported it.")


def _judged(screen: Screen, judged: Judged, what_to_do: LEARN) -> None:
    decision = judged.decision
    where = f" ({judged.place})" if judged.place is not None else ", built in"
    ends = OUTCOMES[decision.outcome.value]
    screen.say(f"  {decision.flow}: {decision.key} {ends} by {decision.rule}{where}")
    screen.table(["", ""], [[f"    {name}", text] for name, text in _why(judged, what_to_do)])


def _why(judged: Judged, what_to_do: LEARN) -> Iterator[tuple[str, str]]:
    """What there is to say of a decision, row by row."""
    yield "why", judged.decision.reason
    if judged.text not in judged.decision.reason:
        yield "it says", judged.text
    for source in judged.sources:
        yield "it read", _source(source)
    for origin in judged.members:
        yield "member", f"{origin.target}: {_by(origin)}"
        yield from (("it read", _source(source)) for source in origin.sources)
    if judged.note:
        yield "note", judged.note
    yield from _way_out(judged, what_to_do)


def _way_out(judged: Judged, what_to_do: LEARN) -> Iterator[tuple[str, str]]:
    """What would let through what was stopped, and what its page advises."""
    if judged.flows or (judged.advice is None and judged.note):
        return
    if judged.advice is not None:
        yield from _advice(judged.advice)
    yield "what to do", what_to_do(judged.decision.rule)


def _advice(advice: Advice) -> Iterator[tuple[str, str]]:
    for one in advice.suggestions:
        place = f" ({one.place})" if one.place is not None else ""
        words = "with" if one.where in ("record", "warehouse") else ""
        said = f"{words} {one.text}{place}".strip()
        yield f"would flow: {one.where}", said
    if advice.suggestions:
        return
    yield "would flow", "no single change of the known kinds lets it through"
    if advice.next_rule:
        yield (
            "",
            f"with this: {advice.almost}, the next rule that would stop it is {advice.next_rule}",
        )


def _request(screen: Screen, request: Request) -> None:
    state = request.state or "would be sent"
    screen.heading(f"{request.operation} to {request.target}: {state}")
    screen.say(f"  {request.key}")
    if request.note:
        screen.say(f"  {request.note}")
    if request.request:
        _body(screen, request)


def _body(screen: Screen, request: Request) -> None:
    """The call, member by member, and what is behind them."""
    told = masked_request(request.request)
    screen.say(f"  {told['method']} {told['path']}")
    if request.by:
        screen.say(f"  By {request.by}.")
    for member in request.members:
        _member(screen, member)
    if not request.members and told["body"] is not None:
        for pointer, value in leaves(told["body"]):
            screen.say(f"  {pointer} = {spoken(value)}")
    for leg, quantity in request.legs.items():
        booking, _, center = leg.rpartition(":")
        screen.say(f"  {quantity:+d} in DC {center} by booking {booking}")
    if request.fixed:
        screen.say(f"  By the site profile, or by position: {', '.join(request.fixed)}")


def _member(screen: Screen, member: Member) -> None:
    """A member and its value, below it what that comes from."""
    origin = member.origin
    screen.say(f"  {' '.join(member.pointers) or origin.target} = {spoken(origin.value)}")
    told = [_by(origin), _sources(origin.sources)]
    if member.changed:
        told.append(f"by today's record and rules: {spoken(member.today)}")
    for text in filter(None, told):
        screen.say(f"      {text}", "dim")


def _sources(sources: Sequence[Source]) -> str:
    return f"read: {', '.join(map(_source, sources))}" if sources else ""


def _source(source: Source) -> str:
    if source.note == "not there":
        return f"{source.path} (not there)"
    note = f" ({source.note})" if source.note else ""
    value = STARS if source.value == STARS else spoken(source.value)
    return f"{source.path} = {value}{note}"


def _by(origin: Origin) -> str:
    """The text with its place, the functions, the row; what is to be known beside it."""
    place = f" ({origin.place})" if origin.place is not None else ""
    parts = [f"{origin.text}{place}"] if origin.text else []
    if origin.functions:
        parts.append(f"with {', '.join(origin.functions)}")
    row = origin.row
    if row is not None:
        which = "the default" if row.default else f"the row {spoken(row.key)}"
        at = f" ({row.place})" if row.place is not None else ""
        parts.append(f"{which} of table {row.table}{at}")
    if origin.problem:
        parts.append(origin.problem)
    if origin.note:
        parts.append(origin.note)
    return "; ".join(parts)
