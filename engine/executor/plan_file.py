"""Writing and reading a plan file line by line: it may hold more than fits in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from engine.errors import PlanFileError
from engine.model.decision import Decision
from engine.model.plan import (
    PlanFooter,
    PlanHeader,
    decision_json,
    footer_json,
    header_json,
    line_from_json,
)


class TextOut(Protocol):
    """Where lines go: a file opened for the owner alone."""

    def write(self, text: str, /) -> object: ...


class PlanStore(Protocol):
    """A plan file that can be read from its start as often as wanted."""

    @property
    def name(self) -> str: ...

    def lines(self) -> Iterator[str]: ...


class PlanWriter:
    """Writes header, decisions and footer in that order, and keeps the digest."""

    def __init__(self, out: TextOut) -> None:
        self._out = out
        self._digest = hashlib.sha256()

    def header(self, header: PlanHeader) -> None:
        self._line(header_json(header))

    def decision(self, decision: Decision) -> None:
        self._line(decision_json(decision))

    def footer(self, footer: PlanFooter) -> PlanFooter:
        """Returns the footer with the digest of all lines before it and of its own members."""
        signed = _signed(footer, self._digest)
        self._line(footer_json(signed))
        return signed

    def _line(self, value: Mapping[str, Any]) -> None:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._digest.update(text.encode())
        self._out.write(text)


def inspect(store: PlanStore) -> tuple[PlanHeader, PlanFooter]:
    """Reads the whole file once; raises PlanFileError unless it is whole and its digest is true."""
    digest = hashlib.sha256()
    header: PlanHeader | None = None
    lines = iter(store.lines())
    for text in lines:
        line = _parse(store, text)
        if line.footer is not None:
            if header is None or line.footer != _signed(line.footer, digest):
                raise _damaged(store, "its content does not match its digest")
            _check_ended(store, lines)
            return header, line.footer
        header = line.header or header
        digest.update(text.encode())
    raise _damaged(store, "it has no footer, so it was never finished")


def _check_ended(store: PlanStore, rest: Iterator[str]) -> None:
    """No digest covers what stands after the footer: a decision there would be sent unapproved."""
    if next(rest, None) is not None:
        raise _damaged(store, "something was added after its footer")


def _signed(footer: PlanFooter, before: Any) -> PlanFooter:
    """The footer with its digest: it holds the gates and the cursor, which are approved too."""
    digest = before.copy()
    bare = footer_json(replace(footer, digest=""))
    digest.update(json.dumps(bare, ensure_ascii=False, sort_keys=True).encode())
    return replace(footer, digest=digest.hexdigest())


def decisions(store: PlanStore) -> Iterator[Decision]:
    """The decisions of a file that `inspect` has accepted."""
    for text in store.lines():
        decision = _parse(store, text).decision
        if decision is not None:
            yield decision


def _parse(store: PlanStore, text: str) -> Any:
    try:
        return line_from_json(json.loads(text))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _damaged(store, "a line of it is not a plan's") from error


def _damaged(store: PlanStore, what: str) -> PlanFileError:
    return PlanFileError(
        f"{store.name} is not a usable plan: {what}",
        "Make a new one with `crossdock plan CUSTOMER --out FILE`; nothing was sent.",
    )
