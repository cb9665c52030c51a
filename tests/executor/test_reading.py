"""Planning, staleness, plan files and supposing: all that only looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import PlanFileError
from engine.executor.chunks import chunks
from engine.executor.items import item_states
from engine.executor.order_ground import Eyes, stale_decisions
from engine.executor.plan_file import PlanWriter, decisions, inspect
from engine.executor.runner import SAFETY
from engine.executor.standing import open_work
from engine.executor.supposing import AsIfNotSent
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision, Outcome
from engine.model.desired import ExistingLine, ExistingOrder, ItemState
from engine.model.effect import Answer, AnswerKind, Binding, EffectState
from engine.model.order import Order
from engine.model.ruleset import Items
from engine.ports.ledger import Cursor, Hold
from tests.executor.conftest import MakeBench
from tests.executor.making import create, decision, desk, export, order_desk, planned, sending
from tests.executor.test_running import mug
from tests.fakes.systems import FakeOperation, FakeSink, FakeSource, PlanInMemory
from tests.fakes.world import NOON
from tests.unit.flows.making import template

HOUR = timedelta(hours=1)


def stamped(key: str, hours: float) -> Order:
    """An order updated so many hours before the source's noon."""
    members = {name: getattr(mug(key), name) for name in Order.__slots__}
    return Order(**{**members, "updated": NOON - hours * HOUR})


def hold(ledger: SqlLedger, order: str) -> None:
    """A part that waits here."""
    ledger.hold(
        Hold(part=f"{order}/east", order=order, rule="x", reason="y", since=NOON, seen=NOON)
    )


def keys(store: PlanInMemory) -> list[str]:
    """The keys of a plan's decisions."""
    return [one.key for one in decisions(store)]


def test_a_first_plan_reads_from_the_earliest_date_to_a_little_before_now(
    ledger: SqlLedger,
) -> None:
    """The window is the source's own time, and it asks for what is not marked yet."""
    source = FakeSource([stamped("100", 3)], [stamped("200", 1)])

    store, (header, footer) = planned(desk(source, ledger))

    (query,) = source.queries
    assert (query.until, query.acknowledged) == (NOON - SAFETY, False)
    assert query.since == order_desk(source, ledger).compiled.rules.since
    assert (footer.read["orders"], footer.sends, footer.calls) == (2, 4, 6)
    assert footer.watermarks.get("orders") == (NOON - HOUR).isoformat()
    assert (header.windows[0].cursor_version, header.partial) == (0, False)
    assert keys(store) == ["100/east", "200/east"]


def test_a_later_plan_reads_from_the_cursor_with_an_overlap(
    ledger: SqlLedger,
) -> None:
    """Its watermark never falls behind the cursor, nor runs beyond the window."""
    for feed in ("orders", "orders.sweep"):
        ledger.advance(Cursor(feed=feed, watermark=NOON - 2 * HOUR, version=0), NOON - 2 * HOUR)
    old = FakeSource([stamped("100", 3)])
    new = FakeSource([stamped("200", -1)])

    _, (header, footer) = planned(desk(old, ledger))
    _, (_, ahead) = planned(desk(new, ledger))

    assert old.queries[0].since == NOON - 2 * HOUR - timedelta(minutes=5)
    assert header.windows[0].cursor_version == 1
    assert footer.watermarks.get("orders") == (NOON - 2 * HOUR).isoformat()
    assert ahead.watermarks.get("orders") == (NOON - SAFETY).isoformat()


def test_a_sweep_reads_everything_by_created_date(ledger: SqlLedger) -> None:
    """It is due in the first pass and again a day after the last one; a partial plan is none."""
    source = FakeSource([stamped("100", 3)])
    _, (header, _) = planned(desk(source, ledger))
    _, (some, _) = planned(desk(source, ledger), limit=1)

    assert (header.windows[0].sweep, source.queries[0].by) == (True, "created")
    assert (some.windows[0].sweep, source.queries[1].by) == (False, "updated")

    ledger.advance(Cursor(feed="orders.sweep", watermark=NOON, version=0), NOON - 23 * HOUR)
    assert planned(desk(source, ledger))[1][0].windows[0].sweep is False


