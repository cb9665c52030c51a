"""Sending to ChannelAdvisor: the token, its refresh, patience, and links that stay at home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.adapters import settings
from engine.adapters.channeladvisor import paging, protocol
from engine.adapters.channeladvisor.remembered import Centers, Times
from engine.adapters.retry import Patience, PatientReader
from engine.errors import CredentialError
from engine.model.effect import Timing
from engine.ports.systems import Limits, ReadKit
from engine.ports.world import Request, Response

# Documented: five calls at once per integration, 2,000 a minute per account, 8,300 per address.
# 500,000 an hour per address are documented too: more than 60 times 8,300.
LIMITS = Limits(in_flight=5, per_minute=2000, per_machine=8300)
# Provisional: nobody has measured how late an unanswered call may still be applied.
TIMING = Timing(timeout=timedelta(seconds=30), late=timedelta(minutes=2))
DEFAULTS = {**settings.defaults(LIMITS, TIMING), "paging": "keyset", "letter-case": "exact"}
# Seen in client code: lists with deep expansions may take minutes.
_LIST_TIMEOUT = 120.0
# A token is renewed after this share of its life: 54 of 60 minutes.
_FRESH = 0.9


class Tokens:
    """The token that all sides of a connection use. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0

    def fresh(
        self, now: float, renewed: Callable[[], tuple[str, float]], refused: str | None
    ) -> str:
        """A token that is fresh enough at `now` (monotonic); never the one that was refused.

        `renewed` asks for a new one and for how many seconds it lives.
        """
        with self._lock:
            if not self._token or now >= self._renew_at or self._token == refused:
                self._token, lives = renewed()
                self._renew_at = now + lives * _FRESH
            return self._token


class Client:
    """One connection's reads. Safe to use from several threads."""

    def __init__(self, kit: ReadKit) -> None:
        self.base = settings.base_url(kit)
        self._kit = kit
        self._reader = PatientReader(kit.transport, kit.clock, kit.random, Patience())
        self._tokens = kit.shared.one(Tokens)
        self._times = kit.shared.one(Times)
        self._centers = kit.shared.one(Centers)

    def get(self, url: str) -> Response:
        """Any answer but a refused token, a throttle or a server's fault.

        Raises CredentialError when a fresh token is refused too, SystemUnavailableError when no
        usable answer comes.
        """
        token = self.token()
        response = self._reader.get(self._request(url, token))
        if protocol.denied(response):
            response = self._reader.get(self._request(url, self.token(refused=token)))
        if protocol.denied(response):
            raise refused_credentials(self._kit.connection)
        return self._heard(response)

    def page(self, url: str) -> protocol.Page:
        """One page of a collection; raises ProtocolError for any answer that is no success."""
        response = self.get(url)
        if response.status != 200:
            raise protocol.failure(response, url)
        return protocol.page_of(response)

    def follow(self, link: str) -> protocol.Page:
        """The page that a link of the service leads to, unless it leads away from the service."""
        return self.page(protocol.trusted(self.base, link))

    def all(self, url: str) -> Iterator[Sequence[protocol.Row]]:
        """A whole collection by its next links, each id once."""
        return paging.walk(self.page(url), self.follow)

    def complete(
        self, row: protocol.Row, nested: Mapping[str, Any] = protocol.NESTED
    ) -> protocol.Row:
        """The record with the tails of its nested lists, which the service cuts at 20 in lists."""
        return {
            name: self._whole_list(row, name, nested[name]) if name in nested else value
            for name, value in row.items()
            if not name.endswith(protocol.NEXT)
        }

    def one(self, url: str) -> protocol.Row | None:
        """One entity, None where it is gone; raises ProtocolError for any other answer."""
        response = self.get(url)
        if response.status == 404:
            return None
        if response.status != 200:
            raise protocol.failure(response, url)
        return protocol.decoded(response)

    def server_now(self) -> datetime:
        """The service's time, at most a minute old: that of its last answer, the token's at first.

        Only where that told none a small answer is asked for.
        """
        self.token()
        known = self._times.recent(self._kit.clock.monotonic())
        if known is not None:
            return known
        url = f"{self.base}/v1/Profiles?{protocol.encoded({'$top': '1'})}"
        return protocol.date_of(self.get(url))

    def centers(self) -> Sequence[protocol.Row]:
        """Every distribution center, deleted ones too: they stay in the list (documented).

        Read once in a pass.
        """
        return self._centers.rows(self._all_centers)

    def token(self, *, refused: str | None = None) -> str:
        """A token that is fresh enough; never the one that was just refused."""
        return self._tokens.fresh(self._kit.clock.monotonic(), self._new_token, refused)

    def headers(self, token: str) -> Mapping[str, str]:
        """Header authorization only: a token in the query would come back in every next link."""
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def _all_centers(self) -> list[protocol.Row]:
        pages = self.all(f"{self.base}/v1/DistributionCenters")
        return [row for page in pages for row in page]

    def _heard(self, response: Response) -> Response:
        """The same answer; its time is kept."""
        self._times.heard(response, self._kit.clock.monotonic())
        return response

    def _request(self, url: str, token: str) -> Request:
        return Request(method="GET", url=url, headers=self.headers(token), timeout=_LIST_TIMEOUT)

    def _whole_list(self, owner: protocol.Row, name: str, nested: Mapping[str, Any]) -> Any:
        """One nested list, its rows completed and the rest behind its link fetched."""
        held = owner.get(name) or []
        if not isinstance(held, list) or not all(isinstance(row, dict) for row in held):
            return held  # Whoever reads the record refuses it, by its name.
        rows = list(held)
        link = owner.get(name + protocol.NEXT)
        if isinstance(link, str):
            seen = {protocol.identity(row) for row in rows}
            tail = paging.walk(self.follow(protocol.with_expand(link, nested)), self.follow)
            rows += [row for page in tail for row in page if protocol.identity(row) not in seen]
        return [self.complete(row, nested) for row in rows]

    def _new_token(self) -> tuple[str, float]:
        kit = self._kit
        request = protocol.token_request(
            self.base,
            settings.text(kit, "application"),
            settings.secret(kit, "secret").reveal(),
            settings.secret(kit, "refresh").reveal(),
        )
        response = self._reader.token(request)
        if response.status in (400, 401, 403):
            raise refused_credentials(kit.connection)
        if response.status != 200:
            raise protocol.failure(response, request.url)
        return protocol.token_of(self._heard(response))


def refused_credentials(connection: str) -> CredentialError:
    """The error for a secret that the service does not take (any more)."""
    return CredentialError(
        f"ChannelAdvisor refuses the credentials of connection {connection!r}",
        "See whether the application id, the shared secret and the refresh token are right; a "
        "seller can revoke the token, then the application is authorised anew.",
    )
