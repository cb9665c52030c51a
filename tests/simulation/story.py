"""A story: people, the engine and everything that goes wrong, all of it from one tape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from engine.errors import CrossdockError
from tests.acceptance.oracle import States, lost_or_doubled
from tests.simulation.books import Books
from tests.simulation.life import Life
from tests.simulation.operators import Operators
from tests.simulation.people import People
from tests.simulation.scenes import SCENES
from tests.simulation.stage import KILLED, Stage, open_stage
from tests.simulation.tape import Lane, Tape
from tests.simulation.truth import CONTENT, Ending, wrong_with
from tests.simulation.weather import DEAD, LOCKED, Weather

TURNS = 10
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 1, 5, 30, 90, 240))
BETWEEN = tuple(timedelta(minutes=minutes) for minutes in (0, 0, 1, 20))
"""Time between two deeds: the longest is more than an overlap."""
TAKEN_OVER = (timedelta(minutes=20), timedelta(minutes=5))
"""After so long nobody's lease holds any more; after the longer, everything has settled too."""
QUIET = tuple(timedelta(minutes=minutes) for minutes in (20, 20, 40, 20, 1500, 20, 20))
"""The passes after the last fault: time to settle, for late tracking, and for a nightly sweep."""
ANSWERED, STILL = 3, 2
"""So many quiet passes pass until people say what is true of doubts; the last ones change nothing.
"""
BLOCKED = 4
BUSY = 1000
"""Requests that no pass over so little ever needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a story: what is wrong at its end, what happened, and how often what struck."""

    wrong: tuple[str, ...]
    story: tuple[str, ...]
    codes: Counter[int]
    struck: Counter[str]
    deeds: Counter[str]
    tape: Mapping[str, bytes]
    boundaries: int

    @classmethod
    def failed(cls, tape: Tape, trace: str) -> Played:
        """A story that ended with an error that nobody expects."""
        none: Counter[str] = Counter()
        return cls(
            wrong=(trace,),
            story=(),
            codes=Counter(),
            struck=none,
            deeds=none,
            tape=tape.played(),
            boundaries=0,
        )


