"""What is written to WarehouseOS, how its answers are read, and how a write is proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.adapters import limits, settings
from engine.adapters.scrub import shown
from engine.adapters.warehouseos import protocol
from engine.adapters.warehouseos.client import DENIED, TIMING, Client
from engine.adapters.warehouseos.profile import Profile
from engine.errors import NoAnswerError, NotSentError, ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.model.same_order import same_content
from engine.ports.systems import Operation, WriteKit
from engine.ports.world import Response


class SiteWriter:
    """Sends one write to a site, never twice, and says what is known where no answer came."""

    def __init__(self, kit: WriteKit, default: Timing = TIMING) -> None:
        self.client = Client(kit)
        self.timing = settings.timing(kit.settings, default)
        self._transport = kit.transport

    def write(self, request: PreparedRequest, not_after: datetime) -> Response | Answer:
        """The site's answer, or what is certain without one."""
        base = self.client.request(request.method, request.path)
        body = None if request.body is None else request.body.encode()
        content = {} if body is None else {"Content-Type": request.content_type}
        timeout = self.timing.timeout.total_seconds()
        whole = replace(base, headers={**base.headers, **content}, body=body, timeout=timeout)
        try:
            return self._transport.write(whole, not_after)
        except NotSentError as error:
            return Answer(kind=AnswerKind.NOT_SENT, detail=error.summary)
        except NoAnswerError as error:
            return Answer(kind=AnswerKind.UNKNOWN, detail=error.summary)


class CreateOrder(Operation):
    """Creates one order; its number is the marker by which it is found again."""

    def __init__(self, kit: WriteKit) -> None:
        self._writer = SiteWriter(kit)
        self._client = self._writer.client

    @property
    def timing(self) -> Timing:
        return self._writer.timing

    @property
    def resend_at_once(self) -> bool:
        """True where the site promises unique numbers: then "duplicate" settles a repeat."""
        return self._client.profile.unique

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        answer = self._writer.write(request, not_after)
        if isinstance(answer, Answer):
            return answer
        return classified(self._client.profile, request, answer)

    def verify(self, effect: Effect) -> Evidence:
        """Reads the order by its number and compares it with what was asked for.

        Raises SystemUnavailableError while the site cannot be asked.
        """
        request = PreparedRequest.from_json(effect.intent.request)
        try:
            number = protocol.number_of(self._client.profile, request)
            stored = self._client.order(number)
            if stored is None:
                return Evidence(proof=Proof.ABSENT, detail=f"there is no order {number}")
            asked = protocol.requested(self._client.profile, request, stored)
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        difference = same_content(asked, stored)
        if difference is None:
            return Evidence(proof=Proof.PRESENT, detail=f"order {number} is there as it was sent")
        return Evidence(proof=Proof.DIFFERENT, detail=difference)


def classified(profile: Profile, request: PreparedRequest, response: Response) -> Answer:
    """The answer to a write.

    A refused key and a throttle are certainly no processing and may pass. Of a server's fault, a
    408, a redirect or an answer that cannot be read, nobody knows what happened behind it.
    """
    reading = protocol.read_answer(profile, response)
    detail = shown(reading.text, protocol.private_values(request))
    status = response.status
    if status == 429:
        delay = limits.retry_after(response)
        return Answer(kind=AnswerKind.NOT_SENT, status=status, detail=detail, retry_after=delay)
    return Answer(kind=_kind(status, reading.kind), status=status, detail=detail)


def of_status(status: int) -> AnswerKind | None:
    """What a status says by itself, whatever stands in the body; None where the body decides."""
    if status in (*DENIED, 429):
        return AnswerKind.NOT_SENT
    if status >= 500 or status == 408 or 300 <= status < 400:
        return AnswerKind.UNKNOWN
    return None


def _kind(status: int, reading: str) -> AnswerKind:
    known = of_status(status)
    if known is not None:
        return known
    if reading == "unreadable":
        return AnswerKind.UNKNOWN
    if reading == "duplicate":
        return AnswerKind.EXISTS
    return AnswerKind.DONE if reading == "success" else AnswerKind.REFUSED
