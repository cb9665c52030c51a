"""What is written to ChannelAdvisor, how its answers are read, and how a write is proven."""

from __future__ import annotations

import re
from datetime import datetime

from engine.adapters import limits, settings
from engine.adapters.channeladvisor import protocol
from engine.adapters.channeladvisor.client import TIMING, Client
from engine.adapters.scrub import shown
from engine.errors import (
    CredentialError,
    NoAnswerError,
    NotSentError,
    ProtocolError,
    SystemUnavailableError,
)
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.ports.systems import Operation, WriteKit
from engine.ports.world import Request, Response

_EXPORT = re.compile(r"/v1/Orders\((-?\d+)\)/Export")


class Export(Operation):
    """Marks an order as taken over: a flag per application, so a repeat changes nothing."""

    def __init__(self, kit: WriteKit) -> None:
        self._writer = kit.transport
        self._client = Client(kit)
        self._timing = settings.timing(kit.settings, TIMING)

    @property
    def timing(self) -> Timing:
        return self._timing

    @property
    def resend_at_once(self) -> bool:
        return True

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        """Sends once; only a refused token, which is no processing, is followed by a second try."""
        try:
            token = self._client.token()
            response = self._write(request, token, not_after)
            if protocol.denied(response):
                token = self._client.token(refused=token)
                response = self._write(request, token, not_after)
        except (NotSentError, SystemUnavailableError, CredentialError, ProtocolError) as error:
            # The last three can only come from the token call: the write itself never left.
            return Answer(kind=AnswerKind.NOT_SENT, detail=error.summary)
        except NoAnswerError as error:
            return Answer(kind=AnswerKind.UNKNOWN, detail=error.summary)
        return classified(response)

    def verify(self, effect: Effect) -> Evidence:
        """Whether the flag is set, asked of the list that shows exported orders only.

        Raises SystemUnavailableError while the system cannot be asked.
        """
        match = _EXPORT.fullmatch(str(effect.intent.request.get("path")))
        if match is None:
            return Evidence(proof=Proof.UNCLEAR, detail="the stored request is no export")
        options = {"exported": "true", "$filter": f"ID eq {match[1]}", "$select": "ID"}
        try:
            page = self._client.page(protocol.orders_url(self._client.base, options))
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        if page.rows:
            return Evidence(proof=Proof.PRESENT, detail="the order is marked as exported")
        return Evidence(proof=Proof.ABSENT, detail="the order is not marked as exported")

    def _write(self, request: PreparedRequest, token: str, not_after: datetime) -> Response:
        return self._writer.write(
            Request(
                method=request.method,
                url=self._client.base + request.path,
                headers={**self._client.headers(token), "Content-Type": request.content_type},
                body=(request.body or "").encode(),
                timeout=self._timing.timeout.total_seconds(),
            ),
            not_after,
        )


def classified(response: Response) -> Answer:
    """The answer to a write: any 2xx is success (documented: 204), a refused token no processing.

    A redirect, a 408 and a server's fault say nothing of what happened behind them.
    """
    status = response.status
    if protocol.denied(response):
        return Answer(kind=AnswerKind.NOT_SENT, status=status, detail="the token was refused")
    said = shown(protocol.error_text(response))
    if 200 <= status < 300:
        return Answer(kind=AnswerKind.DONE, status=status)
    if status == 429:
        delay = limits.retry_after(response)
        return Answer(kind=AnswerKind.NOT_SENT, status=status, detail=said, retry_after=delay)
    if 400 <= status < 500 and status != 408:
        return Answer(kind=AnswerKind.REFUSED, status=status, detail=said)
    return Answer(kind=AnswerKind.UNKNOWN, status=status, detail=said)
