"""Finds canaries: the secrets and buyers that the tests know, in whatever the tests leave behind.

A canary is looked for as it is and as it looks in JSON, in a URL, in HTML and in Base64. What is
found is told by its kind and place, never by its text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import mmap
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

# Nothing of the engine is imported here: the watch is loaded before anything measures coverage. A
# test holds these words against the sandbox's own.
CUSTOMERS = ("brightwick", "northpeak", "tidewater")
# Of the sandbox, of the adapters' tests, of the receiver's tests.
SECRETS: Mapping[str, str] = {
    **{f"sandbox-secret-{one}": "the shared secret" for one in CUSTOMERS},
    **{f"sandbox-refresh-{one}": "the refresh token" for one in CUSTOMERS},
    "sandbox-wos-key": "the site's key",
    "canary-shared-secret": "the shared secret",
    "canary-refresh-token": "the refresh token",
    "canary-site-key": "the site's key",
    "a-secret-of-the-site-0123456789": "the secret of posts",
    "s3cret-of-the-site-0123456789": "the secret of posts",
    "another-site-0123456789abcdef": "the secret of posts",
    "canary-of-the-secret": "a secret",
}
# Of the sandbox's worlds, as far as no other text has these words.
BUYERS: Mapping[str, str] = {
    "12 Sample Way": "an address",
    "555-0100": "a phone number",
    "buyer-3150": "a mail address",
    "O'Brien & Co": "a company",
    "Łódź & Søn": "a company",
    "D'Arcy-Møller": "a name",
    "d'Ávila": "a name",
    "Müller": "a name",
    "O'Hara": "a name",
    "O'Neil": "a name",
    "Zoë": "a name",
    "José": "a name",
    "山田": "a name",
    "花子": "a name",
    "Bitte vorsichtig": "a note",
    "Ring twice": "a note",
    "Leave at dock 3": "a note",
    "Canarina": "a name",
    "Domestica Birds": "a company",
    "7 Aviary Lane": "an address",
}
# The only files that tests make to have secrets in them: folder and name -> why.
HOLDS_SECRETS: Mapping[str, str] = {
    "kept/environment": "the variables of a shell, from one line of a page to the next",
    "acme-rules/connections.sh": "what `sandbox` prints, kept as a page says, to be sourced",
}
_TOKEN = re.compile(rb"\b[0-9a-f]{40}\b")
_TOKENS_EACH = 300


@dataclass(frozen=True, slots=True)
class Leak:
    """What kind of canary was found where."""

    place: str
    offset: int
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} at byte {self.offset}"


def forms(text: str) -> set[bytes]:
    """A text as it may stand in a file: plain, in JSON, in a URL, in HTML, in Base64."""
    written = {
        text,
        json.dumps(text)[1:-1],
        quote(text),
        quote(text, safe=""),
        quote_plus(text),
        html.escape(text),
    }
    return {one.encode() for one in written} | set(_in_base64(text.encode()))


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What of it looks the same in Base64, whatever stands before and behind it."""
    for before in range(3):
        whole = len(raw) - (3 - before) % 3
        inside = raw[(3 - before) % 3 :][: whole - whole % 3]
        if len(inside) >= 6:
            yield base64.b64encode(inside)


@cache
def _needles(*, buyers: bool) -> tuple[tuple[bytes, str], ...]:
    known = BUYERS if buyers else SECRETS
    return tuple((form, kind) for text, kind in known.items() for form in sorted(forms(text)))


@cache
def _tokens() -> frozenset[bytes]:
    """The access tokens that the twins give out: they are the same in every run."""
    applications = [(f"app-{one}", f"sandbox-secret-{one}") for one in CUSTOMERS]
    applications.append(("app-one", "canary-shared-secret"))
    seeds = (f"{name}/{secret}/{at}" for name, secret in applications for at in range(_TOKENS_EACH))
    return frozenset(hashlib.sha256(seed.encode()).hexdigest()[:40].encode() for seed in seeds)


def leaks_in(content: bytes | mmap.mmap, place: str, *, buyers: bool = True) -> list[Leak]:
    """Every kind of canary in a content, with the offset of its first; `buyers` False: secrets."""
    wanted = (
        (_needles(buyers=False), _needles(buyers=True)) if buyers else (_needles(buyers=False),)
    )
    found: dict[str, int] = {}
    for needle, kind in (one for group in wanted for one in group):
        at = -1 if kind in found else content.find(needle)
        if at >= 0:
            found[kind] = at
    for word in _TOKEN.finditer(content):
        if word[0] in _tokens():
            found.setdefault("an access token", word.start())
    return [Leak(place, at, kind) for kind, at in found.items()]


def leaks_in_text(text: str, place: str) -> list[Leak]:
    """The same for a text, such as what a command said."""
    return leaks_in(text.encode("utf-8", "surrogatepass"), place)


def leaks_in_file(path: Path) -> list[Leak]:
    """The canaries of a file that may not be in one of its kind."""
    if path.stat().st_size == 0 or "/".join(path.parts[-2:]) in HOLDS_SECRETS:
        return []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return leaks_in(content, str(path), buyers=not may_hold_buyers(path, content[:200]))


def may_hold_buyers(path: Path, start: bytes) -> bool:
    """Ledgers and plan files, which only their owner can read, and what the files adapter is given
    and writes.
    """
    private = path.stat().st_mode & 0o077 == 0
    kept = path.suffix in (".db-wal", ".db-journal", ".db-shm") or ".jsonl" in path.name
    if private and (kept or start.startswith(b"SQLite format 3\0")):
        return True
    return start.startswith((b'{"key":', b'{"number":'))


def leaks_below(folders: Iterable[Path]) -> list[Leak]:
    """The leaks of all files below these folders; programs and links are passed by."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [leak for path in files if _is_made(path) for leak in _unless_gone(path)]


def _unless_gone(path: Path) -> list[Leak]:
    """A process that a test killed may still tidy up."""
    try:
        return leaks_in_file(path)
    except FileNotFoundError:
        return []


def _is_made(path: Path) -> bool:
    """Whether the tests made its content: sources and what is installed only lie there."""
    installed = "site-packages" in path.parts or path.suffix in (".py", ".pyc", ".whl", ".so")
    return path.is_file() and not path.is_symlink() and not installed
