"""Dies at one boundary after the other, lets the next passes mend it, and compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from engine.runners import FLOWS
from tests.acceptance.week import MONDAY
from tests.crash.day import Day, Hour, run_all
from tests.crash.doubts import Truth, answer_doubts, in_doubt
from tests.crash.moment import Moment, left_behind
from tests.crash.record import Record, differences, record_of
from tests.simulation.life import Life
from tests.simulation.stage import CHANNEL, KILLED, Stage, open_stage

SETTLED = timedelta(minutes=15)
"""Past the lease, the send window, the timeout and the latest application of any call."""
HOUR = timedelta(hours=2)
ROOM = timedelta(minutes=5)
"""For the deeds of an hour."""
MENDING, ANSWERED = (1, 2), (3, 4)
"""The passes that must mend whatever a death left, and those after a person's word."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Act:
    """An errand that may die: the stage before it, the boundaries that it passes when nobody
    disturbs it, and the flow of each. `later` are the hours of the day that are left.
    """

    name: str
    number: int
    before: Moment
    hour: Hour
    passed: Sequence[str]
    flows: Sequence[str]
    later: Sequence[Hour]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What comes of an act that nobody dies in: after the passes that mend, after those that follow
    upon a person's word, and at the end of the day.
    """

    mended: Record
    answered: Record
    ended: Record
    truth: Truth


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was run: deaths by flow and boundary, how many left something different behind, how many
    left a doubt, and what is wrong.
    """

    points: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: int = 0
    doubts: int = 0
    wrong: list[str] = field(default_factory=list)


@cache
def rehearse(day: Day, site: str) -> Sequence[Act]:
    """Plays a day that nobody disturbs; one act for each of its errands."""
    stage = open_stage(Path(mkdtemp(prefix="crossdock-day-")), day.scene(site))
    return [_act(stage, day, number) for number in range(len(day.hours))]


@cache
def undisturbed(act: Act) -> Undisturbed:
    with act.before.again() as quiet:
        act.hour.errand(quiet, Life())
        _mend(act, quiet, MENDING)
        mended = record_of(quiet)
        truth = Truth(logged=act.before.logged, levels=quiet.channel_levels())
        _mend(act, quiet, ANSWERED)
        answered = record_of(quiet)
        _finish(act, quiet)
        return Undisturbed(mended=mended, answered=answered, ended=record_of(quiet), truth=truth)


def die_everywhere(act: Act, places: Iterable[int], *, to_the_end: bool = False) -> Tally:
    """Dies at each of these boundaries of an act, and judges what came of it: after the next
    passes, and once more at the end of the day if that is wanted. What the same remains lead to is
    looked at once.
    """
    tally = Tally()
    judged: set[str] = set()
    for place in places:
        with act.before.again() as stage:
            name = _die(act, stage, place)
            tally.points[act.flows[place], name] += 1
            left = left_behind(stage)
            if left not in judged:
                judged.add(left)
                wrong = _judge(act, stage, tally, to_the_end=to_the_end)
                tally.wrong += [f"{act.name} {place} {name}: {text}" for text in wrong]
    tally.left = len(judged)
    return tally


def die_again(act: Act, place: int) -> Tally:
    """Dies at a boundary, and the pass that mends it dies too: once at each kind of boundary."""
    tally = Tally()
    judged: set[str] = set()
    for second in _kinds_after(act, place):
        with act.before.again() as stage:
            first = _die(act, stage, place)
            at(stage, _time_of(act, MENDING[0]))
            assert stage.run(life=dying_at(second)) == KILLED
            tally.points["twice", stage.lives[-1].passed[-1]] += 1
            left = left_behind(stage)
            if left not in judged:
                judged.add(left)
                wrong = _judge_again(act, stage, tally)
                again = f"{act.name} {place} {first}, then {stage.lives[1].passed[-1]}"
                tally.wrong += [f"{again}: {text}" for text in wrong]
    tally.left = len(judged)
    return tally


def dying_at(place: int) -> Life:
    """A life that ends at its boundary of this number, counted from 0."""
    countdown = iter(range(place, -1, -1))
    return Life(lambda _: next(countdown) == 0)


