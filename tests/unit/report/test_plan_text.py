"""A plan and what became of it, as people read them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.executor.applying import Applied
from engine.executor.bench import Result
from engine.executor.runner import Stale
from engine.executor.running import Report, Verdict
from engine.model.decision import Change, ChangeStatus, Decision, Outcome
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent
from engine.model.plan import BlockedGate, PlanFooter
from engine.report.apply_text import Teller, report_json, show_report
from engine.report.plan_text import ROWS, show_plan
from engine.report.plan_words import approving
from engine.report.screen import Screen
from tests.fakes.plans import HEADER


def footer(outcomes: dict[str, int], **more: object) -> PlanFooter:
    members: dict[str, object] = {
        "read": {"orders": sum(outcomes.values())},
        "quiet": {},
        "outcomes": outcomes,
        "rules": {},
        "changes": {},
        "newly_held": 0,
        "calls": 0,
        "unchecked": 0,
    }
    return PlanFooter(**{**members, **more})  # type: ignore[arg-type]  # the test names the members


def kept(outcome: Outcome, number: int) -> Decision:
    return Decision(
        flow="orders",
        outcome=outcome,
        rule="orders.some-rule",
        key=f"{number}/main",
        order=str(number),
        reason="because",
    )


def said(capsys: pytest.CaptureFixture[str], ends: PlanFooter, *decisions: Decision) -> str:
    show_plan(Screen(), (HEADER, ends), decisions, "plan.jsonl")
    return capsys.readouterr().out


def test_only_the_first_of_many_are_shown_and_the_rest_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A plan of thousands is no wall of text; with detail there is no end to it."""
    many = [replace(kept(Outcome.HOLD, n), reason=f"because {n}") for n in range(ROWS + 5)]
    text = said(capsys, footer({"hold": ROWS + 5}), *many)
    show_plan(Screen(), (HEADER, footer({"hold": ROWS + 5})), many, detail=True)
    whole = capsys.readouterr().out

    assert text.count("~ ") == ROWS
    assert (
        "... and 5 more by orders.some-rule, all in the plan file; `crossdock plan --detail`"
        in text
    )
    assert whole.count("~ ") == ROWS + 5
    assert "--detail" not in whole


def test_what_has_one_reason_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Forty orders that wait for one row of a table are one thing to do."""
    text = said(capsys, footer({"hold": 40}), *(kept(Outcome.HOLD, n) for n in range(40)))

    assert "~ 0/main, 1/main and 38 more  orders.some-rule  because" in text
    assert text.count("~ ") == 1
    assert "--detail" not in text


def sent(number: int) -> Decision:
    """An order that is created, with a buyer's name and an empty member in its request."""
    body = {"orderNumber": f"US-{number}", "name": "Dana", "po": "", "lines": [{"sku": "A"}]}
    request = PreparedRequest(
        method="POST", path="/orders", body=json.dumps(body), private=("/name",)
    )
    change = Change(
        operation="create",
        key=f"v1:acme:create:{number}",
        target="wos",
        subject=f"wos:{number}",
        marker=str(number),
        request=request,
        summary="1 line",
    )
    return replace(
        kept(Outcome.SEND, number), rule="orders.send", number=f"US-{number}", changes=(change,)
    )


def test_what_is_sent_is_headed_by_its_rule_and_what_that_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody has to look the rule up to know why it goes out; a stranger's rule has no meaning."""
    strange = replace(sent(2), rule="elsewhere.sent")
    text = said(capsys, footer({"send": 2}, changes={"orders.create": 2}), sent(1), strange)

    assert "1 by orders.send: the part is not in the warehouse yet and is created there\n" in text
    assert "1 by elsewhere.sent\n" in text
    assert "+ US-1    1      1 line  because" in text


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (footer({}), "Nothing to do: nothing was updated in that time, and nothing waits here."),
        (
            footer({"skip": 9, "no-op": 1, "hold": 2}, quiet={"orders.bound": 1, "orders.only": 9}),
            "Nothing to do: 12 orders read; 9 left alone by orders.only, 1 left alone by ",
        ),
    ],
)
def test_a_plan_with_nothing_to_do_says_why(
    capsys: pytest.CaptureFixture[str], ends: PlanFooter, words: str
) -> None:
    """How many were read, and which rule kept how many of them, the most first."""
    text = said(capsys, ends)

    assert text.splitlines()[-1].startswith(words)


