"""What waits for a second step: receipts until they are put away, counts until confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True, kw_only=True)
class Receipt:
    """Goods of a purchase order on a cart: no stock until they are put away."""

    po: str
    item: str
    host_id: str | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A cycle count that nobody has confirmed; `difference` is counted less expected."""

    item: str
    location: str
    difference: int
    reason: str | None = None
    user: str | None = None


class Receiving:
    """Both lists of one site."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.receipts = [Receipt(**one) for one in state.get("receipts", [])]
        self.counts = {int(number): Count(**one) for number, one in state.get("counts", {}).items()}
        self._next = state.get("nextCount", 1)

    def to_json(self) -> dict[str, Any]:
        """The members `receipts`, `counts` and `nextCount` of a state."""
        return {
            "receipts": [asdict(receipt) for receipt in self.receipts],
            "counts": {str(number): asdict(count) for number, count in self.counts.items()},
            "nextCount": self._next,
        }

    def wait(self, count: Count) -> int:
        """Keeps a count; its number is what confirms it."""
        number = int(self._next)
        self.counts[number] = count
        self._next = number + 1
        return number

    def receipt(self, po: str, item: str, host_id: str | None) -> Receipt:
        """The receipt of that line, made where there is none."""
        for receipt in self.receipts:
            if (receipt.po, receipt.item, receipt.host_id) == (po, item, host_id):
                return receipt
        made = Receipt(po=po, item=item, host_id=host_id, waiting=0)
        self.receipts.append(made)
        return made
