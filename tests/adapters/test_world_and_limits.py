"""Threads, rates, patience and settings: the machinery that all adapters share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.adapters import find, limits, names, settings
from engine.adapters.retry import Patience, PatientReader
from engine.adapters.scrub import scrub, shown
from engine.adapters.world import SerialPool, SystemClock, SystemRandomness, ThreadPool
from engine.errors import ConfigurationError, NoAnswerError, SystemUnavailableError
from engine.model.effect import Timing
from engine.ports.budget import Rank
from engine.ports.systems import Limits
from engine.ports.world import ReadTransport, Request, Response
from tests.adapters.rig import Half, StepClock, write_kit

REQUEST = Request(method="GET", url="https://x.example.com/a?apiKey=canary", headers={})


class Scripted(ReadTransport):
    """Answers with the next status of its script; None is a cut connection."""

    def __init__(self, *script: int | None, headers: dict[str, str] | None = None) -> None:
        self.script = list(script)
        self.headers = headers or {}

    def get(self, request: Request) -> Response:
        status = self.script.pop(0)
        if status is None:
            raise NoAnswerError("cut")
        return Response(status=status, headers=self.headers, body=b"")

    def token(self, request: Request) -> Response:
        return self.get(request)


def patient(transport: ReadTransport, clock: StepClock) -> PatientReader:
    patience = Patience(attempts=4, first=1.0, longest=3.0)
    return PatientReader(transport, clock, Half(), patience)


def test_waits_double_up_to_the_longest() -> None:
    """Three quarters of 1, 2 and 3 seconds with the middle of the jitter."""
    clock = StepClock()

    response = patient(Scripted(None, 406, 503, 404), clock).get(REQUEST)

    assert response.status == 404
    assert clock.slept == [0.75, 1.5, 2.25]


def test_a_delay_that_is_named_replaces_the_wait() -> None:
    """Up to the longest wait."""
    clock = StepClock()

    patient(Scripted(429, 200, headers={"retry-after": "2"}), clock).get(REQUEST)
    patient(Scripted(429, 200, headers={"retry-after": "900"}), clock).token(REQUEST)

    assert clock.slept == [2.0, 3.0]


def test_patience_ends() -> None:
    """After the last attempt one error names the place, not the query."""
    with pytest.raises(SystemUnavailableError) as caught:
        patient(Scripted(None, None, None, 500), StepClock()).get(REQUEST)
    assert caught.value.summary == (
        "https://x.example.com/a gave no usable answer in 4 attempts: HTTP 500"
    )


def test_a_pause_holds_everybody() -> None:
    """After a 429 with a delay the next call of anybody waits so long."""
    clock = StepClock()
    throttle = limits.Throttle(Limits(in_flight=None, per_minute=600), clock)
    reader = limits.LimitedReader(Scripted(429, 200, headers={"retry-after": "9"}), throttle)

    reader.get(REQUEST)
    reader.get(REQUEST)

    assert clock.monotonic() == pytest.approx(9.0)


def test_calls_in_flight_are_bounded() -> None:
    """Of eight threads only three are ever inside at once."""
    throttle = limits.Throttle(Limits(in_flight=3, per_minute=None), StepClock())
    inside, most, lock = 0, 0, threading.Lock()
    gate = threading.Barrier(3)

    def call(_: int) -> None:
        nonlocal inside, most
        with throttle.call(Rank.BUYERS, 1.0):
            with lock:
                inside += 1
                most = max(most, inside)
            gate.wait(timeout=10)
            with lock:
                inside -= 1

    pool = ThreadPool(8)
    list(pool.map(call, range(12)))
    pool.close()
    assert most == 3


@pytest.mark.parametrize("pool", [ThreadPool(3), SerialPool()], ids=["threads", "serial"])
def test_results_come_in_order(pool: Any) -> None:
    """Whoever finishes first."""
    assert list(pool.map(lambda n: n * n, range(50))) == [n * n for n in range(50)]


def test_the_pool_looks_ahead_no_further_than_it_says() -> None:
    """Twice its workers, so that a stream of pages never piles up in memory."""
    taken = []

    def items() -> Iterator[int]:
        for n in range(100):
            taken.append(n)
            yield n

    pool = ThreadPool(2)
    results = pool.map(lambda n: n, items())
    next(results)
    assert len(taken) <= 5
    pool.close()


def test_an_error_in_the_pool_arrives() -> None:
    """The work's own exception comes where its result would have."""
    pool = ThreadPool(2)
    with pytest.raises(ZeroDivisionError):
        list(pool.map(lambda n: 1 // n, [1, 0, 1]))
    pool.close()


def test_a_rehearsal_starts_where_it_is_told() -> None:
    """The shifted clock runs on from its start."""
    start = datetime(2031, 1, 1, tzinfo=UTC)
    clock = SystemClock(start)

    assert timedelta() <= clock.now() - start < timedelta(minutes=1)
    clock.sleep(-1)
    assert clock.monotonic() <= clock.monotonic()


def test_jitter_is_a_fraction() -> None:
    """In [0, 1)."""
    assert 0 <= SystemRandomness().fraction() < 1


def test_every_folder_is_an_adapter() -> None:
    """Each can be found by its name and says that name of itself."""
    assert names() == ("channeladvisor", "files", "warehouseos")
    assert [find(name).name for name in names()] == list(names())


def test_a_name_that_is_none_has_a_neighbour() -> None:
    """A misspelt adapter is answered with the nearest name, another with all of them."""
    with pytest.raises(ConfigurationError) as near:
        find("warehousos")
    with pytest.raises(ConfigurationError) as far:
        find("../http")
    assert near.value.advice == "Did you mean 'warehouseos'?"
    assert far.value.advice == "Choose one of: channeladvisor, files, warehouseos."


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400), ("250ms", 0.25), (7, 7), (None, 1)],
)
def test_durations(text: object, seconds: float) -> None:
    """As people write them, with a default for none."""
    assert settings.duration(text, timedelta(seconds=1)) == timedelta(seconds=seconds)