def test_sums_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """One call is no calls, and a gate on a share is told in percent."""
    gates = (
        BlockedGate(gate="orders.create", count=13, limit=5, unit="changes"),
        BlockedGate(gate="orders.first-pass", count=1.0843, limit=0.07, unit="share of orders"),
    )
    changes = {"orders.export": 1}
    text = said(capsys, footer({}, changes=changes, calls=1, blocked=gates))

    assert "Sending takes about 1 call.\n" in text
    assert "BLOCKED by gate orders.create: 13 changes, the limit is 5\n" in text
    assert "orders.first-pass: 108.43% of what was read, the limit is 7%\n" in text


def test_of_several_flows_each_sum_has_its_flow(capsys: pytest.CaptureFixture[str]) -> None:
    """Three flows read orders: which line is whose would be a guess."""
    more = replace(HEADER.windows[0], flow="shipments")
    header = replace(HEADER, windows=(*HEADER.windows, more))
    show_plan(Screen(), (header, footer({}, read={"orders": 0, "shipments": 0})), ())
    lines = capsys.readouterr().out.splitlines()

    assert any(line.startswith("orders: ") and "to create" in line for line in lines)
    assert any(line.startswith("shipments: ") and "to tell" in line for line in lines)


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        (Outcome.HOLD, "Held here, decided again on every pass: 1"),
        (Outcome.REJECT, "Rejected, needs a person: 1"),
        (Outcome.REPORT, "To report: 1"),
    ],
)
def test_each_kind_has_its_heading(
    capsys: pytest.CaptureFixture[str], outcome: Outcome, heading: str
) -> None:
    """What stays here is told by kind, with rule and reason."""
    text = said(capsys, footer({outcome.value: 1}), kept(outcome, 7))

    assert heading in text
    assert "~ 7/main  orders.some-rule  because" in text


@pytest.mark.parametrize(
    ("ends", "advice"),
    [
        (footer({}), "Nothing to do: "),
        (footer({}, newly_held=1), "Nothing to send. To put the holds on record: crossdock apply"),
        (footer({"report": 1}), "Nothing to send. To put that into the inbox: crossdock apply"),
        (footer({"reject": 1}), "Nothing to send. To put that into the inbox: crossdock apply"),
        (footer({}, changes={"orders.create": 1}), "To send exactly this: crossdock apply"),
        (
            footer({}, blocked=(BlockedGate(gate="g", count=3, limit=2, unit="changes"),)),
            "If that is right: crossdock apply plan.jsonl --approve g",
        ),
    ],
)
def test_the_last_line_is_what_to_do_next(
    capsys: pytest.CaptureFixture[str], ends: PlanFooter, advice: str
) -> None:
    """The command can be copied."""
    kinds = [kept(Outcome(name), 7) for name in ends.outcomes]
    assert said(capsys, ends, *kinds).splitlines()[-1].startswith(advice)


def test_a_flow_that_the_ruleset_does_not_have_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever plans items for a customer without items is not told to wait for some."""
    show_plan(Screen(), (replace(HEADER, windows=()), footer({})), [], "plan.jsonl")
    last = capsys.readouterr().out.splitlines()[-1]

    assert last == "Nothing to do: the ruleset says nothing of what was asked for."


def test_what_was_not_checked_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A person knows what the plan does not know."""
    assert "Not checked: 4 item numbers" in said(capsys, footer({}, unchecked=4))


def intent(key: str) -> Intent:
    return Intent(
        key=key,
        kind="create",
        customer="acme",
        target="wos",
        subject="1",
        marker="1",
        business_key="1/main",
        request={},
        body_hash="",
    )


UNTIL = datetime(2026, 11, 23, 14, 16, 49, tzinfo=UTC)


def report(verdict: Verdict, *, stale: bool = False) -> Report:
    doubtful = Result(status=ChangeStatus.UNKNOWN, detail="no usable answer")
    effect = Effect(
        intent=intent("v1:acme:create:1"), state=EffectState.DOUBT, version=2, attempts=1
    )
    return Report(
        verdict=verdict,
        applied=Applied(counts=Counter(unknown=1), trouble=[("1/main", doubtful)]),
        settled=((effect, replace(doubtful, until=UNTIL)),),
        stale=(Stale(key="2/main", why="it was changed"),) if stale else (),
        gates=("orders.create",),
    )


