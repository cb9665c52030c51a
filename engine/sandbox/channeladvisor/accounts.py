"""The applications: their tokens at `/oauth2/token`, and the limits on their calls."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from engine.sandbox.channeladvisor.answers import denied, oauth_error, web_error
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_FORM = "application/x-www-form-urlencoded"
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Application:
    """One integration, the profiles that its sellers let it see, and its calls of a minute."""

    id: str
    secret: str = field(repr=False)
    refresh: str = field(repr=False)
    profiles: frozenset[int]
    calls: deque[datetime] = field(default_factory=deque)

    def admit(
        self, request: SandboxRequest, settings: ChannelAdvisorSettings, now: datetime
    ) -> None:
        """Counts a call. Raises RefusedError (429, no Retry-After: inferred) above a limit."""
        while self.calls and now - self.calls[0] >= _MINUTE:
            self.calls.popleft()
        crowded = settings.in_flight is not None and request.in_flight > settings.in_flight
        often = settings.per_minute is not None and len(self.calls) >= settings.per_minute
        if crowded or often:
            raise web_error(429, "Too many requests")
        self.calls.append(now)


class Accounts:
    """Grants access tokens and knows whose they are."""

    def __init__(self, applications: Iterable[Row]) -> None:
        self.applications = {
            row["id"]: Application(
                id=row["id"],
                secret=row["secret"],
                refresh=row["refresh"],
                profiles=frozenset(row["profiles"]),
            )
            for row in applications
        }
        self._tokens: dict[str, tuple[Application, datetime]] = {}

    def grant(self, request: SandboxRequest, seconds: int, now: datetime) -> SandboxResponse:
        """The token call: refresh grant, Basic, form body (documented). Raises RefusedError."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise web_error(415, "The request entity's media type is not supported.")
        application = self._basic(request.headers.get("authorization", ""))
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if form.get("grant_type") != "refresh_token":
            raise oauth_error("unsupported_grant_type")
        if form.get("refresh_token") != application.refresh:
            raise oauth_error("invalid_grant")
        answer = {
            "access_token": self._issue(application, now + timedelta(seconds=seconds)),
            "token_type": "bearer",
            "expires_in": max(seconds - 1, 0),
            "refresh_token": application.refresh,
        }
        return SandboxResponse.json(200, answer)

    def caller(self, request: SandboxRequest, now: datetime) -> Application:
        """Whose token this is, by header or by query. Raises RefusedError (401)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.query.get("access_token", "")
        application, expires = self._tokens.get(token.strip(), (None, now))
        if application is None or expires <= now:
            raise denied()
        return application

    def _basic(self, header: str) -> Application:
        scheme, _, text = header.partition(" ")
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise oauth_error("invalid_client") from None
        application = self.applications.get(name)
        if scheme.lower() != "basic" or application is None or application.secret != secret:
            raise oauth_error("invalid_client")
        return application

    def _issue(self, application: Application, expires: datetime) -> str:
        """A token that differs from all before it and is the same in every run."""
        seed = f"{application.id}/{application.secret}/{len(self._tokens)}"
        token = hashlib.sha256(seed.encode()).hexdigest()[:40]
        self._tokens[token] = (application, expires)
        return token
