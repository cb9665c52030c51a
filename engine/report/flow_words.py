"""How each flow is spoken of on a screen: its records, what is done with them, where they are read.

A flow of another package has no row here and is spoken of in its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`number` and `record` head the two columns that name a change. Operations that are `rare`
    are counted where there are any.
    """

    record: str
    number: str = "number"
    read: str = "updated"
    swept: str = "created"
    operations: Mapping[str, str] = field(default_factory=dict)
    rare: Mapping[str, str] = field(default_factory=dict)

    def read_by(self, *, sweep: bool) -> str:
        """The beginning of the sentence that says what was read."""
        return f"{self.record.capitalize()}s {self.swept if sweep else self.read}"

    def records(self, count: int) -> str:
        """The noun, in its number."""
        return f"{self.record}{'s' * (count != 1)}"

    def doing(self, operation: str) -> str:
        """What an operation is called in a sum."""
        return self.operations.get(operation) or self.rare.get(operation, operation)


WORDS = {
    "items": Words(
        record="product",
        number="item",
        operations={"upsert-item": "to write as a whole", "patch-item": "to patch"},
    ),
    "orders": Words(
        record="order",
        operations={"create": "to create", "export": "to mark as exported"},
        rare={"write-back": "to write back"},
    ),
    "shipments": Words(
        record="order",
        read="that were picked or packed",
        swept="changed in the warehouse",
        operations={"ship": "to tell", "track": "to add tracking to"},
    ),
    "stock": Words(
        record="booking",
        number="product",
        read="that messages tell of",
        operations={"adjust": "to adjust", "set-quantity": "to set"},
    ),
    "order-changes": Words(
        record="order",
        read="sent before and updated",
        swept="sent before and created",
        operations={
            "create": "to send again",
            "delete": "to delete in the warehouse",
            "set-header": "to put on hold in the warehouse",
        },
    ),
}


def words_of(flow: str) -> Words:
    """The words of a flow."""
    return WORDS.get(flow) or Words(record=f"{flow} record")
