"""The peak memory of one command line, in a process of its own.

Linux counts into a child's peak what its parent held before the child became another program. A
test's process holds both twins, so a small process stands between: the child of a small parent.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SMALL_PARENT = """
import json, os, sys
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """How a command ended, and the most memory that it had in use, in KiB."""

    code: int
    kib: int


def peak_of(root: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> Peak:
    """Runs one command line of crossdock in that workspace; its stdout is thrown away."""
    return peak_of_python(["-m", "engine", "-C", str(root), *arguments], environment)


def peak_of_python(words: Sequence[str], environment: Mapping[str, str]) -> Peak:
    """Runs a Python with these words; its stdout is thrown away."""
    command = [sys.executable, *words]
    small = [sys.executable, "-I", "-S", "-c", SMALL_PARENT, *command]
    said = subprocess.run(
        small,
        cwd=Path(__file__).parents[2],
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    code, kib = json.loads(said)
    return Peak(code=code, kib=kib // 1024 if sys.platform == "darwin" else kib)
