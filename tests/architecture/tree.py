"""The project's own files, as the gates want them."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from tests.architecture.gates import Source

ROOT = Path(__file__).resolve().parents[2]
PURE = ("model", "config", "compiler", "flows", "ports")
HOSTS = ("engine/adapters/", "engine/sandbox/")


@cache
def sources() -> tuple[Source, ...]:
    """All Python files of the engine and the tests, by name."""
    paths = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
    return tuple(Source(p.relative_to(ROOT).as_posix(), p.read_text("utf-8")) for p in paths)


def engine() -> tuple[Source, ...]:
    return tuple(s for s in sources() if s.name.startswith("engine/"))


def tests() -> tuple[Source, ...]:
    return tuple(s for s in sources() if s.name.startswith("tests/"))


def pure() -> tuple[Source, ...]:
    folders = tuple(f"engine/{name}/" for name in PURE)
    files = ("engine/errors.py", "engine/diagnostics.py")
    return tuple(s for s in engine() if s.name.startswith(folders) or s.name in files)


def house() -> tuple[Source, ...]:
    """The engine without the two folders that may know a host's names."""
    return tuple(s for s in engine() if not s.name.startswith(HOSTS))


@cache
def tracked() -> tuple[Source, ...]:
    """Every text file that git tracks or would track; one that was just deleted is left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = []
    for name in sorted(set(filter(None, listing.split("\0")))):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content:
            found.append(Source(name, content.decode("utf-8")))
    return tuple(found)


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
