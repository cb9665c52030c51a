"""What can be set about the twin: what the vendor leaves open, or what accounts differ in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "letter_case": ("exact", "ignored"),
    "ne_null": ("kept", "dropped"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAdvisorSettings:
    """Page sizes by entity set and `others`; None for a limit means that there is none.

    `letter_case`: whether string equality looks at letter case (not documented).
    `ne_null`: what `X ne 'v'` does with a row whose X is null (not documented).
    `exported_default`: which flag is asked for where `exported=` is absent; None asks for neither.
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

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {choices}")
        if min((*self.page_sizes.values(), self.nested_limit)) < 1:
            raise ValueError("page_sizes and nested_limit are at least 1")

    def page_size(self, entity_set: str) -> int:
        """How many rows a page of this set has."""
        return self.page_sizes.get(entity_set, self.page_sizes.get("others", 100))
