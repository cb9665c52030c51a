"""What can be set about the twin: what the vendor leaves open, or what accounts differ in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "letter_case": ("exact", "ignored"),
    "ne_null": ("kept", "dropped"),
    "ship_again": ("refused", "ignored"),
}
CARRIERS = (
    ("UPS", "GROUND"),
    ("UPS", "NEXTDAY"),
    ("FEDEX", "GROUND"),
    ("FEDEX", "OVERNIGHT"),
    ("FEDEX", "IPRIORITY"),
    ("USPS", "PRIORITY"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAdvisorSettings:
    """Page sizes by entity set and `others`; None for a limit means that there is none.

    `letter_case`: whether string equality looks at letter case (not documented).
    `ne_null`: what `X ne 'v'` does with a row whose X is null (not documented).
    `exported_default`: which flag is asked for where `exported=` is absent; None asks for neither.
    `select_page_sizes`: pages where at most `short_select` members are selected (they are larger
    then: documented, the sizes are not).
    `carriers`: the pairs of carrier and class of the account.
    `ship_again`: a whole-order Ship of a shipped order is refused (400) or ignored (204).
    `clamp_at_zero`: whether an available quantity below 0 becomes 0.
    `complete_dc_list`: what an UpdateQuantity without CompleteDCList means.
    `adjust_nets`: whether a cancellation takes its units out of the fulfillments.
    `reroute_stamps`, `tags_stamp`: whether moving units to another DC, or an edit of tags alone,
    moves the order's UpdatedDateUtc. `reroute_moves_stock`: whether the available units follow.
    `export_seconds`: how long a product export takes; `exports_per_minute` limits their starts.
    `batch_parts`: the most parts of a batch; `batch_406_every`: every how many batches one is
    answered 406 (sporadic and retryable, seen in client code).
    """

    page_sizes: Mapping[str, int] = field(default_factory=lambda: {"Orders": 100, "others": 100})
    nested_limit: int = 20
    token_seconds: int = 3600
    per_minute: int | None = 2000
    in_flight: int | None = 5
    longest_target: int | None = 16384
    letter_case: str = "exact"
    ne_null: str = "kept"
    exported_default: bool | None = None
    select_page_sizes: Mapping[str, int] = field(default_factory=lambda: {"Products": 1000})
    short_select: int = 5
    carriers: Sequence[Sequence[str]] = CARRIERS
    ship_again: str = "refused"
    clamp_at_zero: bool = True
    complete_dc_list: bool = False
    adjust_nets: bool = True
    reroute_stamps: bool = False
    reroute_moves_stock: bool = True
    tags_stamp: bool = False
    export_seconds: int = 120
    exports_per_minute: int | None = 10
    batch_parts: int | None = 100
    batch_406_every: int | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {choices}")
        sizes = (*self.page_sizes.values(), *self.select_page_sizes.values(), self.nested_limit)
        if min(sizes) < 1:
            raise ValueError("page_sizes, select_page_sizes and nested_limit are at least 1")

    def page_size(self, entity_set: str, selected: int = 0) -> int:
        """How many rows a page of this set has where so many members are selected (0: all)."""
        if 0 < selected <= self.short_select and entity_set in self.select_page_sizes:
            return self.select_page_sizes[entity_set]
        return self.page_sizes.get(entity_set, self.page_sizes.get("others", 100))

    def ships_by(self, carrier: object, service: object) -> bool:
        """Whether this pair is one of the account's, or both are left open."""
        pairs = [tuple(pair) for pair in self.carriers]
        return carrier is service is None or (carrier, service) in pairs
