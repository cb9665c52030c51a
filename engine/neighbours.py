"""The other customers of a workspace: whether two of them take the same orders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from engine.config.excerpts import with_excerpts
from engine.config.readiness import STARTER
from engine.config.strictness import Strictness, judge
from engine.consistency.chain import Undecided
from engine.consistency.claims import Claimant, claimed_twice
from engine.customers import Customer, load_customer, mirrors_of
from engine.diagnostics import Diagnostic
from engine.errors import ConfigurationError
from engine.workspace import Workspace

_NUMBER = re.compile(r"\d+")
_ADDRESSES = ("url", "read")


class Neighbours:
    """The customers of a workspace, each loaded once at most, and only when it is asked for."""

    def __init__(self, workspace: Workspace, strictness: Strictness) -> None:
        self._workspace = workspace
        self._strictness = strictness
        self._known: dict[str, Claimant | None] = {}
        self._undecided: dict[str, tuple[Undecided, ...]] = {}
        self._naming: dict[str, set[str]] | None = None

    def load(self, name: str) -> tuple[Customer | None, list[Diagnostic]]:
        """A customer as `load_customer` gives it, remembered for what it takes."""
        customer, found = load_customer(self._workspace, name, self._strictness)
        if customer is not None:
            self._known[name] = _claimant(customer)
            self._undecided[name] = customer.undecided
        return customer, found

    def undecided(self, names: Iterable[str]) -> dict[str, tuple[Undecided, ...]]:
        """Of those that were loaded, and have any, the rules that are not decided."""
        several = {name: self._undecided.get(name, ()) for name in names}
        return {name: found for name, found in several.items() if found}

    def claims(self, name: str, told: Collection[str] = ()) -> list[Diagnostic]:
        """The first other customer that takes orders which this one takes too, if there is one.

        `told` are customers that are told themselves: of two of them only the later one is.
        """
        mine = self._claimant(name)
        if mine is None:
            return []
        others = (one for one in self._near(mine) if one not in told or one < name)
        for other in map(self._claimant, others):
            found = claimed_twice(mine, other) if other is not None else None
            if found is not None and other is not None:
                return self._judged([name, other.name], found)
        return []

    def _judged(self, names: list[str], diagnostic: Diagnostic) -> list[Diagnostic]:
        """In the profile, with the lines of both rulesets."""
        texts = (self._workspace.ruleset(name) for name in names)
        sources = {text.file: text.text for text in texts if text is not None}
        return with_excerpts(judge([diagnostic], self._strictness), sources)

    def _claimant(self, name: str) -> Claimant | None:
        """What it takes, also where it is not ready to go live."""
        if name not in self._known:
            try:
                customer, _ = load_customer(self._workspace, name)
            except ConfigurationError:
                customer = None  # It is told where this one is validated itself.
            self._known[name] = _claimant(customer) if customer is not None else None
        return self._known[name]

    def _near(self, mine: Claimant) -> Iterator[str]:
        """Those whose ruleset names one of the profiles, in order; all where a base may do so."""
        if self._naming is None:
            self._naming = self._read()
        ids = {str(number) for number in mine.profiles}
        wide = any("" in self._naming[one] for one in ids if one in self._naming)
        named = set[str]().union(*(self._naming.get(one, set()) for one in ids))
        chosen = self._workspace.customers() if wide else sorted(named)
        return (one for one in chosen if one != mine.name)

    def _read(self) -> dict[str, set[str]]:
        """Number -> the rulesets in whose text it stands; of a base the name is empty."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in self._workspace.customers():
            for number in self._numbers(name, is_base=False):
                found[number].add(name)
        for name in self._workspace.names("bases"):
            for number in self._numbers(name, is_base=True):
                found[number].add("")
        return found

    def _numbers(self, name: str, *, is_base: bool) -> set[str]:
        try:
            text = self._workspace.base(name) if is_base else self._workspace.ruleset(name)
        except ConfigurationError:
            return set()
        return set(_NUMBER.findall(text.text)) if text is not None else set()


def _claimant(customer: Customer) -> Claimant | None:
    """What it takes; nothing yet where profiles and links are still those of `init`."""
    written = customer.document.get("ruleset", {})
    if all(written.get(key) == value for key, value in STARTER.items()):
        return None
    ruleset = customer.ruleset
    source = ruleset.connections[customer.compiled.rules.source]
    address = next((str(source.settings[key]) for key in _ADDRESSES if key in source.settings), "")
    return Claimant(
        name=ruleset.customer,
        orders=customer.compiled,
        account=(source.adapter, address),
        mirrors=mirrors_of(customer),
    )
