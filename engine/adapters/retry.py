"""Patience with reads. The only door to tenacity; writes never pass through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from engine.adapters.limits import retry_after
from engine.adapters.scrub import place_of
from engine.errors import NoAnswerError, NotSentError, SystemUnavailableError
from engine.ports.world import Clock, Randomness, ReadTransport, Request, Response

_TOO_MANY = 429
# Seen in client code: CA answers 406 now and then, and the same call succeeds a moment later.
_SPORADIC = 406


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a read is tried, and how long the waits between grow (seconds)."""

    attempts: int = 6
    first: float = 0.5
    longest: float = 60.0


class PatientReader:
    """Repeats a read that got no usable answer, sleeping through the Clock port."""

    def __init__(
        self, transport: ReadTransport, clock: Clock, random: Randomness, patience: Patience
    ) -> None:
        self._transport = transport
        self._random = random
        self._patience = patience
        self._retrying = Retrying(
            sleep=clock.sleep,
            stop=stop_after_attempt(patience.attempts),
            wait=self._wait,
            retry=retry_if_exception_type((NoAnswerError, NotSentError)),
            reraise=True,
        )

    def get(self, request: Request) -> Response:
        """An answer that is neither throttled nor a fault of the server.

        Raises SystemUnavailableError when there is none after all attempts.
        """
        return self._patiently(request, self._transport.get)

    def token(self, request: Request) -> Response:
        """The same for the token call, which changes nothing either."""
        return self._patiently(request, self._transport.token)

    def _patiently(self, request: Request, send: Callable[[Request], Response]) -> Response:
        try:
            response = self._retrying.copy()(_once, send, request)
        except (NoAnswerError, NotSentError) as error:
            raise SystemUnavailableError(
                f"{place_of(request.url)} gave no usable answer "
                f"in {self._patience.attempts} attempts: {error.summary}",
                "Run again later; if it lasts, see whether the address is right.",
            ) from None
        return response

    def _wait(self, state: RetryCallState) -> float:
        """Doubling waits, each between half and all of its length, or what the system asked for."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.delay if isinstance(error, _BusyError) else None
        if asked is not None:
            return min(asked, self._patience.longest)
        length = self._patience.first * 2.0 ** (state.attempt_number - 1)
        return min(length, self._patience.longest) * (0.5 + self._random.fraction() / 2)


class _BusyError(NoAnswerError):
    """An answer that says "not now"."""

    def __init__(self, status: int, delay: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.delay = delay


def _once(send: Callable[[Request], Response], request: Request) -> Response:
    response = send(request)
    if response.status in (_TOO_MANY, _SPORADIC) or response.status >= 500:
        raise _BusyError(response.status, retry_after(response))
    return response
