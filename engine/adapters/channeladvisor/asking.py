"""Asking for chosen members of records, and for whole ones where the service does not choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.adapters.channeladvisor import paging, protocol
from engine.adapters.channeladvisor.client import Client
from engine.adapters.channeladvisor.needed import Choice, has_lists
from engine.adapters.channeladvisor.protocol import Page
from engine.ports.systems import ReadKit
from engine.ports.world import Response

Address = Callable[[Mapping[str, str]], str]
"""Makes a URL of the options that choose members."""
# Where servers of this family commonly end (inferred; documented is only that 414 exists).
_LONGEST = 2048
# An option that is not known, an address that is too long.
_REFUSALS = frozenset([400, 414])


class Refusals:
    """Whether the service took no choice of members; all sides of a connection know it together."""

    def __init__(self) -> None:
        self.seen = False


class Asker:
    """Reads records of one kind. A refused choice costs one request more, once in a pass: a whole
    record has all that a chosen one has, so that nothing else depends on which of them came.
    """

    def __init__(self, kit: ReadKit, client: Client, choice: Choice) -> None:
        self._client = client
        self._choice = choice
        self._refusals = kit.shared.one(Refusals)

    def page(self, address: Address) -> Page:
        """One page of a collection; raises ProtocolError for any answer that is no success."""
        return self._chosen(address, _page_of)

    def all(self, address: Address) -> Iterator[Sequence[protocol.Row]]:
        """A whole collection by its next links, each id once."""
        return paging.walk(self.page(address), self._client.follow)

    def one(self, address: Address) -> protocol.Row | None:
        """One record, None where it is gone; raises ProtocolError for any other answer."""
        page = self._chosen(address, _single_of)
        return page.rows[0] if page.rows else None

    def _chosen(self, address: Address, read: Callable[[Response, str], Page]) -> Page:
        """The records with their chosen members, or whole ones."""
        narrow, whole = address(self._choice.narrow), address(self._choice.whole)
        if narrow == whole or self._refusals.seen or len(narrow) > _LONGEST:
            return read(self._client.get(whole), whole)
        response = self._client.get(narrow)
        if response.status not in _REFUSALS:
            page = read(response, narrow)
            if all(has_lists(row, self._choice.needed) for row in page.rows):
                return page
        page = read(self._client.get(whole), whole)
        self._refusals.seen = True
        return page


def _page_of(response: Response, url: str) -> Page:
    if response.status != 200:
        raise protocol.failure(response, url)
    return protocol.page_of(response)


def _single_of(response: Response, url: str) -> Page:
    """One record as a page, empty where it is gone.

    What the service says about the answer (its context names what was chosen) is no part of it.
    """
    if response.status == 404:
        return Page(rows=(), next=None)
    if response.status != 200:
        raise protocol.failure(response, url)
    row = protocol.decoded(response)
    kept = {name: value for name, value in row.items() if not name.startswith("@odata.")}
    return Page(rows=(kept,), next=None)
