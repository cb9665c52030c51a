"""What a customer's own world is to be made of: ids and wishes, as plain values.

Whoever reads the ruleset says it in these words; nothing here knows what a ruleset is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.sandbox.casting.ground import Ground, Short

BundleWay = Literal["split", "keep", "wos"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A DC (its code) with the areas in which its goods lie; they are `profile`'s products."""

    center: str
    areas: tuple[str, ...]
    profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order that shows something: `shows` is a rule's id, or a few words.

    Beside the words of a case, `short` may say `beside` (SKUs of further lines; of a kit that the
    estate names, its components are added), `places` (codes of DCs, a line for each) and `lists`
    (list of an order -> number or name -> value: an account's own fields, attributes).
    """

    shows: str
    short: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is sold. `known` are item numbers to use in place of made-up ones, where a warehouse is
    not asked for its items; `kits` bundle -> what becomes of it; `services` are sold, but no
    goods; `named` further SKUs that orders must be able to name.
    """

    known: Sequence[str] = ()
    kits: Mapping[str, BundleWay] = field(default_factory=dict)
    services: Sequence[str] = ()
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """`now` is when it is cast; nothing in it is older than `since`, but where a wish says so.

    `profiles` name -> id; `centers` code -> id, also of DCs that no plot has.
    `sites` connection -> site profile. `carriers` are pairs of carrier and class of the account.
    `usual` are short orders that nothing stops, in turn for as many plain orders as are wanted;
    `wishes` come first. `reads` and `product_reads` are raw members that a mapping reads: none of
    them is empty in a plain record. `id_member` is the item's member with its product's id.
    `named` are lists of an order (its own fields) -> numbers and names that an expression looks for
    in them, `attributes` those of products that one reads.
    """

    customer: str
    now: datetime
    since: datetime
    profiles: Mapping[str, int]
    centers: Mapping[str, int]
    plots: Sequence[Plot]
    sites: Mapping[str, Mapping[str, Any]]
    carriers: Sequence[tuple[str, str]] = ()
    goods: Goods = field(default_factory=Goods)
    usual: Sequence[Short]
    wishes: Sequence[Wish] = ()
    reads: frozenset[str] = frozenset()
    product_reads: frozenset[str] = frozenset()
    named: Mapping[str, frozenset[str | int]] = field(default_factory=dict)
    attributes: frozenset[str] = frozenset()
    id_member: str | None = None

    @property
    def ground(self) -> Ground:
        """What its short records leave out."""
        return Ground(now=self.now, profiles=self.profiles, centers=self.centers)
