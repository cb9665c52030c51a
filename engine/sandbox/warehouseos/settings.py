"""What a person may set of the WarehouseOS twin, beside its site profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseOSSettings:
    """`api_key` is the one key that is accepted.

    `enforce_unique` off stores a second order of the same number as a second order: proof that a
    client does not lean on the promise. `unknown_item` overrides the site profile's answer to an
    item number that it does not know (documented: the newer help page says it is created).
    `page_size` is used where a list request names none, and `page_size_max` caps what it names.

    `item_seconds` is how long the answer to a bulk call waits for each of its items: all are
    stored at once, so that a caller who loses patience is told nothing of what was done
    (documented). `items_most` refuses a bulk call with more items than that; null takes any.
    `counts_apply` off lets cycle counts wait for their confirmation (documented).
    `picks_need_stock` refuses to pick what is not there; off, on hand may fall below 0.

    `queue_duplicates` hands out every message so many times more in one read, `queue_reorder` the
    newest first, `unknown_types` puts a message of a type that nobody knows behind every other,
    and `extra_members` adds members that nobody knows to all of them.
    """

    api_key: str = "sandbox-wos-key"
    enforce_unique: bool = True
    unknown_item: Literal["create", "reject"] | None = None
    page_size: int = 100
    page_size_max: int = 500
    item_seconds: float = 0.0
    items_most: int | None = None
    counts_apply: bool = True
    picks_need_stock: bool = False
    queue_duplicates: int = 0
    queue_reorder: bool = False
    unknown_types: bool = False
    extra_members: bool = False

    def __post_init__(self) -> None:
        if self.unknown_item not in {None, "create", "reject"}:
            raise ValueError("unknown_item is create, reject or null")
        if not 1 <= self.page_size <= self.page_size_max:
            raise ValueError("page_size is from 1 to page_size_max")
        if self.item_seconds < 0 or self.queue_duplicates < 0:
            raise ValueError("item_seconds and queue_duplicates are 0 or more")
        if self.items_most is not None and self.items_most < 1:
            raise ValueError("items_most is from 1, or null")
