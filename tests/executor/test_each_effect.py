"""Every operation times every answer: what becomes of it is what the protocol page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.errors import NoAnswerError, NotSentError
from engine.executor.bench import Bench, Tenure
from engine.executor.performing import TRIES, perform
from engine.executor.settling import settle
from engine.ledger.sql_ledger import SqlLedger
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, EffectState, Evidence, Intent, Proof
from engine.model.effect import Timing as Delays
from engine.ports.systems import Operation
from engine.ports.world import Request, Response, WriteTransport
from tests.docs.effects import SPEAKERS, Speaker, operations, rows, table
from tests.executor.conftest import TTL
from tests.fakes.world import NOON, FakeClock, NoJitter

OFFERED = {
    "channel": ("export", "ship", "track", "adjust", "set-quantity", "write-back"),
    "warehouse": ("create", "delete", "set-header", "upsert-item", "patch-item"),
    "ledgerline": ("create",),
    "files": ("create",),
}
CELLS = [(one, name) for one in SPEAKERS for name in OFFERED[one.name]]
cells = pytest.mark.parametrize(
    ("speaker", "name"), CELLS, ids=[f"{one.name}-{name}" for one, name in CELLS]
)
CLASSES = {row[0]: row[1:] for row in table("| class | sends in one pass |")}
PROOFS = {
    Proof.PRESENT: EffectState.DONE,
    Proof.ABSENT: EffectState.PLANNED,
    Proof.DIFFERENT: EffectState.DOUBT,
    Proof.UNCLEAR: EffectState.DOUBT,
}
FOUND = {Proof.PRESENT: EffectState.DONE, Proof.DIFFERENT: EffectState.FAILED}
"""What an answer that has to be read back leads to; of the others nothing is certain."""


class Answering(Operation):
    """A real operation in what it promises, with one answer and one reading for ever."""

    def __init__(self, real: Operation, kind: AnswerKind, proof: Proof) -> None:
        self._real = real
        self._answer = Answer(kind=kind, detail="so it says")
        self._proof = proof
        self.sent = 0

    @property
    def timing(self) -> Delays:
        return self._real.timing

    @property
    def resend_at_once(self) -> bool:
        return self._real.resend_at_once

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        self.sent += 1
        return self._answer

    def verify(self, effect: Effect) -> Evidence:
        return Evidence(proof=self._proof, detail="as it looks")


class Wire(WriteTransport):
    """Gives every write the same answer, or none; tokens come freely."""

    def __init__(self, answer: Callable[[], Response]) -> None:
        self._answer = answer
        self.writes = 0

    def get(self, request: Request) -> Response:
        raise AssertionError("a send reads nothing")

    def token(self, request: Request) -> Response:
        body = f'{{"access_token": "canary-{self.writes}", "expires_in": 3600}}'
        return Response(status=200, headers={}, body=body.encode())

    def write(self, request: Request, not_after: datetime) -> Response:
        self.writes += 1
        return self._answer()


def says(status: int, body: bytes = b"{}") -> Callable[[], Response]:
    """An answer of this status."""
    return lambda: Response(status=status, headers={}, body=body)


def fails(error: Exception) -> Callable[[], Response]:
    """No answer."""

    def raised() -> Response:
        raise error

    return raised


NEVER_LEFT = fails(NotSentError("no connection", "look"))
CUT = fails(NoAnswerError("the connection broke off", "look"))
WIRE: Sequence[tuple[str, str, Callable[[], Response]]] = (
    ("garbage", "success that cannot be read", says(200, b"<html>")),
    ("cut short", "success that cannot be read", says(201, b'{"OrderNumber": "1')),
    ("401", "401", says(401)),
    ("403", "403", says(403)),
    ("404", "any other 4xx", says(404)),
    ("422", "any other 4xx", says(422)),
    ("408", "408", says(408)),
    ("429", "429", says(429)),
    ("302", "a redirect, 5xx", says(302)),
    ("500", "a redirect, 5xx", says(500)),
    ("502", "a redirect, 5xx", says(502, b"<html>Bad Gateway</html>")),
    ("no connection", "no connection, or the window was missed", NEVER_LEFT),
    ("cut", "no answer in time, or the line was cut", CUT),
)
MEANS = {
    row[0]: {"warehouse": row[1], "channel": row[2]} for row in table("| answer | warehouse |")
}


def real(speaker: Speaker, name: str, folder: Path, wire: Wire | None = None) -> Operation:
    """The operation itself."""
    return operations(speaker, wire or Wire(CUT), FakeClock(), folder)[name]


def bench_of(ledger: SqlLedger, clock: FakeClock, name: str, operation: Operation) -> Bench:
    """A bench that has this operation alone."""
    lease = ledger.acquire("acme", "me", clock.now(), TTL)
    return Bench(
        customer="acme",
        ledger=ledger,
        operations={"mine": {name: operation}},
        clock=clock,
        random=NoJitter(),
        tenure=Tenure(ledger, clock, lease, TTL),
    )


def intent(name: str) -> Intent:
    """Something to send."""
    return Intent(
        key=f"v1:acme:{name}:1",
        kind=name,
        customer="acme",
        target="mine",
        subject="mine:1",
        marker="1",
        business_key="1",
        request=PreparedRequest(method="POST", path="/v1/Orders(1)", body="{}").to_json(),
        body_hash="h",
    )


def state(ledger: SqlLedger, name: str) -> EffectState:
    """What is on record."""
    key = intent(name).key
    return ledger.effects([key])[key].state


def told(cell: str) -> EffectState:
    """The state that a cell of the page begins with."""
    found = re.match(r"[A-Z]+", cell)
    assert found is not None
    return EffectState(found[0])


def tries(cell: str, *, again: bool) -> int:
    """How many sends a cell of the page allows."""
    return TRIES if cell == "3" or (cell.startswith("3 where") and again) else 1


@cells
@pytest.mark.parametrize("kind", ["done", "refused", "not-sent", "unknown"])
def test_an_answer_leads_to_its_state(
    speaker: Speaker, name: str, kind: str, ledger: SqlLedger, clock: FakeClock, tmp_path: Path
) -> None:
    """State and number of sends are those of the page, for every operation."""
    operation = Answering(real(speaker, name, tmp_path), AnswerKind(kind), Proof.UNCLEAR)
    perform(bench_of(ledger, clock, name, operation), intent(name))

    sends, after, _ = CLASSES[kind]
    again = rows()[name].repeats(unique=speaker.unique)
    assert (state(ledger, name), operation.sent) == (told(after), tries(sends, again=again))


@cells
@pytest.mark.parametrize("proof", list(Proof))
def test_already_there_is_read_back(
    speaker: Speaker, name: str, proof: Proof, ledger: SqlLedger, clock: FakeClock, tmp_path: Path
) -> None:
    """Ours is DONE, another's FAILED, and without a proof the row stays open."""
    operation = Answering(real(speaker, name, tmp_path), AnswerKind.EXISTS, proof)
    perform(bench_of(ledger, clock, name, operation), intent(name))

    assert state(ledger, name) is FOUND.get(proof, EffectState.SENDING)
    assert operation.sent == 1


