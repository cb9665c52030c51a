"""Writes to orders: the export flag, and the members that are the seller's own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.adapters.channeladvisor import protocol
from engine.adapters.channeladvisor.writing import Write
from engine.errors import BadRecordError, LibraryFaultError
from engine.model.desired import PreparedRequest
from engine.model.effect import Evidence, Proof
from engine.model.pointer import pointer_to
from engine.ports.flows import WriteBack
from engine.ports.systems import ReadKit

_NUMBER, _NOTES = "SellerOrderID", "PrivateNotes"
WRITTEN = {"number": _NUMBER, "notes": _NOTES}
"""Our words -> the members of an order that are the seller's own (documented)."""
ECHOES = ("UpdatedDateUtc", "ShippingDateUtc", "ShippingStatus", "Fulfillments")
"""Members of an order that move when a shipment is told (documented), or one of ours is set."""
# Documented: the longest texts that the two members take.
_LONGEST = {_NUMBER: 25, _NOTES: 4000}


class Export(Write):
    """Marks an order as taken over: a flag per application, so a repeat changes nothing."""

    address = re.compile(r"/v1/Orders\((-?\d+)\)/Export")

    @property
    def resend_at_once(self) -> bool:
        """True: the flag is set or it is set again."""
        return True

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """Whether the flag is set, asked of the list that shows exported orders only."""
        options = {"exported": "true", "$filter": f"ID eq {key}", "$select": "ID"}
        page = self._client.page(protocol.orders_url(self._client.base, options))
        if page.rows:
            return Evidence(proof=Proof.PRESENT, detail="the order is marked as exported")
        return Evidence(proof=Proof.ABSENT, detail="the order is not marked as exported")


class ChannelAdvisorWriteBack(WriteBack):
    """Renders changes of the seller's own order number and of the private notes."""

    def __init__(self, kit: ReadKit) -> None:
        """Rendering needs nothing of the kit."""

    def write_back(self, order: str, members: Mapping[str, Any]) -> PreparedRequest:
        """Sets `number` and `notes`, the notes as a whole: who gives them has appended to the old.

        Raises BadRecordError where one is too long, LibraryFaultError for any other member.
        """
        if not members or not members.keys() <= WRITTEN.keys():
            raise LibraryFaultError(f"nothing to write back, or too much: {sorted(members)}")
        body = {WRITTEN[name]: str(members[name]) for name in sorted(members, reverse=True)}
        for name, text in body.items():
            if len(text) > _LONGEST[name]:
                raise BadRecordError(
                    f"order {order}: {name} takes {_LONGEST[name]} characters, not {len(text)}",
                    "Shorten what the ruleset writes there.",
                )
        return PreparedRequest(
            method="PATCH",
            path=f"/v1/Orders({protocol.number(order)})",
            body=json.dumps(body, ensure_ascii=False),
            private=(pointer_to((_NOTES,)),) if _NOTES in body else (),
        )


class SetMembers(Write):
    """Writes members of an order back: an end state, which reading back shows."""

    address = re.compile(r"/v1/Orders\((-?\d+)\)")

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """Compared are the members that were sent. Notes may have been added to since then."""
        options = {"$select": ",".join(("ID", *WRITTEN.values()))}
        row = self._client.one(protocol.order_url(self._client.base, key, options))
        if row is None:
            return Evidence(proof=Proof.UNCLEAR, detail="the order is gone")
        number = row.get(_NUMBER) or ""
        if number and _NUMBER in body and number != body[_NUMBER]:
            return Evidence(proof=Proof.DIFFERENT, detail=f"{_NUMBER} is another one")
        lacking = [name for name in body if _flat(body[name]) not in _flat(row.get(name) or "")]
        if lacking:
            return Evidence(proof=Proof.ABSENT, detail=f"not as it was sent: {', '.join(lacking)}")
        return Evidence(proof=Proof.PRESENT, detail="the order has what was sent")


def _flat(text: str) -> str:
    """Line breaks may come back in another form (nobody has seen), so that they count as blanks."""
    return " ".join(text.split())
