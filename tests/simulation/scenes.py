"""Scenes: what stories of a kind have in common, and by which rules they are judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.oracle import Terms
from tests.acceptance.week import EVERYTHING, LINKS, OVERLAY, PROFILE, PUT_BACK

Overlay = Mapping[str, Any]
NOTE = "In the warehouse as"
UNCOUNTABLE = frozenset({"foreign", "reroute"})
"""Deeds after which two DCs cannot be compared by what lies in each: picks that no shipment tells,
and units that leave from another DC than they were picked in.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """The site, and what is laid over the customer's ruleset; `then` is laid over that in the
    middle of a story.

    `unique`: whether the site's numbers are. `told`: the member of a line that shipments tell of.
    `marks`: whether orders are marked as exported. `notes`: whether our number is written back.
    `sets`: quantities are set, so that people do nothing after which both systems cannot be
    compared.
    """

    site: str = "wos-assumed"
    unique: bool = True
    overlay: Overlay = field(default_factory=dict)
    then: Overlay = field(default_factory=dict)
    told: str = "packed"
    marks: bool = True
    notes: bool = False
    sets: bool = False

    @property
    def rules(self) -> dict[str, Any]:
        """All that is laid over the customer's ruleset."""
        return laid_over({**OVERLAY, **EVERYTHING}, self.overlay, self._site())

    @property
    def rules_then(self) -> dict[str, Any]:
        """What the ruleset becomes; the same where nothing is changed."""
        return laid_over(self.rules, self.then)

    @property
    def terms(self) -> Terms:
        kinds = {"put", "pull", "count", "move", "putaway"} | (set() if self.sets else {"pick"})
        return Terms(profile=PROFILE, links=LINKS, eligible=kinds)

    @property
    def never(self) -> Collection[str]:
        """Deeds that nobody does here."""
        return UNCOUNTABLE if self.sets else ()

    @property
    def reasons(self) -> tuple[str | None, ...]:
        """Why people put something on a shelf."""
        return (None, None, "FOUND") if self.sets else (None, None, "FOUND", PUT_BACK)

    def _site(self) -> Overlay:
        return {"connections": {"wos": {"profile": self.site}}}


def laid_over(base: Overlay, *overlays: Overlay) -> dict[str, Any]:
    """The members of all, the last one's where several have one; sections are merged."""
    found = dict(base)
    for overlay in overlays:
        for name, value in overlay.items():
            there = found.get(name)
            inner = isinstance(there, Mapping) and isinstance(value, Mapping)
            found[name] = laid_over(there, value) if inner else value
    return found


OTHERWISE = "{{ ca.ID }}-B{{ '' if part.single else '-' ~ link.name }}"
"""Another form of numbers: what is in the warehouse keeps the one that it has."""

SCENES = (
    Scene(),
    Scene(site="wos-ledgerline", unique=False),
    Scene(sets=True, overlay={"stock": {"foreign-picks": "ignore", "doubt": "heal"}}),
    Scene(
        site="wos-ledgerline",
        sets=True,
        overlay={
            "stock": {
                "foreign-picks": "ignore",
                "rules": {"recount": {"when": "kind == 'count'", "do": "set"}},
            }
        },
    ),
    Scene(
        told="picked",
        notes=True,
        overlay={
            "shipments": {"at": "picking"},
            "orders": {
                "write-back": {
                    "number": "SellerOrderID",
                    "note": f"{NOTE} {{{{ numbers | join(', ') }}}}",
                }
            },
        },
    ),
    Scene(
        site="wos-ledgerline",
        marks=False,
        overlay={"orders": {"acknowledge": "none"}, "shipments": {"level": "order"}},
    ),
    Scene(overlay={"gates": {"orders.create": {"max": 4}}}),
    Scene(
        sets=True,
        overlay={"stock": {"foreign-picks": "ignore"}},
        then={
            "orders": {"number": OTHERWISE},
            "shipments": {"level": "order"},
            "stock": {"doubt": "heal"},
        },
    ),
)
"""Of each kind that there is; a seed draws one of them."""
