"""What an item should become, compared with what the warehouse has of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.flows.fields import Scalar
from engine.flows.items_draft import ItemDraft
from engine.model.product import Alias, DesiredItem, ExistingItem
from engine.model.rules_items import ItemRules

NAMED = 5
"""So many aliases are named in a reason; a plan file has them all in its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be written: the item, and whether as a patch.

    `differing` are members that the warehouse has otherwise, `untold` those of which it does not
    say what it has, `lost` the aliases there that would go. `new`: there is no such item yet.
    """

    item: DesiredItem
    patch: bool
    new: bool
    differing: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What is to be done, in a few words."""
        if self.new:
            return "new item"
        return f"change {', '.join((*self.differing, *self.untold))}"

    @property
    def loss(self) -> str:
        """The aliases that would go, not too many."""
        more = f" and {len(self.lost) - NAMED} more" if len(self.lost) > NAMED else ""
        return f"{', '.join(self.lost[:NAMED])}{more}"


def wanted_of(
    rules: ItemRules, draft: ItemDraft, existing: ExistingItem | None, *, there: bool
) -> Wanted:
    """What to write of a product; `there` is False for an item that is new to the warehouse."""
    owned = {name: value for name, value in draft.values.items() if name not in rules.kept}
    if existing is None:
        values = owned if there else draft.values
        item = DesiredItem(number=draft.number, fields=values, aliases=draft.aliases)
        return Wanted(
            item=item, patch=there and not rules.whole, new=not there, untold=_members(item)
        )
    values = {**_kept(rules, existing), **owned} if rules.whole else owned
    item = DesiredItem(number=draft.number, fields=values, aliases=draft.aliases)
    return Wanted(
        item=item,
        patch=not rules.whole,
        new=False,
        differing=tuple(_differing(item, existing)),
        untold=tuple(_untold(item, existing)),
        lost=_lost(draft.aliases, existing.aliases),
    )


def _members(item: DesiredItem) -> tuple[str, ...]:
    return (*item.fields, *(["aliases"] if item.aliases is not None else []))


def _kept(rules: ItemRules, existing: ExistingItem) -> dict[str, Scalar]:
    """What is there of the members that a whole item must carry on: left out they may be blanked.

    Those that the ruleset maps for new items; of the rest nobody but the site knows.
    """
    there = {name: existing.fields.get(name) for name in sorted(rules.kept)}
    return {name: value for name, value in there.items() if isinstance(value, Scalar)}


def _differing(item: DesiredItem, existing: ExistingItem) -> list[str]:
    found = [
        name
        for name, value in item.fields.items()
        if name in existing.fields and not _agree(value, existing.fields[name])
    ]
    if item.aliases is None or existing.aliases is None:
        return found
    return found if set(item.aliases) == set(existing.aliases) else [*found, "aliases"]


def _untold(item: DesiredItem, existing: ExistingItem) -> list[str]:
    """A member that is left out of an answer may be empty there, or may never be told."""
    found = [name for name, value in item.fields.items() if _is_untold(name, value, existing)]
    untold = item.aliases is not None and existing.aliases is None
    return [*found, "aliases"] if untold else found


def _is_untold(name: str, value: Scalar, existing: ExistingItem) -> bool:
    return name not in existing.fields and value != ""


def _agree(value: Scalar, there: Any) -> bool:
    """Whether two values are one: a site may keep a number or a truth value as a text."""
    if isinstance(value, bool):
        return str(value).casefold() == str(there).casefold()
    if isinstance(value, str):
        whole = isinstance(there, float) and there.is_integer()
        return value == ("" if there is None else str(int(there) if whole else there))
    try:
        return float(there) == value
    except (TypeError, ValueError):
        return False


def _lost(asked: tuple[Alias, ...] | None, there: tuple[Alias, ...] | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    kept = {alias.alias for alias in asked}
    return tuple(alias.alias for alias in there or () if alias.alias not in kept)
