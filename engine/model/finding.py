"""What asking the live systems showed, one finding a thing."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, OK = "error", "warning", "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`rule` is its id, `about` what it is about, `text` what was found, `advice` what to do next.

    An `error`: what the ruleset says does not hold. A `warning`: it holds, and some records will
    wait, or nobody could look. `ok`: it was looked at and is so.
    """

    rule: str
    severity: str
    about: str
    text: str
    advice: str = ""