def test_what_is_no_duration_is_refused() -> None:
    """With the forms that are."""
    with pytest.raises(ConfigurationError, match="is no duration"):
        settings.duration("soon", timedelta())


def test_timing_and_limits_are_taken_over_the_adapters_own() -> None:
    """Only what is given changes."""
    given_settings = {"timing": {"late": "3m"}, "limits": {"in-flight": 2}}
    own = Limits(in_flight=5, per_minute=9)

    assert settings.timing(given_settings, Timing()) == replace(Timing(), late=timedelta(minutes=3))
    assert settings.limits(given_settings, own) == Limits(in_flight=2, per_minute=9)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example.com", "https://user:pw@x.example.com", "https://", "x.example.com"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """Before anything is sent, and without showing a password in it."""
    kit = write_kit({"url": url}, None, StepClock(), None)

    with pytest.raises(ConfigurationError) as caught:
        settings.base_url(kit)
    assert "pw" not in str(caught.value)


def test_secrets_are_taken_out_of_texts() -> None:
    """Credential-like query members and user parts; then private values, and the length."""
    text = "GET https://me:pw@x.example.com/a?apiKey=1&$skip=2&Access_Token=3 failed"

    assert scrub(text) == (
        "GET https://***@x.example.com/a?apiKey=***&$skip=2&Access_Token=*** failed"
    )
    assert shown("Dana\n Lee of  Köln", ["Dana Lee", "Köln"]) == "*** of ***"
    assert shown("x" * 500) == "x" * 199 + "…"


def test_an_echo_is_masked_however_it_comes_back() -> None:
    """Line breaks as blanks, other letter case; a country's letters only as they stand."""
    private = ["Ring at\nDana Lee", "dana@example.com", "US"]

    said = "note Ring at Dana Lee by DANA@example.com from US: bad status"

    assert shown(said, private) == "note *** by *** from ***: bad status"
