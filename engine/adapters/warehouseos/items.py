"""Items of a WarehouseOS site: looked at, rendered, and written many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.adapters.scrub import shown
from engine.adapters.warehouseos import requests
from engine.adapters.warehouseos.client import TIMING, Client
from engine.adapters.warehouseos.records import item_of
from engine.adapters.warehouseos.requests import RecordAnswer
from engine.adapters.warehouseos.wire import parsed
from engine.adapters.warehouseos.writes import SiteWriter, classified, of_status
from engine.errors import ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.model.product import DesiredItem, ExistingItem
from engine.ports.flows import ItemSink
from engine.ports.systems import BatchOperation, ReadKit, WriteKit
from engine.ports.world import Response

# Documented: a bulk call is processed to its end even if its caller has lost patience. 100 s is
# how long the caller that WarehouseOS most likely thinks of, a .NET client, waits by itself.
BULK_TIMING = replace(TIMING, timeout=timedelta(seconds=100))


class WarehouseOSItems(ItemSink):
    """One site's items; it sends nothing."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._pool = kit.pool

    @property
    def may_ask(self) -> bool:
        return "items.get" in self._client.profile.endpoints

    def stored(self, numbers: Sequence[str]) -> Mapping[str, ExistingItem]:
        if not self.may_ask:
            return {}
        distinct = list(dict.fromkeys(numbers))
        found = zip(distinct, self._pool.map(self._stored, distinct), strict=True)
        return {number: item for number, item in found if item is not None}

    def item(self, desired: DesiredItem, *, patch: bool) -> PreparedRequest:
        endpoint = requests.PATCH if patch else requests.UPSERT
        return requests.item(self._client.profile, desired, endpoint)

    def _stored(self, number: str) -> ExistingItem | None:
        body = self._client.ask("items.get", number=number)
        return None if body is None else item_of(self._client.profile, body, number)


class WriteItems(BatchOperation):
    """Adds or changes items, one answer for each. To write an item again changes nothing more."""

    def __init__(self, kit: WriteKit) -> None:
        self._writer = SiteWriter(kit, BULK_TIMING)
        self._client = self._writer.client

    @property
    def timing(self) -> Timing:
        return self._writer.timing

    @property
    def resend_at_once(self) -> bool:
        return True

    @property
    def most(self) -> int:
        return self._client.profile.per_call

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        return self.send_many([request], not_after)[0]

    def send_many(self, requests: Sequence[PreparedRequest], not_after: datetime) -> list[Answer]:
        return _sent(self._writer, requests, not_after)

    def verify(self, effect: Effect) -> Evidence:
        """Reads the item; one that is otherwise than it was sent is as good as not written."""
        profile = self._client.profile
        request = PreparedRequest.from_json(effect.intent.request)
        number = requests.record_number(profile, request)
        if "items.get" not in profile.endpoints:
            return Evidence(proof=Proof.UNCLEAR, detail="this site cannot be asked for an item")
        try:
            stored = self._client.ask("items.get", number=number)
            if stored is None or item_of(profile, stored, number) is None:
                return Evidence(proof=Proof.ABSENT, detail=f"there is no item {number}")
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        difference = requests.item_difference(profile, request, stored)
        if difference is None:
            return Evidence(proof=Proof.PRESENT, detail=f"item {number} is there as it was sent")
        return Evidence(proof=Proof.ABSENT, detail=f"{difference} of item {number} differs")


def _sent(
    writer: SiteWriter, records: Sequence[PreparedRequest], not_after: datetime
) -> list[Answer]:
    profile = writer.client.profile
    whole = replace(records[0], body=requests.bulk_body(profile, records))
    response = writer.write(whole, not_after)
    if isinstance(response, Answer):
        return [response] * len(records)
    known = of_status(response.status)
    results = requests.results_in(profile, parsed(response.body))
    if known is not None or results is None:
        return [_of_all(writer, whole, response, len(records))] * len(records)
    numbers = [requests.record_number(profile, record) for record in records]
    found = requests.matched(numbers, results)
    return [_of_one(result, response.status) for result in found]


def _of_all(writer: SiteWriter, whole: PreparedRequest, response: Response, records: int) -> Answer:
    """An answer about the call as a whole. A refusal of many may be the fault of one of them, and
    a success without results tells of none: neither is certain for a record.
    """
    answer = classified(writer.client.profile, whole, response)
    if answer.kind is AnswerKind.NOT_SENT:
        return answer
    refused = answer.kind in (AnswerKind.REFUSED, AnswerKind.EXISTS) and records == 1
    return replace(answer, kind=AnswerKind.REFUSED if refused else AnswerKind.UNKNOWN)


def _of_one(result: RecordAnswer | None, status: int) -> Answer:
    if result is None or result.success is None:
        detail = "the answer says nothing of this record"
        return Answer(kind=AnswerKind.UNKNOWN, status=status, detail=detail)
    kind = AnswerKind.DONE if result.success else AnswerKind.REFUSED
    return Answer(kind=kind, status=status, detail=shown(result.message))
