"""The export flag set over real HTTP: sent once, classified, and proven by reading back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.model.desired import PreparedRequest
from engine.model.effect import AnswerKind, Effect, EffectState, Intent, Proof
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import NOW, CaRig, Rig, raw_order

LATER = NOW + timedelta(seconds=5)


def export_of(ca: CaRig, key: str = "1") -> PreparedRequest:
    request = ca.source().acknowledgement(key)
    assert request is not None
    return request


def effect(request: PreparedRequest) -> Effect:
    """A ledger row about this request, as far as reading back looks at it."""
    intent = Intent(
        key="v1:x:export:1",
        kind="export",
        customer="x",
        target="ca",
        subject="s",
        marker="1",
        business_key="b",
        request=request.to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)


def test_the_flag_is_set_once_and_again(rig: Rig) -> None:
    """A repeat is as good as the first; both are proven by reading back."""
    ca = rig.channeladvisor(raw_order(1))
    export, request = ca.export(), export_of(ca)
    assert export.verify(effect(request)).proof is Proof.ABSENT

    answers = [export.send(request, LATER).kind for _ in range(2)]

    assert answers == [AnswerKind.DONE] * 2
    assert export.resend_at_once
    assert export.verify(effect(request)).proof is Proof.PRESENT


def test_an_order_that_is_gone_is_refused(rig: Rig) -> None:
    """A 404 is a definite refusal, with the service's text."""
    ca = rig.channeladvisor(raw_order(1))

    answer = ca.export().send(export_of(ca, "999"), LATER)

    assert (answer.kind, answer.status) == (AnswerKind.REFUSED, 404)
    assert answer.detail.startswith("No HTTP resource was found")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("cut-before", AnswerKind.UNKNOWN),
        ("cut-after", AnswerKind.UNKNOWN),
        ("500", AnswerKind.UNKNOWN),
        ("500-after", AnswerKind.UNKNOWN),
        ("html-502", AnswerKind.UNKNOWN),
        ("429", AnswerKind.NOT_SENT),
        ("401-once", AnswerKind.DONE),
    ],
)
def test_faults_of_the_write(rig: Rig, kind: str, expected: AnswerKind) -> None:
    """A write is not repeated, except after a refused token, which is no processing."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind=kind, method="POST", path="Export"))

    assert ca.export().send(export_of(ca), LATER).kind is expected
    assert ca.faulty._seen == [2 if kind == "401-once" else 1]


def test_a_token_that_cannot_be_had_is_not_sent(rig: Rig) -> None:
    """Whatever happens at the token endpoint, the write itself did not leave."""
    ca = rig.channeladvisor(raw_order(1))
    ca.faults(FaultRule(kind="500", path="oauth2", count=None))

    assert ca.export().send(export_of(ca), LATER).kind is AnswerKind.NOT_SENT
    wrong = ca.export(application="another").send(export_of(ca), LATER)
    assert wrong.kind is AnswerKind.NOT_SENT


def test_nothing_leaves_after_the_window(rig: Rig) -> None:
    """The token may be fetched; the write stays here."""
    ca = rig.channeladvisor(raw_order(1))

    assert ca.export().send(export_of(ca), NOW).kind is AnswerKind.NOT_SENT
    assert not any("Export" in line for line in ca.asked)


def test_what_is_no_export_cannot_be_verified(rig: Rig) -> None:
    """A row with a foreign request is for a person."""
    ca = rig.channeladvisor(raw_order(1))
    foreign = PreparedRequest(method="POST", path="/v1/Orders(1)/Ship")

    assert ca.export().verify(effect(foreign)).proof is Proof.UNCLEAR
