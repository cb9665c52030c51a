"""The first stock load as a plan of the stock flow: compared stock in, changes that set it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.executor.chunks import chunks
from engine.executor.runner import Ask, Reading
from engine.executor.stock_lookups import history_of
from engine.executor.stock_runner import StockDesk, StockRunner
from engine.flows.stock_changes import subject_of
from engine.flows.stock_setting import by_product, loaded
from engine.model.decision import Decision
from engine.model.discrepancy import Discrepancy
from engine.model.plan import Window

PAGE = 200


class StockLoader(StockRunner):
    """What the stock flow would say of everything at once; it looks at no booking."""

    def __init__(self, desk: StockDesk, compared: Callable[[], Discrepancy]) -> None:
        super().__init__(desk)
        self._stock = desk
        self._compared = compared

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        found = self._compared()
        products = by_product(found.rows)
        reading.count(found.totals.rows)
        compiled, ledger = self._stock.compiled, self._stock.ledger
        for some in chunks(products.items(), PAGE):
            subjects = {product: subject_of(compiled, product) for product, _ in some}
            history = history_of(ledger, subjects.values())
            for product, rows in some:
                past = history.get(subjects[product], ())
                yield loaded(compiled, rows, past, self._stock.sink.quantity)
