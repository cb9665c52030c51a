"""Changes of orders that a WarehouseOS site has already: deletions and headers.

Documented: an order's content cannot be updated, it is deleted and sent again, and a batched order
is locked against that. That some header members can be set is inferred from what the vendor's own
integrations do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.adapters.warehouseos import protocol, requests
from engine.adapters.warehouseos.client import Client
from engine.adapters.warehouseos.writes import SiteWriter, classified
from engine.errors import ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.ports.flows import ChangeSink
from engine.ports.systems import Operation, ReadKit, WriteKit


class WarehouseOSChanges(ChangeSink):
    """Renders the calls; it sends nothing."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)

    def deletion(self, number: str) -> PreparedRequest:
        return requests.deletion(self._client.profile, number)

    def header(self, number: str, fields: Mapping[str, str]) -> PreparedRequest:
        return requests.header(self._client.profile, number, fields)


class _ChangeOrder(Operation):
    """What both have in common: the effect's marker is the order's number."""

    def __init__(self, kit: WriteKit) -> None:
        self._writer = SiteWriter(kit)
        self._client = self._writer.client

    @property
    def timing(self) -> Timing:
        return self._writer.timing

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        """A refusal because of a lock has a detail that begins with "locked". A conflict that does
        not say which one can be no other: nothing is created here.
        """
        response = self._writer.write(request, not_after)
        if isinstance(response, Answer):
            return response
        profile = self._client.profile
        reading = protocol.read_answer(profile, response)
        answer = classified(profile, request, response)
        refused = answer.kind is AnswerKind.REFUSED and reading.kind == protocol.LOCKED
        if refused or answer.kind is AnswerKind.EXISTS:
            return replace(answer, kind=AnswerKind.REFUSED, detail=f"locked: {answer.detail}")
        return self._heard(reading.kind, answer)

    def _heard(self, reading: str, answer: Answer) -> Answer:
        """The answer with what it means here."""
        return answer


class DeleteOrder(_ChangeOrder):
    """Deletes one order; done when it is gone, whoever did it. Its proof is its absence.

    It is not repeated at once: meanwhile somebody may have sent another order of that number.
    """

    @property
    def resend_at_once(self) -> bool:
        return False

    def verify(self, effect: Effect) -> Evidence:
        number = effect.intent.marker
        try:
            stored = self._client.ask("orders.get", number=number)
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        if stored is None:
            return Evidence(proof=Proof.PRESENT, detail=f"order {number} is gone")
        return Evidence(proof=Proof.ABSENT, detail=f"order {number} is still there")

    def _heard(self, reading: str, answer: Answer) -> Answer:
        gone = reading == "not-found" and answer.kind is AnswerKind.REFUSED
        return replace(answer, kind=AnswerKind.DONE) if gone else answer


class SetHeader(_ChangeOrder):
    """Sets members of one order's header.

    Not sent again before it has settled: a person may have set them otherwise meanwhile.
    """

    @property
    def resend_at_once(self) -> bool:
        return False

    def verify(self, effect: Effect) -> Evidence:
        number = effect.intent.marker
        request = PreparedRequest.from_json(effect.intent.request)
        try:
            stored = self._client.ask("orders.get", number=number)
            if stored is None:
                return Evidence(proof=Proof.ABSENT, detail=f"there is no order {number}")
            difference = requests.header_difference(self._client.profile, request, stored)
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        if difference is None:
            return Evidence(proof=Proof.PRESENT, detail=f"order {number} has what was sent")
        return Evidence(proof=Proof.ABSENT, detail=f"{difference} of order {number} differs")