@pytest.mark.parametrize(
    ("verdict", "stale", "last"),
    [
        (Verdict.DONE, False, "Done: everything in the plan is sent and on record."),
        (Verdict.DONE, True, "Done: the rest is sent and on record."),
        (Verdict.ALREADY, False, "This plan was applied before. Nothing was sent."),
        (Verdict.BLOCKED, False, "If that is right: crossdock apply F --approve orders.create"),
        (Verdict.STALE, True, "Make a new plan, or send the rest: crossdock apply F --partial"),
        (
            Verdict.UNDECIDED,
            False,
            "Not everything is settled: see above, and `crossdock inbox acme`.",
        ),
    ],
)
def test_the_end_of_an_apply_says_what_is_next(
    capsys: pytest.CaptureFixture[str], verdict: Verdict, *, stale: bool, last: str
) -> None:
    """Each verdict has its sentence, which names the file; times are in the customer's zone."""
    show_report(Screen(), report(verdict, stale=stale), "F", "acme", "America/New_York")
    lines = capsys.readouterr().out.splitlines()

    assert lines[-1].startswith(last)
    assert "From an earlier pass" in lines
    assert "Changes: 1 unknown." in lines
    assert ("Stale" in lines) is stale
    assert any("no usable answer until 2026-11-23 09:16 EST" in line for line in lines)


def test_a_run_tells_what_earlier_passes_left_once(capsys: pytest.CaptureFixture[str]) -> None:
    """What waits is told with the first flow, and again only where something new is known of it."""
    teller = Teller(Screen())
    quiet = replace(report(Verdict.UNDECIDED), applied=Applied())
    row, result = quiet.settled[0]
    news = replace(quiet, settled=((row, replace(result, detail="found by reading back")),))

    assert not teller.has_told(quiet)
    assert teller.untold(quiet) == quiet
    assert teller.has_told(quiet)
    assert teller.untold(report(Verdict.UNDECIDED)).settled == ()
    assert not teller.has_told(report(Verdict.UNDECIDED))
    assert not teller.has_told(news)
    assert teller.untold(news) == news
    assert not Teller(Screen()).has_told(replace(quiet, settled=()))
    assert Teller(Screen()).has_told(replace(quiet, settled=(), verdict=Verdict.DONE))


def test_machines_are_told_of_earlier_passes_with_each_flow() -> None:
    """Each flow's JSON is whole in itself."""
    teller = Teller(Screen(json=True))
    once = teller.untold(report(Verdict.UNDECIDED))

    assert teller.untold(once) == report(Verdict.UNDECIDED)


def test_a_gate_that_is_exceeded_twice_is_approved_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each limit is named with its number, and the flows that no gate blocks are spoken of."""
    two = [
        BlockedGate(gate="orders.create", count=9, limit=5, unit="changes"),
        BlockedGate(gate="orders.create", count=0.9, limit=0.5, unit="share of orders"),
    ]
    show_report(Screen(), replace(report(Verdict.BLOCKED), exceeded=tuple(two)), "F", "acme", "UTC")
    lines = capsys.readouterr().out.splitlines()

    assert approving(two) == "--approve orders.create"
    assert lines[-4:] == [
        "BLOCKED by gate orders.create: 9 changes, the limit is 5",
        "BLOCKED by gate orders.create: 90% of what was read, the limit is 50%",
        "Blocked by a gate: nothing of its flow was sent. The other flows had their turn.",
        "If that is right: crossdock apply F --approve orders.create",
    ]


def test_machines_get_the_same() -> None:
    """Every list of the text is a list of the JSON."""
    value = report_json(report(Verdict.STALE, stale=True), ("orders",))

    assert value["flows"] == ["orders"]
    assert value["verdict"] == "stale"
    assert value["stale"] == [{"key": "2/main", "why": "it was changed"}]
    assert value["not_applied"] == [
        {"key": "1/main", "status": "unknown", "why": "no usable answer"}
    ]
    assert value["gates"] == ["orders.create"]
    assert value["settled"] == [
        {
            "key": "v1:acme:create:1",
            "status": "unknown",
            "why": "no usable answer",
            "until": "2026-11-23T14:16:49+00:00",
        }
    ]
