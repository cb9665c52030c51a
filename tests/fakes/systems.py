"""Both systems and a plan file, in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from engine.model.desired import DesiredOrder, ExistingOrder, ItemState, PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.model.order import Order
from engine.model.stock import Message, MessageKind
from engine.ports.flows import EventQueue, EventSource
from engine.ports.systems import BatchOperation, Operation, OrderQuery, OrderSink, OrderSource
from tests.fakes.world import NOON

REFUSED = Answer(kind=AnswerKind.REFUSED, status=400, detail="no")
DONE = Answer(kind=AnswerKind.DONE, status=201)
ABSENT = Evidence(proof=Proof.ABSENT, detail="nothing there")
PRESENT = Evidence(proof=Proof.PRESENT, detail="it is there")


class FakeSource(OrderSource):
    """Orders in pages; `flag` says whether it has an export flag."""

    def __init__(self, *pages: Sequence[Order], flag: bool = True) -> None:
        self.pages = [list(page) for page in pages]
        self.others: dict[str, Order] = {}
        self.flag = flag
        self.queries: list[OrderQuery] = []
        self.asked: list[list[str]] = []

    def server_now(self) -> datetime:
        return NOON

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order]]:
        self.queries.append(query)
        yield from self.pages

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order]:
        self.asked.append(list(keys))
        known = {order.key: order for page in self.pages for order in page} | self.others
        return {key: known[key] for key in keys if key in known}

    def acknowledgement(self, key: str) -> PreparedRequest | None:
        return PreparedRequest(method="POST", path=f"/export/{key}") if self.flag else None


class FakeSink(OrderSink):
    """Stored orders by number; every item is known as what `known` says, else as an item."""

    def __init__(self, *stored: ExistingOrder) -> None:
        self.stored = {order.number: order for order in stored}
        self.known: dict[str, ItemState] = {}
        self.asked: list[list[str]] = []
        self.unique = False

    @property
    def refuses_twice(self) -> bool:
        return self.unique

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        self.asked.append(list(numbers))
        return {number: self.stored[number] for number in numbers if number in self.stored}

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        return {number: self.known.get(number, ItemState.ITEM) for number in numbers}

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        lines = [[line.host_id, line.item, line.quantity] for line in desired.lines]
        body = json.dumps({"number": desired.number, "lines": lines})
        return PreparedRequest(method="POST", path="/orders", body=body)

    def cost(self, orders: int) -> int:
        return orders * 2


class FakeOperation(Operation):
    """Gives the answers and the evidence in turn; the last of each for ever.

    `on_send` is called before each answer, as whatever happens meanwhile.
    """

    def __init__(
        self,
        answers: Sequence[Answer] = (DONE,),
        evidence: Sequence[Evidence] = (ABSENT,),
        *,
        again: bool = False,
        on_send: Callable[[], None] = lambda: None,
    ) -> None:
        self._answers = list(answers)
        self._evidence = list(evidence)
        self._again = again
        self._on_send = on_send
        self.sent: list[PreparedRequest] = []
        self.windows: list[datetime] = []
        self.verified: list[str] = []

    @property
    def timing(self) -> Timing:
        return Timing()

    @property
    def resend_at_once(self) -> bool:
        return self._again

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        self.sent.append(request)
        self.windows.append(not_after)
        self._on_send()
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def verify(self, effect: Effect) -> Evidence:
        self.verified.append(effect.intent.key)
        return self._evidence.pop(0) if len(self._evidence) > 1 else self._evidence[0]


class FakeBatch(FakeOperation, BatchOperation):
    """Takes two records a call. Records whose body is in `bad` are refused; while `deaf` a call
    with more than so many records gets no answer.
    """

    def __init__(self, *bad: str, most: int = 2, deaf: int | None = None) -> None:
        super().__init__(again=True)
        self._most = most
        self._bad = bad
        self._deaf = deaf
        self.calls: list[list[str | None]] = []

    @property
    def most(self) -> int:
        return self._most

    def send_many(self, requests: Sequence[PreparedRequest], not_after: datetime) -> list[Answer]:
        self.calls.append([request.body for request in requests])
        if self._deaf is not None and len(requests) > self._deaf:
            return [Answer(kind=AnswerKind.UNKNOWN, detail="timeout")] * len(requests)
        return [REFUSED if request.body in self._bad else DONE for request in requests]


class FakeQueue(EventQueue):
    """Gives its oldest messages; what is acknowledged is gone, unless it is `stuck`. One that
    `tells` says when it gave the last. `reads` counts how often it was asked.
    """

    def __init__(
        self, *messages: Message, page: int = 2, stuck: bool = False, tells: bool = False
    ) -> None:
        self.waiting = list(messages)
        self.reads = 0
        self._page = page
        self._stuck = stuck
        self._tells = tells
        self._ended = False

    def read(self) -> Sequence[Message]:
        self.reads += 1
        self._ended = self._tells and len(self.waiting) <= self._page
        return self.waiting[: self._page]

    @property
    def ended(self) -> bool:
        return self._ended

    def acknowledge(self, messages: Sequence[Message]) -> None:
        if not self._stuck:
            keys = {message.key for message in messages}
            self.waiting = [one for one in self.waiting if one.key not in keys]


class FakeEvents(EventSource):
    """The same queue for who may only look, or may not even look."""

    def __init__(self, *messages: Message, may_look: bool = True) -> None:
        self._messages = messages
        self._may_look = may_look

    @property
    def may_look(self) -> bool:
        return self._may_look

    def peek(self) -> tuple[Sequence[Message], int]:
        return self._messages, 0

    def parse(self, body: bytes) -> Message:
        return Message(key=body.decode(), kind=MessageKind.UNKNOWN)


class PlanInMemory:
    """A plan's lines: what a PlanWriter writes to, and a PlanStore."""

    name = "plan.jsonl"

    def __init__(self, *lines: str) -> None:
        self.written = list(lines)

    def write(self, text: str) -> None:
        self.written.append(text)

    def lines(self) -> Iterator[str]:
        yield from self.written
