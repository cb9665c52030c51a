"""What an answer of `validate` rests on, as one hash: of every file that it could have read.

More is hashed than was read, never less: all rulesets with their cases, all bases and profiles, the
engine's own sources, schemas and mappings, and which packages and which Python there are. Whoever
cannot tell (a link, a file that cannot be read) gets no hash, and nothing is remembered.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from zoneinfo import TZPATH

from engine.shipped import shipped

FOLDERS = ("rulesets", "mappings")
OWN = (Path(__file__).resolve().parents[1], shipped("schemas"), shipped("mappings"))
"""The code that answers, and what it reads of its own."""
OWN_KINDS = (".py", ".json", ".yaml")


class Hash(Protocol):
    """What takes bytes, one after the other."""

    def update(self, data: bytes, /) -> None: ...


def grounds(root: Path, *question: str, own: Sequence[Path] = OWN) -> str | None:
    """The hash of a question and of all that its answer rests on; None where that is not known.

    `own` are the folders of the engine's sources, schemas and mappings.
    """
    found = sha256(repr((str(root), question, sys.version)).encode())
    try:
        for name in FOLDERS:
            _add(found, root / name, "")
        for folder in own:
            _add(found, folder, OWN_KINDS)
        for mark in (*_packages(), *_zones()):
            found.update(mark.encode())
    except OSError:
        return None
    return found.hexdigest()


def _add(found: Hash, folder: Path, kinds: str | tuple[str, ...]) -> None:
    """Every file of a folder that ends so: its place, its length, what it says."""
    for path in _files(str(folder)):
        if path.endswith(os.sep):
            found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        elif path.endswith(kinds):
            content = Path(path).read_bytes()
            found.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            found.update(content)


def _files(folder: str) -> Iterator[str]:
    """All that lies below a folder, sorted; folders end in a slash.

    Raises OSError for a link, and for whatever else is neither a file nor a folder.
    """
    if not os.path.lexists(folder):
        return
    with os.scandir(folder) as inside:
        entries = sorted(inside, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield f"{entry.path}{os.sep}"
            yield from _files(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path
        else:
            raise OSError(f"{entry.path} is no file")


def _packages() -> Iterator[str]:
    """The installed packages: version (it is in the name) and when each was put there."""
    for place in (one or "." for one in sys.path):
        if not Path(place).is_dir():  # an archive, or nothing
            yield f"{place}\0{Path(place).stat().st_mtime_ns if Path(place).exists() else 0}\0"
            continue
        with os.scandir(place) as inside:
            found = [one for one in inside if one.name.endswith((".dist-info", ".egg-info"))]
        for one in sorted(found, key=lambda entry: entry.name):
            yield f"{one.path}\0{one.stat().st_mtime_ns}\0"


def _zones() -> Iterator[str]:
    """The machine's own table of time zones, which is renewed as a whole."""
    for place in map(Path, TZPATH):
        if place.is_dir():
            yield f"{place}\0{place.stat().st_mtime_ns}\0"