@dataclass(slots=True, kw_only=True)
class Teller:
    """Plays one story; `said` is a line for everything that a person would want to know of it."""

    stage: Stage
    people: People
    weather: Weather
    operators: Operators
    before: States
    noticed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)

    def turn(self, lane: Lane) -> None:
        """Some deeds, some time, and a pass."""
        for _ in range(lane.below(9)):
            self.note(self.people.act())
            self.stage.wait(lane.choose(BETWEEN))
        self.stage.wait(lane.choose(PAUSES))
        self.weather.change()
        self._operate()
        self._pass(*self.weather.fate())

    def _operate(self) -> None:
        """Sometimes an operator does something before the next pass; it may die of it."""
        self.operators.fated = lambda: Life(self._fated(*self.weather.fate()))
        for _ in range(self.operators.called()):
            self.note(self.operators.act())

    def end(self) -> Iterator[int]:
        """Nothing goes wrong any more; each pass's exit code."""
        self.weather.calm()
        self.operators.fated = Life
        self.note("calm")
        for at, delay in enumerate(QUIET):
            self.stage.wait(delay)
            if self.operators.asleep:
                self.note(self.operators.wake())
            if at == ANSWERED:
                self.note(self.operators.clear())
            if at < len(QUIET) - STILL:
                yield self._let_through(self._pass())
                if at == ANSWERED:
                    self._look_early()
            else:
                yield self._still()

    def note(self, text: str) -> None:
        """Says something, with the time."""
        self.said.append(f"{self.stage.clock.true:%a %H:%M:%S}  {text}")

    def _look_early(self) -> None:
        """What nobody knows to be late is there before a nightly sweep could find it."""
        books, now = Books.of(self.stage.root), self.stage.states()
        known = self.people.deleted | self.people.rerouted
        for order in now.channel["Orders"]:
            number = order["ID"]
            told = books.told(number, CONTENT, ("orders.write-back",))
            if number not in known and not told and order["ShippingStatus"] != "Canceled":
                late = lost_or_doubled(now, {number})
                self.noticed += [f"{text}, before the nightly sweep" for text in late]

    def _let_through(self, code: int) -> int:
        """Of what a gate holds back a person is told, and lets it through."""
        if code == BLOCKED:
            self.note(self.operators.let_through())
        return code

    def _still(self) -> int:
        """A pass that finds nothing to do, and leaves everything as it was."""
        writes, inbox = self.stage.net.writes, self._inbox()
        code = self._pass()
        if self.stage.net.writes != writes:
            self.noticed.append("something is sent, although nothing has happened")
        if self._inbox() != inbox:
            self.noticed.append("the inbox changes, although nothing has happened")
        return code

    def _inbox(self) -> Sequence[object]:
        return sorted(Books.of(self.stage.root).inbox, key=str)

    def _pass(self, fate: str = "", at: int = -1) -> int:
        struck = +self.stage.net.struck
        code = self.stage.run(life=Life(self._fated(fate, at)))
        if (self.stage.net.struck - struck).total() > BUSY:
            self.noticed.append(f"a pass makes more than {BUSY} requests")
        self.codes[code] += 1
        faults = {kind: n for kind, n in (self.stage.net.struck - struck).items() if kind != "none"}
        self.note(f"run: {'killed' if code == KILLED else code} {faults or ''}")
        return code

    def _fated(self, fate: str, at: int) -> Callable[[str], bool]:
        """What a life asks at each of its boundaries: at the nth of all, or (every other number)
        the nth of those that change something.
        """
        if fate == LOCKED:
            return self._locked(at)
        passed = 0

        def fated(name: str) -> bool:
            nonlocal passed
            passed += at % 2 == 0 or "request GET" not in name
            if fate and passed == at + 1:
                self.weather.struck[fate] += 1
                self.note(f"the process {fate} {name}")
                if fate == DEAD:
                    return True
                self.stage.wait(TAKEN_OVER[at % 2])
                self.codes[self.stage.run()] += 1
                self.note("another process has taken over; the old one wakes up")
            return False

        return fated

    def _locked(self, at: int) -> Callable[[str], bool]:
        """From the nth commit on some fail: somebody else has the file, or the disk is full."""
        commits = 0

        def locked(name: str) -> bool:
            nonlocal commits
            commits += name.startswith("before:commit")
            if name.startswith("before:commit") and at <= commits < at + 1 + at % 3:
                self.weather.struck[LOCKED] += 1
                self.note(f"the process {LOCKED} {name}")
                raise CrossdockError("the ledger cannot be used: database is locked", "Wait.")
            return False

        return locked


def play(tape: Tape, root: Path, *, turns: int = TURNS) -> Played:
    """Plays the story of a tape in an empty folder."""
    setting = tape.lane("setting")
    stage = open_stage(root, setting.choose(SCENES))
    stage.run()
    teller = _teller(stage, tape)
    for _ in range(1 + setting.below(4)):
        teller.people.sell()
    changes = 1 + setting.below(turns) if stage.scene.then else 0
    for at in range(1, turns + 1):
        if at == changes:
            stage.change_rules()
            teller.note("the ruleset changes")
        teller.turn(tape.lane("people"))
    codes = list(teller.end())
    return Played(
        wrong=tuple(wrong_with(_ending(teller, codes))),
        story=tuple(teller.said),
        codes=teller.codes,
        struck=teller.weather.struck + stage.net.struck,
        deeds=teller.people.done + teller.operators.done,
        tape=tape.played(),
        boundaries=sum(len(life.passed) for life in stage.lives),
    )


def _teller(stage: Stage, tape: Tape) -> Teller:
    """Who plays on a stage: people, operators and the weather, each from its lanes."""
    people = People(stage, tape.lane("people"))
    teller = Teller(
        stage=stage,
        people=people,
        weather=Weather(stage, tape),
        operators=Operators(stage, people, tape.lane("operators")),
        before=stage.states(),
    )
    teller.weather.meanwhile = lambda: teller.note(f"meanwhile {people.act()}")
    return teller


def _ending(teller: Teller, codes: Sequence[int]) -> Ending:
    """What the oracle is shown."""
    stage = teller.stage
    return Ending(
        scene=stage.scene,
        before=teller.before,
        after=stage.states(),
        books=Books.of(stage.root),
        codes=codes,
        printed=stage.printed,
        told=stage.channel.told,
        shipped=stage.channel.shipped,
        deleted=frozenset(teller.people.deleted),
        strays=tuple(stage.strays),
        noticed=(*teller.noticed, *teller.operators.wrong),
    )
