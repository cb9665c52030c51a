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
    """

    api_key: str = "sandbox-wos-key"
    enforce_unique: bool = True
    unknown_item: Literal["create", "reject"] | None = None
    page_size: int = 100
    page_size_max: int = 500

    def __post_init__(self) -> None:
        if self.unknown_item not in {None, "create", "reject"}:
            raise ValueError("unknown_item is create, reject or null")
        if not 1 <= self.page_size <= self.page_size_max:
            raise ValueError("page_size is from 1 to page_size_max")
