"""Sending to one WarehouseOS site: the key's place, patience with reads, and reading by number."""

from __future__ import annotations

from urllib.parse import quote

from engine.adapters import settings
from engine.adapters.retry import Patience, PatientReader
from engine.adapters.scrub import place_of, shown
from engine.adapters.warehouseos import protocol
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
DENIED = (401, 403)


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
        reading = self._read("orders.get", number)
        if reading is None:
            return None
        return protocol.existing_of(self.profile, reading.body, number)

    def item(self, number: str) -> ItemState:
        """What the site knows under an item number; UNCHECKED where it has no such call."""
        if "items.get" not in self.profile.endpoints:
            return ItemState.UNCHECKED
        reading = self._read("items.get", number)
        if reading is None:
            return ItemState.UNKNOWN
        return protocol.item_state_of(self.profile, reading.body)

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

    def _read(self, endpoint: str, number: str) -> protocol.Reading | None:
        """A get by number: None for a definite "not found"."""
        call = self.profile.endpoint(endpoint)
        request = self.request(call.method, call.target(number=number))
        response = self._reader.get(request)
        if response.status in DENIED:
            raise self._refused()
        reading = protocol.read_answer(self.profile, response)
        if reading.kind == "not-found":
            return None
        if reading.kind != "success" or reading.body is None:
            raise _failure(request, response, reading)
        return reading

    def _refused(self) -> CredentialError:
        return CredentialError(
            f"WarehouseOS refuses the key of connection {self._kit.connection!r}",
            "The site's key stands on its Site Settings screen; the profile says where it goes.",
        )


def _failure(request: Request, response: Response, reading: protocol.Reading) -> ProtocolError:
    said = shown(reading.text) or "no message"
    return ProtocolError(
        f"{place_of(request.url)} answered HTTP {response.status}: {said}",
        "See whether the site profile's paths and answers are those of this site.",
    )
