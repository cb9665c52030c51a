"""What a site posts to us: whose it is, and that it is stored before anybody is thanked for it.

Documented: what a trigger sends to a URL is not queued anywhere. That it is sent once and never
again is inferred, so a message that is not stored here is lost. No signing is known: the secret in
the path is all that tells a site from a stranger.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ConfigurationError
from engine.ports.flows import EventSource
from engine.ports.ledger import Ledger
from engine.ports.systems import Secret
from engine.ports.world import Clock
from engine.receiver.rate import Bucket, TooManyError

PLACE = "/hook/"
STORED, EMPTY, UNKNOWN, TOO_MANY = 204, 400, 404, 429
# A batch that is picked posts hundreds at once; storing one takes about a millisecond.
RATE, BURST = 100.0, 1_000
# Strangers have tokens of their own, so that they use up nobody's: the secret is looked at first.
STRANGERS_RATE, STRANGERS_BURST = 10.0, 100
_UNGUESSABLE = re.compile(r"[A-Za-z0-9_-]{20,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One site that posts: the secret end of its URL, and who understands its messages."""

    connection: str
    secret: Secret
    events: EventSource


class Postbox:
    """Takes what is posted, from several threads at once."""

    def __init__(self, hooks: Sequence[Hook], ledger: Ledger, clock: Clock) -> None:
        """Raises ConfigurationError without a site, and for a secret that is none."""
        _check(hooks)
        self._hooks = tuple(hooks)
        self._ledger = ledger
        self._clock = clock
        self._tokens = {
            hook.connection: Bucket(clock, rate=RATE, burst=BURST) for hook in self._hooks
        }
        self._strangers = Bucket(clock, rate=STRANGERS_RATE, burst=STRANGERS_BURST)

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections whose sites may post."""
        return tuple(hook.connection for hook in self._hooks)

    def take(self, path: str, body: bytes) -> int:
        """Stores one message; returns the HTTP status of the answer, which has no body.

        It is committed before this returns. Whatever the body says is stored, an odd one with what
        is wrong with it, so that a person sees it. Raises TooManyError above `RATE`, and
        CrossdockError where it cannot be stored.
        """
        hook = self._hook(path)
        if hook is None:
            return UNKNOWN if self._strangers.take() else TOO_MANY
        if not self._tokens[hook.connection].take():
            raise TooManyError(
                f"connection {hook.connection!r} posts more than {RATE:.0f} messages a second",
                "Look at its triggers; what is missing shows in status and reconcile.",
            )
        if not body.strip():
            return EMPTY
        self._ledger.store_messages([hook.events.parse(body)], self._clock.now())
        return STORED

    def _hook(self, path: str) -> Hook | None:
        """The one whose secret it is. Every secret is compared, and to its end, so that the time
        of the answer tells nothing.
        """
        place, _, _ = path.partition("?")
        told = place.removeprefix(PLACE).encode() if place.startswith(PLACE) else b""
        found = [
            hook for hook in self._hooks if hmac.compare_digest(told, hook.secret.reveal().encode())
        ]
        return found[0] if found else None


def _check(hooks: Sequence[Hook]) -> None:
    if not hooks:
        raise ConfigurationError(
            "no connection of this ruleset takes posts",
            "Add `posts: env:WOS_HOOK_SECRET` to the warehouse's connection.",
        )
    for hook in hooks:
        if not _UNGUESSABLE.fullmatch(hook.secret.reveal()):
            raise ConfigurationError(
                f"what `posts` of connection {hook.connection!r} refers to could be guessed, or "
                "cannot stand in an address",
                "Give 20 letters, digits, '-' or '_' at least; make one with: "
                'python3 -c "import secrets; print(secrets.token_hex(24))"',
            )
    if len({hook.secret.reveal() for hook in hooks}) < len(hooks):
        raise ConfigurationError(
            "two connections have the same secret in `posts`: a message could be either's",
            "Give each its own.",
        )
