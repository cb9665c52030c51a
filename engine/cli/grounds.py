"""What an answer of `validate` rests on, as one hash: of every file that it could have read.

More is hashed than was read, never less: all rulesets with their cases, all bases and profiles, the
engine's own sources, schemas and mappings, and which packages and which Python there are. Whoever
cannot tell (a link, a file that cannot be read) gets no hash, and nothing is remembered.

The front door asks here before it answers, so nothing is imported that takes longer than hashing:
paths are texts, and `typing` is for readers only.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from zoneinfo import TZPATH

TYPE_CHECKING = False  # That of `typing`, without its import.
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDERS = ("rulesets", "mappings")
OWN_KINDS = (".py", ".json", ".yaml")
COMPILED = "__pycache__"
OF_PACKAGES = (".dist-info", ".egg-info")
ENGINE = __file__.rpartition(f"{os.sep}cli{os.sep}")[0]
BESIDE = f"{ENGINE.rpartition(os.sep)[0]}{os.sep}"
OWN = (ENGINE, f"{BESIDE}schemas", f"{BESIDE}mappings")
"""The code that answers, and what it reads of its own; an installed engine has all in the first."""


def grounds(root: str, *question: str, own: Sequence[str] = OWN) -> str | None:
    """The hash of a question and of all that its answer rests on; None where that is not known.

    `root` is the workspace's folder as it was named, `own` are the folders of the engine's sources,
    schemas and mappings.
    """
    engine = of_engine(own)
    if engine is None:
        return None
    found = sha256(repr((root, question, engine)).encode("utf-8", "surrogateescape"))
    try:
        for name in FOLDERS:
            for path, content in _content(f"{root}{os.sep}{name}", ""):
                found.update(path)
                found.update(content)
    except OSError:
        return None
    return found.hexdigest()


def of_engine(own: Sequence[str] = OWN) -> str | None:
    """The hash of whoever answers: the engine with its schemas and mappings, packages, Python."""
    found = sha256(sys.version.encode())
    try:
        for folder in own:
            for path, content in _content(folder, OWN_KINDS):
                found.update(path)
                found.update(content)
        for mark in (*_packages(), *map(_mark, TZPATH)):
            found.update(mark.encode("utf-8", "surrogateescape"))
    except OSError:
        return None
    return found.hexdigest()


def _content(folder: str, kinds: str | tuple[str, ...]) -> Iterator[tuple[bytes, bytes]]:
    """Every file below a folder that ends so, sorted: its place with its length, what it says.

    Folders are told, too. Raises OSError for a link, and whatever else is no file and no folder.
    """
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            if not (kinds and entry.name == COMPILED):
                yield f"{entry.path}{os.sep}\0".encode("utf-8", "surrogateescape"), b""
                yield from _content(entry.path, kinds)
        elif not entry.is_file(follow_symlinks=False):
            raise OSError(f"{entry.path} is no file")
        elif entry.path.endswith(kinds):
            content = _bytes(entry.path)
            yield f"{entry.path}\0{len(content)}\0".encode("utf-8", "surrogateescape"), content


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing where there is none."""
    try:
        with os.scandir(folder) as inside:
            return sorted(inside, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []


def _bytes(path: str) -> bytes:
    """All that a file says."""
    number = os.open(path, os.O_RDONLY)
    try:
        length = os.fstat(number).st_size + 1
        parts = [os.read(number, length)]
        while parts[-1]:
            parts.append(os.read(number, length))
    finally:
        os.close(number)
    return b"".join(parts)


def _packages() -> Iterator[str]:
    """The installed packages: version (it is in the name) and when each was put there."""
    for place in (one or "." for one in sys.path):
        try:
            entries = _entries(place)
        except NotADirectoryError:  # an archive
            yield _mark(place)
            continue
        for one in entries:
            if one.name.endswith(OF_PACKAGES):
                yield f"{one.path}\0{one.stat().st_mtime_ns}\0"


def _mark(path: str) -> str:
    """When a file or folder was changed: the table of time zones is renewed as a whole."""
    try:
        number = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return f"{path}\0"
    try:
        return f"{path}\0{os.fstat(number).st_mtime_ns}\0"
    finally:
        os.close(number)
