"""The ports to the machine: time, chance, workers and HTTP. Fakes in tests are subclasses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Clock(ABC):
    """Time as the engine sees it. `now` is aware and in UTC."""

    @abstractmethod
    def now(self) -> datetime: ...

    @abstractmethod
    def monotonic(self) -> float: ...

    @abstractmethod
    def sleep(self, seconds: float) -> None: ...


class Randomness(ABC):
    """Jitter for waits; never the source of an id."""

    @abstractmethod
    def fraction(self) -> float:
        """A number in [0, 1)."""


class WorkerPool(ABC):
    """Runs independent reads side by side; results come in the order of the items."""

    @abstractmethod
    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request of an adapter: absolute `url`, `headers` with its credentials.

    It prints its method and where it goes. Query, headers and body may hold a secret or a buyer.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    timeout: float = 30.0

    def __repr__(self) -> str:
        place = self.url.partition("?")[0].rpartition("@")[2]
        return f"Request({self.method} {place}, {len(self.body or b'')} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Status, headers (lower-case names) and the whole body, which do not print: a token comes
    in one.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


class ReadTransport(ABC):
    """Sends GETs, and the call that fetches a token. It has no way to send anything else."""

    @abstractmethod
    def get(self, request: Request) -> Response:
        """Raises NotSentError or NoAnswerError; never retries."""

    @abstractmethod
    def token(self, request: Request) -> Response:
        """The one POST that changes nothing: an OAuth token call."""

    def close(self) -> None:
        """Ends kept connections; called by who made the transport. Without any it does nothing."""
        return


class WriteTransport(ReadTransport):
    """Sends writes too. Only `apply` and `run` are composed with one. It never retries."""

    @abstractmethod
    def write(self, request: Request, not_after: datetime) -> Response:
        """Sends unless the clock has reached `not_after` just before the first byte leaves.

        Raises NotSentError where certainly nothing left, NoAnswerError where it may have.
        """
