"""Which members of its raw records a ruleset reads: nothing else need be asked for."""

from __future__ import annotations

from collections.abc import Iterable

from engine.compiler.items import CompiledItems
from engine.compiler.orders import CompiledOrders
from engine.compiler.references import Path
from engine.model.wanted import Wanted


def of_orders(compiled: CompiledOrders) -> Wanted | None:
    """What of a raw order is read; None where a rule reads the record as a whole.

    What stands where we write back is looked at before. Of an order that was sent, any edit counts
    as a touch (`changes.absent`), also of a member that no rule reads: so then all plain ones are
    read, and adding a rule never makes an old order look edited.
    """
    rules = compiled.rules
    members = _members(compiled.reads)
    if members is None:
        return None
    written = compiled.written.values() if rules.write_back is not None else ()
    return Wanted(members=members.union(written), plain=rules.changes is not None)


def of_products(compiled: CompiledItems) -> Wanted | None:
    """What of a raw product is read; None where a rule reads the record as a whole."""
    members = _members(compiled.reads)
    return None if members is None else Wanted(members=members)


def _members(paths: Iterable[Path]) -> frozenset[str] | None:
    """The first step of each path into the raw record; None where one of them leads to itself."""
    found = [path[1] if len(path) > 1 else None for path in paths]
    names = frozenset(name for name in found if name is not None)
    return None if None in found else names
