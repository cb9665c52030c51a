"""The life of a record as people read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.diagnostics import Place
from engine.explain.origins import Origin, Row
from engine.explain.sources import STARS, Source, spoken
from engine.explain.story import Event, Fresh, Judged, Member, Request, Story, Subject
from engine.explain.suggesting import Advice, Suggestion
from engine.model.decision import Decision, Outcome
from engine.ports.ledger import InboxItem
from engine.report.explain_json import story_json
from engine.report.explain_text import show_story
from engine.report.screen import Screen

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HERE = Place("ruleset.yaml", 7, 20)


def decision(outcome: Outcome = Outcome.HOLD, rule: str = "orders.hold.x") -> Decision:
    return Decision(
        flow="orders", key="1/main", order="1", outcome=outcome, rule=rule, reason="it waits"
    )


def story(*judged: Judged, **more: Any) -> Story:
    return Story(
        customer="acme",
        subject=Subject(kind="order", key="1"),
        fresh=Fresh(judged=judged, **more.pop("fresh", {})),
        **more,
    )


def told(capsys: pytest.CaptureFixture[str], one: Story) -> str:
    show_story(Screen(), one, "UTC", lambda rule: f"see {rule}")
    return capsys.readouterr().out


def test_a_stop_without_a_way_out_says_so_and_names_the_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No change helps: that is said, with what would stop it next, and what its page advises."""
    advice = Advice(almost="a text in ca.X", next_rule="orders.hold.y", tried=2)
    said = told(capsys, story(Judged(decision=decision(), advice=advice)))
    assert "no single change of the known kinds lets it through" in said
    assert "with this: a text in ca.X, the next rule that would stop it is orders.hold.y" in said
    assert "see orders.hold.x" in said


def test_a_way_out_names_where_it_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    """A change of the ruleset has its place; one of the record says what stands there then."""
    ways = (
        Suggestion(where="record", text="a text in ca.X"),
        Suggestion(where="ruleset", text="leave out orders.hold.x", place=HERE),
        Suggestion(where="warehouse", text="MUG known in the warehouse"),
    )
    judged = Judged(decision=decision(), place=HERE, advice=Advice(suggestions=ways))
    said = told(capsys, story(judged))
    assert "1/main is held by orders.hold.x (ruleset.yaml:7:20)" in said
    assert "with a text in ca.X" in said
    assert "leave out orders.hold.x (ruleset.yaml:7:20)" in said
    assert "with MUG known" in said


def test_a_note_stands_for_advice(capsys: pytest.CaptureFixture[str]) -> None:
    """Of what was sent before no way is told, only why there is none."""
    said = told(capsys, story(Judged(decision=decision(), note="it was sent before")))
    assert "it was sent before" in said
    assert "what to do" not in said


def test_reads_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Missing members, counts, hidden values and texts of a rule each in their words."""
    sources = (
        Source(path="ca.X", value=None, note="not there"),
        Source(path="lines", value=3, note="how many there are"),
        Source(path="ca.City", value=STARS),
        Source(path="ca.Gift", value=True),
    )
    member = Origin(
        target="notes", value=None, kind="template", text="{{ ca.X }}", problem="it has no value"
    )
    judged = Judged(decision=decision(), text="ca.X == 'a'", sources=sources, members=(member,))
    said = told(capsys, story(judged))
    for line in (
        "ca.X == 'a'",
        "ca.X (not there)",
        "lines = 3 (how many there are)",
        "ca.City = ***",
        "ca.Gift = true",
        "notes: {{ ca.X }}; it has no value",
    ):
        assert line in said


def test_a_request_tells_members_legs_and_what_nobody_filled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows and defaults of tables, the bookings behind a change, and what the site profile adds."""
    row = Row(table="way", key="Slow", value="GROUND", place=None, default=True)
    origin = Origin(target="shipMethod", value="GROUND", kind="expression", row=row, note="so")
    body = '{"way": "GROUND", "kind": 1}'
    sent = {"method": "POST", "path": "/orders", "body": body, "private": []}
    request = Request(
        operation="create",
        key="v1:acme:create:1:1",
        target="wos",
        state="DONE",
        request=sent,
        members=(Member(pointers=("/way",), origin=origin, changed=True, today="AIR"),),
        fixed=("/kind",),
        legs={"t1:7": 3},
    )
    gone = Request(
        operation="ship", key="v1:acme:ship:1", target="ca", state="FAILED", request={}, note="gone"
    )
    one = story(requests=(request, gone), remembered=True)
    said = told(capsys, one)
    assert "/way = 'GROUND'" in said
    assert "the default of table way; so" in said
    assert "by today's record and rules: 'AIR'" in said
    assert "+3 in DC 7 by booking t1" in said
    assert "By the site profile, or by position: /kind" in said
    assert "ship to ca: FAILED" in said
    assert "gone" in said
    plain = story_json(one)
    assert plain["sent"][0]["members"][0]["row"]["default"] is True
    assert plain["sent"][1]["request"] is None


def test_a_body_without_origins_is_told_member_by_member(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What no expression made is shown as it is, its private members starred out."""
    body = '{"a": {"b": "Dana"}, "c": 2}'
    sent = {"method": "POST", "path": "/ship", "body": body, "private": ["/a/b"]}
    nothing = {**sent, "method": "DELETE", "body": None, "private": []}
    requests = tuple(
        Request(operation="ship", key="k", target="ca", state="", request=one)
        for one in (sent, nothing)
    )
    said = told(capsys, story(requests=requests, remembered=True))
    assert "/a/b = ***" in said
    assert "/c = 2" in said
    assert "DELETE /ship" in said


def test_what_is_away_and_what_asks_a_person_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Why the systems were not seen, and each open item with the command that shows it."""
    items = (
        InboxItem(business_key="1/main", kind="doubt", rule="effects.doubt", text="no answer"),
        InboxItem(business_key="1/x", kind="report", rule="a.b", text="old", resolved=NOON),
    )
    event = Event(at=NOON, of="memory", where="orders", what="create 1: sent")
    one = story(fresh={"away": ("wos: no answer",)}, inbox=items, events=(event,), remembered=True)
    said = told(capsys, one)
    assert "Not to be had now: wos: no answer" in said
    assert "from the memory alone" in said
    assert "crossdock inbox acme show 1/main" in said
    assert "old" not in said
    assert story_json(one)["inbox"][1]["resolved"] == NOON.isoformat()


def test_a_decision_that_flows_has_no_advice(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is advised where nothing is stopped; a rule of the engine is said to be built in."""
    said = told(capsys, story(Judged(decision=decision(Outcome.NOOP, "orders.bound"))))
    assert "nothing to do by orders.bound, built in" in said
    assert "what to do" not in said


def test_values_are_spoken_on_one_line() -> None:
    """Null, truth values and texts are told apart, and what is long is cut with its length."""
    assert [spoken(one) for one in (None, False, "a", 1.5)] == ["null", "false", "'a'", "1.5"]
    assert spoken("x" * 200).endswith("... (202 characters)")


def test_a_command_is_a_way_out_as_it_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """What a person can do by a command is shown as that, with nothing before it."""
    ways = (Suggestion(where="command", text="crossdock resubmit acme 1"),)
    said = told(capsys, story(Judged(decision=decision(), advice=Advice(suggestions=ways))))
    assert "would flow: command  crossdock resubmit acme 1" in said