@cells
@pytest.mark.parametrize("kind", list(AnswerKind))
def test_before_its_time_only_what_is_harmless_is_sent_again(
    speaker: Speaker,
    name: str,
    kind: AnswerKind,
    ledger: SqlLedger,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    """What an earlier send of may have been processed goes as the last column says, or waits."""
    operation = Answering(real(speaker, name, tmp_path), kind, Proof.UNCLEAR)
    bench = bench_of(ledger, clock, name, operation)
    bench.ledger.claim(intent(name), operation.timing, clock.now(), bench.tenure.lease)

    settle(bench)

    if not rows()[name].repeats(unique=speaker.unique):
        assert (state(ledger, name), operation.sent) == (EffectState.SENDING, 0)
        return
    unproven = "DOUBT" if kind in (AnswerKind.EXISTS, AnswerKind.REFUSED) else ""
    sends, _, doubtful = CLASSES[kind.value]
    assert operation.sent == tries(sends, again=True)
    assert state(ledger, name) is EffectState(unproven or told(doubtful))


@cells
@pytest.mark.parametrize("proof", list(Proof))
def test_from_its_time_on_a_reading_decides(
    speaker: Speaker, name: str, proof: Proof, ledger: SqlLedger, clock: FakeClock, tmp_path: Path
) -> None:
    """From the settle time on nothing is sent, whatever it is: it is read, and twice if absent."""
    operation = Answering(real(speaker, name, tmp_path), AnswerKind.DONE, proof)
    bench = bench_of(ledger, clock, name, operation)
    bench.ledger.claim(intent(name), operation.timing, clock.now(), bench.tenure.lease)
    delays = operation.timing
    ledger.release(bench.tenure.lease)
    clock.moment += delays.window + delays.timeout + delays.late
    bench.tenure = Tenure(ledger, clock, ledger.acquire("acme", "me", clock.now(), TTL), TTL)

    settle(bench)

    assert (state(ledger, name), operation.sent) == (PROOFS[proof], 0)
    slept = [delays.absent_gap.total_seconds()] if proof is Proof.ABSENT else []
    assert clock.slept == slept


@pytest.mark.parametrize(
    ("speaker", "name"),
    [one for one in CELLS if one[0].name != "files"],
    ids=[f"{one.name}-{name}" for one, name in CELLS if one.name != "files"],
)
@pytest.mark.parametrize(("row", "answer"), [one[1:] for one in WIRE], ids=[one[0] for one in WIRE])
def test_what_an_answer_means(
    speaker: Speaker, name: str, row: str, answer: Callable[[], Response], tmp_path: Path
) -> None:
    """The page's word for an answer is the adapter's, and one send is one request."""
    wire = Wire(answer)
    request = PreparedRequest(method="POST", path="/v1/Orders(1)", body="{}")
    sent = real(speaker, name, tmp_path, wire).send(request, NOON + timedelta(seconds=5))

    side = "channel" if speaker.name == "channel" else "warehouse"
    cell = MEANS[row][side]
    assert sent.kind.value == cell.partition(",")[0]
    assert wire.writes == (2 if "fresh token" in cell else 1)


def test_every_operation_has_its_cells(tmp_path: Path) -> None:
    """No operation of any kind of system is left out above."""
    assert {name for names in OFFERED.values() for name in names} == rows().keys()
    for speaker in SPEAKERS:
        offered = operations(speaker, Wire(CUT), FakeClock(), tmp_path)
        assert set(OFFERED[speaker.name]) <= offered.keys()
