"""What all writes to ChannelAdvisor share: sent once, classified, and proven by reading back."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

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


class Write(Operation):
    """One kind of write. `address` is the path that its requests have, with the record's id."""

    address: ClassVar[re.Pattern[str]]

    def __init__(self, kit: WriteKit, client: Client) -> None:
        self._writer = kit.transport
        self._client = client
        self._timing = settings.timing(kit.settings, TIMING)

    @property
    def timing(self) -> Timing:
        return self._timing

    @property
    def resend_at_once(self) -> bool:
        """False: an unanswered call may still be applied late, over what was changed since."""
        return False

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
        """What reading back shows of the stored request; unclear where it is of another kind.

        Raises SystemUnavailableError while the system cannot be asked.
        """
        match = self.address.fullmatch(str(effect.intent.request.get("path")))
        body = _body(effect)
        if match is None or body is None:
            return Evidence(proof=Proof.UNCLEAR, detail="the stored request is of another kind")
        try:
            return self.proof(match[1], body)
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)

    @abstractmethod
    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """What the record with this id shows of a request with this body.

        A ProtocolError that it raises is no proof either way.
        """

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


def _body(effect: Effect) -> Mapping[str, Any] | None:
    """The JSON object that was sent, None where the stored request has none (any more)."""
    try:
        body = json.loads(str(effect.intent.request.get("body")))
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
