"""The stock flow's runner: every booking whose message nobody has dealt with.

It holds the bookings that wait, looks up their products some items at a time, and can send nothing.
There is no cursor: the messages are the feed, and the memory says which ones are dealt with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.compiler.stock import CompiledStock
from engine.executor.chunks import chunks
from engine.executor.intake import Inflow
from engine.executor.runner import Ask, Reading, Runner, Stale
from engine.executor.second_send import figures_before
from engine.executor.standing import open_work
from engine.executor.stock_census import Census, Question, figures_of
from engine.executor.stock_gather import Sources, Waiting, gather
from engine.executor.stock_ground import stale_decisions
from engine.executor.stock_lookups import Eyes, Planned, healed_of, look_up, planned_of
from engine.executor.windows import iso
from engine.flows.stock import decide, spots_of
from engine.flows.stock_bookings import FLOW, nothing_waits
from engine.flows.stock_draft import Centers, Draft, draft_of
from engine.flows.stock_figures import Spot
from engine.flows.stock_heals import Heals
from engine.flows.stock_known import Known
from engine.model.decision import Decision
from engine.model.effect import Effect
from engine.model.plan import Window
from engine.ports.flows import EventSource, ProductSource, ProgressSource, StockSink
from engine.ports.ledger import LedgerReader
from engine.ports.world import Clock

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDesk:
    """What planning stock needs: the rules, and eyes on both systems and the memory; a `census`
    where shelves can be read. Without `events` it sees the messages on record alone.
    """

    compiled: CompiledStock
    events: EventSource | None
    progress: ProgressSource
    sink: StockSink
    products: ProductSource
    ledger: LedgerReader
    clock: Clock
    census: Census | None = None

    @property
    def eyes(self) -> Eyes:
        """What looking up needs."""
        return Eyes(
            compiled=self.compiled,
            sink=self.sink,
            products=self.products,
            ledger=self.ledger,
            census=self.census,
        )

    @property
    def sources(self) -> Sources:
        """Where bookings come from."""
        return Sources(
            compiled=self.compiled,
            inflow=Inflow(ledger=self.ledger, events=self.events),
            progress=self.progress,
            ledger=self.ledger,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """An item with what was looked up for it; `spots` are what is set of it."""

    name: str
    drafts: Sequence[Draft]
    known: Known
    spots: Sequence[Spot]


class StockRunner(Runner):
    """Bookings of the floor, from the warehouse's messages to the channel's quantities."""

    def __init__(self, desk: StockDesk) -> None:
        self._desk = desk

    @property
    def flow(self) -> str:
        return FLOW

    def window(self, ask: Ask) -> Window:
        now = iso(self._desk.clock.now())
        return Window(flow=FLOW, feed=None, since=now, until=now, cursor_version=0)

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        waiting = gather(self._desk.sources, ask)
        reading.count(waiting.read)
        yield from waiting.decisions
        decided = list(self._of_items(ask, waiting))
        yield from decided
        yield from waiting.ended(decided)

    def stale(self, decisions: Iterable[Decision]) -> Iterator[Stale]:
        return stale_decisions(self._desk.eyes, decisions)

    def warnings(self, effect: Effect) -> Iterable[str]:
        return figures_before(self._desk.sink, effect)

    def _of_items(self, ask: Ask, waiting: Waiting) -> Iterator[Decision]:
        """The decisions item by item: those with bookings, with a planned change, or held ones."""
        desk, eyes = self._desk, self._desk.eyes
        planned, heals = planned_of(desk.ledger), healed_of(eyes, desk.clock.now())
        settled = {decision.order for decision in waiting.decisions}
        whole = ask.limit is None and ask.since is None  # else what holds them may not be read
        held = [one for one in open_work(desk.ledger, FLOW) if whole and one not in settled]
        names = _names(planned, heals)
        others = [item for item in [*names, *held] if _is_asked(ask, item, names.get(item))]
        items = dict.fromkeys([*waiting.bookings, *others])
        centers = desk.sink.centers() if waiting.bookings else {}
        setting: list[_Item] = []
        for some in chunks(items, PAGE):
            drafts = {item: self._drafts(item, waiting, centers) for item in some}
            all_drafts = [one for several in drafts.values() for one in several]
            known = look_up(eyes, all_drafts, planned, heals)
            for item in some:
                spots = spots_of(desk.compiled, item, drafts[item], known)
                one = _Item(name=item, drafts=drafts[item], known=known, spots=spots)
                if spots:
                    setting.append(one)
                else:
                    yield from self._decide(one)
        yield from self._set(setting, waiting)

    def _decide(self, item: _Item) -> Sequence[Decision]:
        compiled, render = self._desk.compiled, self._desk.sink.quantity
        found = decide(compiled, item.name, item.drafts, item.known, render)
        return found or [nothing_waits(item.name)]

    def _set(self, items: Sequence[_Item], waiting: Waiting) -> Iterator[Decision]:
        """The decisions on items of which something is set; what that rests on is read once."""
        if not items:
            return
        desk = self._desk
        asked = Question(
            compiled=desk.compiled,
            sink=desk.sink,
            ledger=desk.ledger,
            spots=[(spot, item.name) for item in items for spot in item.spots],
            taken=waiting.taken,
        )
        figures = figures_of(desk.census, asked)
        for item in items:
            yield from self._decide(replace(item, known=replace(item.known, figures=figures)))

    def _drafts(self, item: str, waiting: Waiting, centers: Centers) -> list[Draft]:
        bookings = waiting.bookings.get(item, ())
        return [draft_of(self._desk.compiled, booking, centers) for booking in bookings]


def _names(planned: Planned, heals: Heals) -> dict[str, set[str]]:
    """Item -> the business keys of its changes that are to go out or to be made up for."""
    names = {item: {one.intent.business_key for one in some} for item, some in planned.items()}
    for item, several in heals.items():
        names.setdefault(item, set()).update(one.first.business_key for one in several)
    return names


def _is_asked(ask: Ask, item: str, names: set[str] | None) -> bool:
    """Whether a person asked for this item, or for a booking of one of its planned changes."""
    return not ask.only or bool(({item} | (names or set())) & set(ask.only))
