"""Sending to one WarehouseOS site: the key's place, patience with reads, and reading by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from engine.adapters import settings
from engine.adapters.retry import Patience, PatientReader
from engine.adapters.scrub import place_of, shown
from engine.adapters.warehouseos import protocol
from engine.adapters.warehouseos.listing import Listing
from engine.adapters.warehouseos.profile import Profile, profile_of
from engine.errors import CredentialError, ProtocolError
from engine.model.desired import ExistingOrder, ItemState
from engine.model.effect import Timing
from engine.ports.systems import Limits, ReadKit
from engine.ports.world import Request, Response

# No limit is documented; this many reads at once are a modest guess, a setting like the rest.
LIMITS = Limits(in_flight=4, per_minute=None)
# Provisional, as long as nobody has measured how late an unanswered create may still be done.
TIMING = Timing()
DEFAULTS = settings.defaults(LIMITS, TIMING)
DENIED = (401, 403)
# Rows to ask for in one page; a site may give fewer. Nothing about it is documented.
PAGE = 500


class Client:
    """One site's reads. Safe to use from several threads."""

    def __init__(self, kit: ReadKit) -> None:
        self.profile: Profile = profile_of(kit.settings.get("profile"))
        self._base = settings.base_url(kit)
        self._kit = kit
        self._timeout = settings.timing(kit.settings, TIMING).timeout.total_seconds()
        self._reader = PatientReader(kit.transport, kit.clock, kit.random, Patience())

    def order(self, number: str) -> ExistingOrder | None:
        """The stored order of this number, None where the site says that there is none.

        Raises ProtocolError for any other answer: a wrong path must not look like an absent order.
        """
        body = self.ask("orders.get", number=number)
        return None if body is None else protocol.existing_of(self.profile, body, number)

    def item(self, number: str) -> ItemState:
        """What the site knows under an item number; UNCHECKED where it has no such call."""
        if "items.get" not in self.profile.endpoints:
            return ItemState.UNCHECKED
        body = self.ask("items.get", number=number)
        return ItemState.UNKNOWN if body is None else protocol.item_state_of(self.profile, body)

    def ask(self, endpoint: str, **arguments: str) -> Any | None:
        """What the site answers to a read: JSON, or None for a definite "not found".

        Raises ProtocolError for anything else, ConfigurationError where the site lacks the call.
        """
        return self._answer(endpoint, arguments)[0]

    def _answer(
        self, endpoint: str, arguments: Mapping[str, str]
    ) -> tuple[Any | None, datetime | None]:
        """The same with the time at which the site says that it answered."""
        call = self.profile.endpoint(endpoint)
        request = self.request(call.method, call.target(**arguments))
        response = self._reader.get(request)
        self.admitted(response)
        reading = protocol.read_answer(self.profile, response)
        at = date_of(response)
        if reading.kind == "not-found":
            return None, at
        if reading.kind != "success" or reading.body is None:
            raise failure(request, response, reading)
        return reading.body, at

    def pages(
        self, endpoint: str, listing: Listing, arguments: Mapping[str, str]
    ) -> Iterator[list[Any]]:
        """The rows of a list, page by page, as many as the site gives; no page is empty."""
        call = self.profile.endpoint(endpoint)
        number = 0
        while not listing.ended:
            number += 1
            asked = {**arguments, "page": str(number), "size": str(PAGE)}
            known = {word: value for word, value in asked.items() if call.takes(word)}
            body, at = self._answer(endpoint, known)
            listing.begun = listing.begun or at
            page = listing.page(body)
            if page:
                yield page
            if not call.takes("page"):
                return

    def request(self, method: str, target: str) -> Request:
        """A request to the site with its key, in the header or in the query as the profile says."""
        key = settings.secret(self._kit, "key").reveal()
        url = self._base + target
        headers = {"Accept": "application/json"}
        if self.profile.key_in == "query":
            url += f"{'&' if '?' in url else '?'}{self.profile.key_name}={quote(key, safe='')}"
        else:
            headers[self.profile.key_name] = key
        return Request(method=method, url=url, headers=headers, timeout=self._timeout)

    def admitted(self, response: Response) -> None:
        """Raises CredentialError where the site refuses the key."""
        if response.status in DENIED:
            raise self._refused()

    def _refused(self) -> CredentialError:
        return CredentialError(
            f"WarehouseOS refuses the key of connection {self._kit.connection!r}",
            "The site's key stands on its Site Settings screen; the profile says where it goes.",
        )


def date_of(response: Response) -> datetime | None:
    """The time of an answer, from its Date header; None where that is missing or says none."""
    try:
        found = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def failure(request: Request, response: Response, reading: protocol.Reading) -> ProtocolError:
    """What to raise for an answer that nobody can use."""
    said = shown(reading.text) or "no message"
    return ProtocolError(
        f"{place_of(request.url)} answered HTTP {response.status}: {said}",
        "See whether the site profile's paths and answers are those of this site.",
    )