def test_a_plan_that_saw_nothing_moves_nothing(ledger: SqlLedger) -> None:
    """No order, no watermark."""
    _, (_, footer) = planned(desk(FakeSource(), ledger))

    assert (footer.watermarks.get("orders"), footer.read["orders"]) == (None, 0)


def test_without_a_flag_everything_is_asked_for(ledger: SqlLedger) -> None:
    """Where the ruleset acknowledges nothing, no export is planned and no flag is asked for."""
    source = FakeSource([mug()])
    _, (_, plain) = planned(desk(source, ledger, acknowledge=False))
    _, (_, flagless) = planned(desk(FakeSource([mug()], flag=False), ledger))

    assert source.queries[0].acknowledged is None
    assert dict(plain.changes) == dict(flagless.changes) == {"orders.create": 1}


def test_what_waits_is_decided_again_before_what_is_new(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Holds and open effects come by key, once each, and what is gone is told."""
    bench = make_bench()
    hold(ledger, "300")
    hold(ledger, "gone")
    sending(bench, create("300"))
    ledger.unsent(sending(bench, export("400")), NOON, "not sent")
    source = FakeSource([mug("300"), mug("100")])
    source.others = {"400": mug("400")}

    store, (_, footer) = planned(desk(source, ledger))

    assert open_work(ledger, "orders") == ["300", "gone", "400"]
    assert sorted(source.asked[0]) == ["300", "400", "gone"]
    assert [key for key in keys(store) if key == "gone"] == ["gone"]
    assert sorted(keys(store)) == ["100/east", "300/east", "400/east", "gone"]
    assert footer.read["orders"] == 3


def test_a_hold_is_new_once(ledger: SqlLedger) -> None:
    """A part that the same rule held before is not counted as newly held."""
    sink = FakeSink()
    sink.known["MUG"] = ItemState.UNKNOWN
    at = desk(FakeSource([mug()]), ledger, sink)

    store, (_, first) = planned(at)
    (held,) = decisions(store)
    ledger.hold(Hold(part=held.key, order="100", rule=held.rule, reason="y", since=NOON, seen=NOON))
    _, (_, second) = planned(at)

    assert held.outcome is Outcome.HOLD
    assert (first.newly_held, second.newly_held) == (1, 0)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"only": ("200",)}, ["200/east"]),
        ({"limit": 2}, ["300/east", "100/east"]),
        ({"limit": 1}, ["300/east"]),
        ({"since": NOON - HOUR}, ["300/east", "100/east", "200/east"]),
    ],
)
def test_a_partial_plan_says_so(
    ledger: SqlLedger, asked: dict[str, Any], wanted: list[str]
) -> None:
    """What a person left out is not in it, and it would never move the cursor."""
    hold(ledger, "300")
    source = FakeSource([mug("100"), mug("200")])
    source.others = {"300": mug("300")}
    heard: list[int] = []

    store, (header, footer) = planned(desk(source, ledger), on_record=heard.append, **asked)

    assert keys(store) == wanted
    assert (header.partial, footer.watermarks.get("orders"), heard[-1]) == (True, None, len(wanted))
    assert not source.queries or source.queries[0].since == asked.get(
        "since", order_desk(source, ledger).compiled.rules.since
    )


def eyes(source: FakeSource, ledger: SqlLedger, *stored: str) -> Eyes:
    """What looks at the ground again; these numbers are in the warehouse by now."""
    there = (ExistingOrder(number=n, state="available", area=None, lines=()) for n in stored)
    at = order_desk(source, ledger, FakeSink(*there))
    return Eyes(compiled=at.compiled, source=source, sink=at.sink, ledger=ledger)


@pytest.mark.parametrize(
    ("source", "stored", "why"),
    [
        (FakeSource([mug()]), (), None),
        (FakeSource(), (), "gone from the source"),
        (FakeSource([mug(quantity=2)]), (), "changed after the plan"),
        (FakeSource([mug()]), ("100",), "in the warehouse by now"),
    ],
)
def test_ground_that_moved_is_named(
    ledger: SqlLedger, source: FakeSource, stored: tuple[str, ...], why: str | None
) -> None:
    """Each decision that rests on something else than it did says how."""
    store, _ = planned(desk(FakeSource([mug()]), ledger))

    stale = list(stale_decisions(eyes(source, ledger, *stored), decisions(store)))

    assert [(one.key, why is not None and why in one.why) for one in stale] == (
        [("100/east", True)] if why else []
    )


def test_what_was_begun_rests_on_nothing_any_more(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """An earlier apply of the file has sent it; back in PLANNED it rests on its reads again."""
    store, _ = planned(desk(FakeSource([mug()]), ledger))
    (one,) = decisions(store)
    effect = sending(make_bench(), one.changes[0])
    gone = eyes(FakeSource(), ledger)

    begun = list(stale_decisions(gone, decisions(store)))
    ledger.unsent(effect, NOON, "not sent")

    assert begun == []
    assert len(list(stale_decisions(gone, decisions(store)))) == 1


@pytest.mark.parametrize("ends", [True, False])
def test_a_part_that_was_sent_under_another_number_is_stale(
    make_bench: MakeBench, ledger: SqlLedger, *, ends: bool
) -> None:
    """Two plans with two number templates send a part once, whatever became of the first."""
    first, _ = planned(desk(FakeSource([mug()]), ledger, number=template("A{{ key }}")))
    second, _ = planned(desk(FakeSource([mug()]), ledger, number=template("B{{ key }}")))
    (one,) = decisions(first)
    effect = sending(make_bench(), one.changes[0])
    if ends:
        ledger.done(effect, Answer(kind=AnswerKind.DONE), NOON, "accepted")

    stale = list(stale_decisions(eyes(FakeSource([mug()]), ledger), decisions(second)))

    assert [(one.key, one.why) for one in stale] == [("100/east", "it was sent as A100 by now")]


@pytest.mark.parametrize(
    ("stored", "quantity", "why"),
    [
        (("100",), 1, ""),
        ((), 1, "100 is not in the warehouse any more"),
        (("100",), 2, "the order was changed after the plan was made"),
    ],
)
def test_a_part_that_was_found_there_must_still_be_there(
    ledger: SqlLedger, stored: tuple[str, ...], quantity: int, why: str
) -> None:
    """Somebody may delete an order by hand before its plan is applied; bound twice is no matter."""
    line = ExistingLine(item="MUG", quantity=1, host_id="1001")
    there = ExistingOrder(number="100", state="available", area="east", lines=(line,))
    store, _ = planned(desk(FakeSource([mug()]), ledger, FakeSink(there)))
    now = eyes(FakeSource([mug(quantity=quantity)]), ledger, *stored)

    stale = list(stale_decisions(now, decisions(store)))
    (one,) = decisions(store)
    assert one.binding is not None
    ledger.bind(Binding(**one.binding), NOON, "found there")

    assert [found.why for found in stale] == ([why] if why else [])
    assert list(stale_decisions(now, decisions(store))) == []


def test_a_decision_that_creates_nothing_is_never_stale(ledger: SqlLedger) -> None:
    """An export can be repeated, and a hold sends nothing."""
    source = FakeSource()

    assert list(stale_decisions(eyes(source, ledger), [decision(export()), decision()])) == []
    assert source.asked == []


def test_a_plan_file_gives_back_what_was_written(ledger: SqlLedger) -> None:
    """Header, decisions with their exact requests, and the footer with its digest."""
    store, ends = planned(desk(FakeSource([mug(), mug("200")]), ledger))
    first: Decision = next(decisions(store))

    assert inspect(store) == ends
    assert first.changes[0].request.path == "/orders"
    assert first.changes[1].needs == ("100/east",)


def test_a_damaged_plan_file_is_refused(ledger: SqlLedger) -> None:
    """One changed byte, a missing end or a foreign line: it names the file and what to do."""
    store, _ = planned(desk(FakeSource([mug()]), ledger))
    head, body, foot = store.written
    faults = {
        "does not match its digest": [head, body.replace("MUG", "MUC"), foot],
        "content does not match": [
            head,
            body,
            foot.replace('{"orders":"2026', '{"orders":"2099'),
        ],
        "has no footer": [head, body],
        "a line of it is not a plan's": [head, "{}\n", foot],
        "it has no footer": [],
    }

    for said, lines in faults.items():
        with pytest.raises(PlanFileError, match=said) as caught:
            inspect(PlanInMemory(*lines))
        assert "plan.jsonl" in caught.value.summary
        assert "crossdock plan" in caught.value.advice
    with pytest.raises(PlanFileError, match="digest"):
        inspect(PlanInMemory(foot))
    for added in (body, foot, "\n"):
        with pytest.raises(PlanFileError, match="added after its footer"):
            inspect(PlanInMemory(head, body, foot, added))


def test_the_digest_is_over_every_line(ledger: SqlLedger) -> None:
    """Two plans differ in it as soon as one line differs; a footer says gates and cursor."""
    _, ends = planned(desk(FakeSource([mug()]), ledger))
    store = PlanInMemory()
    writer = PlanWriter(store)
    writer.header(ends[0])

    signed = writer.footer(ends[1])

    assert len(signed.digest) == 64
    assert signed.digest != ends[1].digest


def test_a_memory_as_if_it_had_never_been_sent(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Only the named effects look PLANNED; all else is the memory's own."""
    bench = make_bench(FakeOperation())
    for order in ("100", "200"):
        ledger.failed(sending(bench, create(order)), NOON, "refused")
    hold(ledger, "300")
    ledger.advance(Cursor(feed="orders", watermark=NOON, version=0), NOON)
    names = [create("100").key, create("200").key]

    supposed = AsIfNotSent(ledger, frozenset(names[:1]))

    states = [row.state for row in supposed.effects(names).values()]
    assert states == [EffectState.PLANNED, EffectState.FAILED]
    assert supposed.cursor("orders") == ledger.cursor("orders")
    assert supposed.bindings(["100"]) == ledger.bindings(["100"])
    assert [row.intent.key for row in supposed.unfinished()] == names[:1]
    assert supposed.holds() == ledger.holds()
    assert supposed.inbox() == ledger.inbox()
    assert supposed.inbox(include_closed=True) == ledger.inbox(include_closed=True)
    assert supposed.passes("orders") == ledger.passes("orders")
    assert supposed.plan_state("x") is None
    assert supposed.counts() == ledger.counts()
    assert list(supposed.audit(names[0])) == list(ledger.audit(names[0]))


@pytest.mark.parametrize(
    ("check", "states"),
    [
        ("read", [ItemState.UNKNOWN, ItemState.ITEM, ItemState.ITEM]),
        ("table", [ItemState.ITEM, ItemState.BUNDLE, ItemState.UNKNOWN]),
        ("off", [ItemState.UNCHECKED] * 3),
    ],
)
def test_items_are_looked_up_as_the_ruleset_says(check: Any, states: list[ItemState]) -> None:
    """Asked of the sink, taken from the ruleset's lists, or not at all."""
    sink = FakeSink()
    sink.known["A"] = ItemState.UNKNOWN
    items = Items(check=check, known=frozenset("A"), bundles=frozenset("B"))

    assert list(item_states(items, sink, ["A", "B", "C"]).values()) == states
    assert item_states(items, sink, []) == {}


def test_a_stream_is_cut_into_lists() -> None:
    """All of it, in order, the last list shorter."""
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