def at(stage: Stage, moment: datetime) -> None:
    """It becomes this time, whatever was slept until then."""
    late = stage.clock.true - moment
    assert late <= timedelta(), f"{late} too late"
    stage.wait(-late)


def _act(stage: Stage, day: Day, number: int) -> Act:
    hour = day.hours[number]
    _begin(stage, hour, number)
    before = Moment.of(stage)
    life = Life()
    code = hour.errand(stage, life)
    assert code == hour.code, stage.said
    return Act(
        name=f"{day.name}, {hour.name}",
        number=number,
        before=before,
        hour=hour,
        passed=tuple(life.passed),
        flows=tuple(_flows(stage, hour, life.passed)),
        later=day.hours[number + 1 :],
    )


def _begin(stage: Stage, hour: Hour, number: int) -> None:
    at(stage, MONDAY + number * HOUR)
    hour.deeds(stage)
    at(stage, MONDAY + number * HOUR + ROOM)


def _die(act: Act, stage: Stage, place: int) -> str:
    """Dies, and says where. The way there is the same each time."""
    life = dying_at(place)
    assert act.hour.errand(stage, life) == KILLED, stage.said
    assert life.passed == list(act.passed[: place + 1])
    return life.passed[-1]


def _kinds_after(act: Act, place: int) -> Sequence[int]:
    """The first boundary of each kind in the pass that mends a death here."""
    with act.before.again() as stage:
        _die(act, stage, place)
        at(stage, _time_of(act, MENDING[0]))
        life = Life()
        stage.run(life=life)
    return sorted(life.passed.index(name) for name in set(life.passed))


def _judge(act: Act, stage: Stage, tally: Tally, *, to_the_end: bool) -> Iterator[str]:
    """What is otherwise than if nobody had died."""
    wanted = undisturbed(act)
    codes = []
    for number in MENDING:
        act.hour.again(stage)
        codes += _mend(act, stage, (number,))
    if in_doubt(stage):
        tally.doubts += 1
        yield from answer_doubts(stage, wanted.truth)
    else:
        yield from differences(wanted.mended, record_of(stage))
        yield from (f"a pass ended with {code}" for code in codes if code)
        if not to_the_end:
            return
    _mend(act, stage, ANSWERED)
    yield from differences(wanted.answered, record_of(stage))
    if to_the_end:
        _finish(act, stage)
        yield from differences(wanted.ended, record_of(stage))


def _judge_again(act: Act, stage: Stage, tally: Tally) -> Iterator[str]:
    """The same after two deaths."""
    _mend(act, stage, (2, 3))
    if in_doubt(stage):
        tally.doubts += 1
        yield from answer_doubts(stage, undisturbed(act).truth)
    _mend(act, stage, (4,))
    yield from differences(undisturbed(act).answered, record_of(stage))


def _time_of(act: Act, number: int) -> datetime:
    return act.before.at + number * SETTLED


def _mend(act: Act, stage: Stage, passes: Iterable[int]) -> list[int]:
    """These passes after a death, each at its time; their exit codes."""
    codes = []
    for number in passes:
        at(stage, _time_of(act, number))
        codes.append(stage.run())
    return codes


def _finish(act: Act, stage: Stage) -> None:
    """The hours of the day that are left."""
    for number, hour in enumerate(act.later, start=act.number + 1):
        _begin(stage, hour, number)
        hour.errand(stage, Life())


def _flows(stage: Stage, hour: Hour, passed: Sequence[str]) -> Iterator[str]:
    """The flow of each boundary of a pass, or the name of a person's command.

    Messages are taken in first, and the first that a flow does is to ask the channel; it ends by
    noting its pass.
    """
    if hour.errand is not run_all:
        yield from [hour.name] * len(passed)
        return
    with stage.ledger() as ledger:
        left = iter([flow for flow in FLOWS if ledger.passes(flow)])
    flow = "messages"
    for name in passed:
        if flow == "messages" and CHANNEL in name.split():
            flow = next(left)
        yield flow
        if name == "after:commit note_pass":
            flow = next(left, "end")
