"""A list that a WarehouseOS site gives page by page: which rows, and whether that was all. No I/O.

How a site pages is not documented. A page number and a page size are the assumption; a site that
takes neither gives all at once, and one that ignores the number gives the same page for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.adapters.warehouseos.wire import view
from engine.errors import ProtocolError


class Listing:
    """The pages of one list as they come; `ended` after the last one, `shrunk` once the site has
    told fewer rows in all than before: some may have moved to a page that was read already.
    `begun` is the site's time at its first answer, if it tells any.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._before: list[Any] = []
        self._seen = 0
        self._total: int | None = None
        self.begun: datetime | None = None
        self.ended = self.shrunk = False

    def page(self, body: Any) -> list[Any]:
        """The rows of the next answer; none where it repeats the one before.

        Raises ProtocolError where the answer is no list.
        """
        words = view(self._names, body)
        found = words.get("rows")
        if not isinstance(found, list):
            raise ProtocolError(
                "the site's list came without its rows",
                "See whether the site profile names the member that holds them.",
            )
        self._watch(words.get("total"))
        repeated = found == self._before
        self._before, self._seen = found, self._seen + len(found)
        self.ended = repeated or self._is_last(words, len(found))
        return [] if repeated else found

    def _watch(self, total: Any) -> None:
        if isinstance(total, int):
            self.shrunk = self.shrunk or (self._total is not None and total < self._total)
            self._total = total

    def _is_last(self, words: Mapping[str, Any], rows: int) -> bool:
        """Empty, shorter than the page size that the site tells, or all that it says there are."""
        size, total = words.get("size"), words.get("total")
        short = isinstance(size, int) and rows < size
        complete = isinstance(total, int) and not self.shrunk and self._seen >= total
        return rows == 0 or short or complete
