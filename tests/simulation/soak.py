"""Plays stories from seeds, for a number of them or for a time, and shrinks what fails.

`python -m tests.simulation.soak --help` says what can be asked; `script/soak` is the way to it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from traceback import format_exception

from engine.adapters.world import SystemClock
from tests.simulation.shrink import Lanes, shrink
from tests.simulation.story import Played, play
from tests.simulation.tape import Tape

FAST = Path("/dev/shm")
CHUNK = 10


@dataclass(slots=True, kw_only=True)
class Figures:
    """What many stories came to, summed; `failed` are (seed, what was wrong)."""

    stories: int = 0
    boundaries: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def note(self, seed: int, played: Played) -> None:
        self.stories += 1
        self.boundaries += played.boundaries
        self.codes.update({str(code): n for code, n in played.codes.items()})
        self.struck += played.struck
        self.deeds += played.deeds
        if played.wrong:
            self.failed.append((seed, played.wrong))

    def add(self, other: Figures) -> None:
        self.stories += other.stories
        self.boundaries += other.boundaries
        for mine, theirs in (
            (self.codes, other.codes),
            (self.struck, other.struck),
            (self.deeds, other.deeds),
        ):
            mine.update(theirs)
        self.failed += other.failed

    def to_json(self) -> Mapping[str, object]:
        """For a file: faults by kind (`none` are requests that met none), passes by exit code."""
        return {
            "stories": self.stories,
            "failed": [seed for seed, _ in self.failed],
            "boundaries": self.boundaries,
            "faults": {kind: n for kind, n in sorted(self.struck.items()) if kind != "none"},
            "requests": sum(self.struck[kind] for kind in self.struck),
            "passes": dict(sorted(self.codes.items())),
            "deeds": dict(sorted(self.deeds.items())),
        }


def played(tape: Tape) -> Played:
    """Plays a tape in a folder of its own; what is raised is what is wrong."""
    root = Path(tempfile.mkdtemp(prefix="story-", dir=FAST if FAST.is_dir() else None))
    with ThreadPoolExecutor(1) as thread:
        told = thread.submit(play, tape, root)
    shutil.rmtree(root)
    error = told.exception()
    return Played.failed(tape, "".join(format_exception(error))) if error else told.result()


def soak(seeds: Sequence[int]) -> Figures:
    """Plays these seeds one after the other."""
    figures = Figures()
    for seed in seeds:
        figures.note(seed, played(Tape.of_seed(seed)))
    return figures


def story_of(seed: int, most: int = 300) -> Iterator[str]:
    """The short story of a seed that fails: what a person reads. At most so many are tried."""
    whole = played(Tape.of_seed(seed))
    kinds = {_kind(text) for text in whole.wrong}

    def fails(lanes: Lanes) -> bool:
        return bool(kinds & {_kind(text) for text in played(Tape(lanes)).wrong})

    lanes = shrink(whole.tape, fails, most=most)
    short = played(Tape(lanes))
    yield f"seed {seed}: {len(whole.story)} lines, shrunk to {len(short.story)}"
    yield from (f"  wrong: {text}" for text in short.wrong)
    yield from (f"  {line}" for line in short.story)
    yield f"  tape: {json.dumps({name: lane.hex() for name, lane in lanes.items()})}"


def _kind(text: str) -> str:
    """What kind of thing is wrong: the text without its numbers and names."""
    last = text.strip().splitlines()[-1]
    return " ".join(word for word in last.split() if word.isalpha())


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a story fails."""
    asked = _parser().parse_args(arguments)
    figures = Figures()
    for some in _rounds(asked):
        figures.add(some)
        if figures.failed and asked.stop:
            break
    for seed, wrong in sorted(figures.failed)[: asked.shrink]:
        lines = (f"seed {seed}", *wrong) if asked.quick else story_of(seed)
        sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.write(json.dumps(figures.to_json(), indent=1) + "\n")
    if asked.figures:
        asked.figures.write_text(json.dumps(figures.to_json(), indent=1), encoding="utf-8")
    return 1 if figures.failed else 0


def _rounds(asked: argparse.Namespace) -> Iterator[Figures]:
    """The figures of chunks of seeds, as they are done."""
    clock = SystemClock()
    until = clock.monotonic() + asked.seconds if asked.seconds else None
    starts = count(asked.first, CHUNK)
    if until is None:
        starts = iter(range(asked.first, asked.first + asked.seeds, CHUNK))
    last = None if until else asked.first + asked.seeds
    with ProcessPoolExecutor(asked.jobs) as pool:
        waiting = {pool.submit(soak, _chunk(at, last)) for at in islice(starts, asked.jobs)}
        while waiting:
            done = next(as_completed(waiting))
            waiting.discard(done)
            yield done.result()
            if until is None or clock.monotonic() < until:
                waiting |= {pool.submit(soak, _chunk(at, last)) for at in islice(starts, 1)}
        pool.shutdown(cancel_futures=True)


def _chunk(at: int, last: int | None) -> range:
    return range(at, at + CHUNK if last is None else min(at + CHUNK, last))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=500, help="how many stories (500)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--seconds", type=float, help="play for so long instead")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side (2)")
    parser.add_argument("--shrink", type=int, default=3, help="how many failures are shrunk (3)")
    parser.add_argument("--stop", action="store_true", help="stop at the first failure")
    parser.add_argument("--quick", action="store_true", help="name failures, do not shrink them")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="write the figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
