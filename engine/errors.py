"""Every exception of the engine, grouped by what the caller should do next.

Values are preferred to exceptions: a bad record is a decision, a bad ruleset a list of diagnostics,
an answer of a system an `Answer`. What is left here ends a pass or a command.
"""

from __future__ import annotations

from datetime import datetime


class CrossdockError(Exception):
    """The root: `summary` is one line for a person, `advice` says what to do next.

    `exit_code` is what the command line returns for it.
    """

    exit_code = 1

    def __init__(self, summary: str, advice: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = advice


class ConfigurationError(CrossdockError):
    """The customer's files or settings are wrong: a person edits them."""


class CredentialError(ConfigurationError):
    """A secret is missing, unreadable, too widely readable, or refused by the system."""


class PlanFileError(CrossdockError):
    """A plan file is damaged, foreign, or of another format version: make a new plan."""


class LeaseHeldError(CrossdockError):
    """Another process works on this customer: wait for it, or see who it is.

    `owner` is `HOST:PID`, `doing` its command, `since` (None: not on record) and `until` are UTC.
    `gone`: it certainly runs no more, and only its time must run out.
    """

    exit_code = 75

    def __init__(
        self, subject: str, owner: str, doing: str, since: datetime | None, until: datetime
    ) -> None:
        self.subject, self.owner, self.doing = subject, owner, doing
        self.since, self.until, self.gone = since, until, False
        begun = f"since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
        told = ", ".join(word for word in (doing, begun) if word)
        super().__init__(
            f"{owner} works on {subject} until {until:%Y-%m-%d %H:%M:%S} UTC"
            + (f" ({told})" if told else ""),
            "Wait for it to end; while it works it keeps its lease. If that process is gone, the "
            "lease runs out by itself at that time.",
        )

    def of_nobody(self) -> LeaseHeldError:
        """The same, where that process is known to run no more."""
        told = LeaseHeldError(self.subject, self.owner, self.doing, self.since, self.until)
        told.gone = True
        told.summary += "; that process is gone"
        told.advice = (
            f"Its lease runs out at {self.until:%H:%M:%S} UTC: try again then. What it left open "
            "is on record, and the next run goes on from there."
        )
        return told


class FenceError(CrossdockError):
    """This process lost its lease or a guarded row: it must stop, somebody else has gone on."""

    exit_code = 75


class SystemUnavailableError(CrossdockError):
    """A system did not give a usable answer to a read, after the retries: run again later."""


class ProtocolError(CrossdockError):
    """A system answered something that its facts do not allow: a person looks at it."""


class BadRecordError(ProtocolError):
    """One record of an answer is not as its facts say; the others may be: it is parked alone."""


class NotSentError(CrossdockError):
    """The request certainly did not reach the system (no connection, window missed)."""


class NoAnswerError(CrossdockError):
    """The request left, and no usable answer came: its effect is unknown."""


class LibraryFaultError(CrossdockError):
    """Our own invariant is broken: the fault report says where."""

    exit_code = 70
