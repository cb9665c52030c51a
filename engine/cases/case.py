"""The nouns of cases: what a file says, what came of it, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.config.nodes import Node
from engine.diagnostics import Diagnostic, Place
from engine.errors import ConfigurationError
from engine.model.decision import Decision


class CannotPlayError(ConfigurationError):
    """A case that says what no system could ever say, or whose systems have no twin."""


WRONG_SHAPE = (AttributeError, KeyError, TypeError)
"""What a twin stumbles over in a record that no system could give."""
UNREAD = "not-read"
"""The outcome of a record that was not even read: its update lies outside of what a pass reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file under `cases/`. `given`, `earlier`, `happened` and `expect` are as written there.

    `at` None is thirty days after the ruleset's earliest date. `node` is the file's tree, `text`
    what it was parsed from.
    """

    customer: str
    file: str
    title: str
    flow: str
    node: Node
    text: str
    at: datetime | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    earlier: Mapping[str, Any] = field(default_factory=dict)
    happened: Sequence[Mapping[str, Any]] = ()
    expect: Mapping[str, Any] = field(default_factory=dict)
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the street made of a case. `stock` is DC -> SKU -> units that the channel can sell more
    (or less) afterwards, None where no expectation asks for it; `unread` are keys of orders that
    were given and that nothing was decided about.
    """

    decisions: tuple[Decision, ...]
    blocked: tuple[str, ...] = ()
    stock: Mapping[str, Mapping[str, int]] | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is another than expected, by its path in the file.

    `rule` wrote what was found, and stands at `rule_place` (None: no single place of the ruleset).
    """

    path: tuple[str | int, ...]
    expected: Any
    found: Any
    rule: str = ""
    rule_place: Place | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one case ended: nothing of the four is a pass.

    `faults` are why its file cannot be read, `trouble` why it cannot be played.
    """

    file: str
    title: str
    differences: tuple[Difference, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    trouble: str = ""
    unconfirmed: bool = False
    case: Case | None = None
    played: Played | None = None

    @property
    def green(self) -> bool:
        """Whether all that was expected came true."""
        return not (self.differences or self.faults or self.trouble or self.unconfirmed)
