"""The table of worlds in the guide to rehearsing, against the worlds."""

from __future__ import annotations

from engine.sandbox.world.customers import CUSTOMERS
from engine.sandbox.world.shelves import AREAS, UNLINKED
from engine.shipped import shipped


def test_the_table_of_worlds_has_all_that_a_ruleset_names() -> None:
    """Each world has its row, with every profile and every area in which something lies."""
    text = (shipped("docs") / "guides" / "rehearsal.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    for customer in CUSTOMERS:
        row = rows[customer.name]
        named = [area for areas in AREAS[customer.name].values() for area in areas]
        for word in [
            *customer.profiles,
            *customer.foreign,
            *named,
            *UNLINKED.get(customer.name, ()),
        ]:
            assert str(word) in row, (customer.name, word)
