"""Why something takes as long as it does: measured, where a promise is not kept."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.frame import ROOT, as_installed, python

_MOST = 4
_IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_LIBRARY = re.compile(r"/lib/python[\d.]+/(?:site-packages/)?([A-Za-z]\w*)")
Call = tuple[str, int, str]
"""As the profiler names a function: its file, its line and its name."""


def of_work(work: Callable[[], object]) -> str:
    """Where the time of work in this process goes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return _told(pstats.Stats(profile))


def of_process(words: Sequence[str], more: Mapping[str, str] | None = None) -> str:
    """Where the time of a process goes; `words` are what a Python is given, a module or a file."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "profile"
        command = python("-m", "cProfile", "-o", str(out), *words)
        _said(command, more)  # Compiles what is not compiled yet.
        _said(command, more)
        return _told(pstats.Stats(str(out)))


def of_imports(words: Sequence[str], more: Mapping[str, str] | None = None) -> str:
    """Whose imports take the time of a process, in shares of all that it imports."""
    command = python("-X", "importtime", *words)
    _said(command, more)  # Compiles what is not compiled yet.
    lines = map(_IMPORTED.match, _said(command, more).splitlines())
    spent = Counter[str]()
    for line in filter(None, lines):
        spent[line[2].partition(".")[0]] += int(line[1])
    return f"of its imports' time: {_shares(spent)}"


def _told(stats: pstats.Stats) -> str:
    """Shares of the time by the packages whose code it is; what is written in C is its caller's."""
    spent = Counter[str]()
    found: Mapping[Call, tuple[int, int, float, float, Mapping[Call, tuple[float, ...]]]]
    found = vars(stats)["stats"]
    for call, (_, _, own, _, callers) in found.items():
        if call[0] == "~" and callers:
            for caller, figures in callers.items():
                spent[place_of(caller[0])] += figures[2]
        else:
            spent[place_of(call[0])] += own
    return f"of its time: {_shares(spent)}"


def _shares(spent: Counter[str]) -> str:
    whole = spent.total() or 1
    most = [
        f"{name} {share:.0%}"
        for name, part in spent.most_common(_MOST)
        if (share := part / whole) >= 0.01
    ]
    return ", ".join(most)


def place_of(file: str) -> str:
    """What a file of code is called in a sentence: our package, a library, or generated code."""
    path = Path(file)
    if path.is_relative_to(ROOT / "engine"):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if path.is_relative_to(ROOT / "tests"):
        return "the benchmark"
    library = _LIBRARY.search(path.as_posix())
    if library:
        return library[1]
    return "generated code" if file.startswith("<") and "frozen" not in file else "Python"


def _said(command: Sequence[str], more: Mapping[str, str] | None) -> str:
    """What a process writes to stderr; how it ends is its own."""
    environment = as_installed({**os.environ, **(more or {})})
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False, text=True, **streams)
    return str(done.stderr)
