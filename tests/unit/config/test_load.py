"""From a name to a Ruleset: what is built, what is told, and what is never shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.config.load import load, load_profile, load_with_origins
from engine.diagnostics import Diagnostic, Place
from engine.errors import LibraryFaultError
from engine.model.ruleset import Criterion, FieldRule, Gate, Link, OrderRules, Ruleset
from engine.report.diagnostics import to_text
from engine.shipped import shipped
from tests.unit.config.library import MemoryLibrary, overlay

CUSTOMERS = sorted(path.parent.name for path in shipped("rulesets").glob("*/ruleset.yaml"))
SECRET = "hunter2-canary"


def _valid(text: str) -> tuple[Ruleset, OrderRules]:
    ruleset, problems = load("acme", overlay(text))
    assert problems == []
    assert ruleset is not None
    assert ruleset.orders is not None
    return ruleset, ruleset.orders


def _found(text: str) -> list[Diagnostic]:
    return load("acme", overlay(text))[1]


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_shipped_rulesets_are_valid(customer: str) -> None:
    """The rulesets that come with the engine load without a word."""
    text = (shipped("rulesets") / customer / "ruleset.yaml").read_text(encoding="utf-8")

    ruleset, problems = load(customer, MemoryLibrary({customer: text}))

    assert problems == []
    assert ruleset is not None


@pytest.mark.parametrize("name", ["wos-assumed", "wos-ledgerline"])
def test_shipped_site_profiles_are_valid(name: str) -> None:
    """The site profiles that come with the engine load as plain values."""
    profile, problems = load_profile(name, MemoryLibrary())

    assert problems == []
    assert profile is not None
    assert profile["profile"] == name


def test_an_unknown_site_profile_has_the_place_that_names_it() -> None:
    """A misspelled site profile is told at the given place, with the nearest name."""
    place = Place("r.yaml", 3, 4)

    profile, problems = load_profile("wos-asumed", MemoryLibrary(), place)

    assert profile is None
    assert [(p.id, p.place, p.help) for p in problems] == [
        ("unknown-site-profile", place, "did you mean 'wos-assumed'?")
    ]


def test_links_tables_and_gates_are_built() -> None:
    """Links, tables and gates arrive with all their members."""
    ruleset, _ = _valid(
        "links: {dock: {dc: -3, areas: none, stock: us}}\n"
        "orders: {map: {shipMethod: {lookup: t, of: site}}}\n"
        "tables: {t: {missing: default, default: G, rows: {A: '1'}}}\n"
        "gates: {orders.create: {max: 5, share: 0.5}}\n"
    )

    dock, table = ruleset.links["dock"], ruleset.tables["t"]
    place = Place("rulesets/acme.yaml", 2, 9, 4)
    assert dock == Link(name="dock", dc=-3, areas=(), pick=None, stock="us", place=place)
    assert (table.missing, table.default, table.rows) == ("default", "G", {"A": "1"})
    assert ruleset.gates["orders.create"] == Gate(name="orders.create", max=5, share=0.5)


def test_order_rules_are_built() -> None:
    """Names of profiles become ids, linked becomes the links' DCs, times become UTC."""
    _, orders = _valid(
        "timezone: America/New_York\n"
        "links: {west: {dc: 7, areas: [W], pick: W}}\n"
        "orders: {overlap: 2h, only: {profile: {not: [us]}, site: {not: [S, 4]}},"
        " cancelled: netted, acknowledge: none, items: {check: table, known: [K]},"
        " lines: {bad: drop}}\n"
    )

    only = orders.only
    assert (only.profile, only.dc) == (Criterion((12000102,)), Criterion(("MAIN", 7)))
    assert only.site == Criterion(("S", 4), negated=True)
    assert orders.since == only.since == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert (orders.overlap, orders.netted, orders.acknowledge) == (timedelta(hours=2), True, False)
    assert (orders.items.known, orders.bad_lines) == (frozenset(["K"]), "drop")


def test_mappings_of_all_kinds_are_built() -> None:
    """An expression, a template and a lookup keep their text and the place where it starts."""
    _, orders = _valid(
        "orders:\n  map:\n    a: site\n    b: {text: 'T'}\n    c: {lookup: t, of: \"x\"}\n"
        "    d: {from: y, required: true, default: D}\ntables: {t: {rows: {A: B}}}\n"
    )

    fields = {rule.target: rule for rule in orders.fields}
    assert fields["a"].value is not None
    assert fields["a"].value.place == Place("rulesets/acme.yaml", 4, 8, 4)
    assert fields["b"].text is not None
    assert fields["b"].text.place == Place("rulesets/acme.yaml", 5, 16, 1)
    assert (fields["c"].lookup, fields["c"].value and fields["c"].value.text) == ("t", "x")
    bare = replace(fields["d"], value=None)
    place = Place("rulesets/acme.yaml", 7, 5, 1)
    assert bare == FieldRule(target="d", place=place, required=True, default="D")


def test_the_hash_is_of_the_meaning() -> None:
    """Layout, comments, quotes and order of keys do not change the hash; a value does."""
    first, _ = _valid("orders: {overlap: 1h, lines: {bad: drop}}")
    same, _ = _valid("# said otherwise\norders:\n  lines:\n    bad: 'drop'\n  overlap: \"1h\"\n")
    other, _ = _valid("orders: {overlap: 2h, lines: {bad: drop}}")

    assert first.hash == same.hash
    assert first.hash != other.hash


def test_schema_and_references_are_told_together() -> None:
    """Problems of the shape and between sections come in one list, in the order of the file."""
    found = _found("profiles: {us: x}\norders: {only: {profile: [usa]}, overlap: 5}\n")

    assert [(problem.id, problem.place and problem.place.line) for problem in found] == [
        ("wrong-type", 2),
        ("unknown-profile", 3),
        ("bad-duration", 3),
    ]


def test_what_a_base_lacks_is_added_to_the_customers_file() -> None:
    """Nobody mends a shipped base; a key that the customer's own file lacks needs no such words."""
    based = MemoryLibrary({"acme": "extends: base\n"}, {"base": "stock: {from: wos, to: ca}\n"})
    alone = MemoryLibrary({"acme": "stock: {from: wos, to: ca}\n"})

    helps = [
        [
            one.help
            for one in load("acme", library)[1]
            if one.id == "missing-key" and "stock" in one.message
        ]
        for library in (based, alone)
    ]

    advice = "add it to rulesets/acme.yaml: the base leaves it to each customer"
    assert set(helps[0]) == {advice}
    assert set(helps[1]).isdisjoint({advice})


def test_a_missing_base_hides_nothing_and_invents_nothing() -> None:
    """Without its base a ruleset is told only what is certain."""
    library = MemoryLibrary({"acme": "extends: nowhere\norders: {overlap: 5, to: wos}\n"})

    found = load("acme", library)[1]

    assert [problem.id for problem in found] == ["unknown-base", "bad-duration"]


def test_an_outline_keeps_the_expressions_of_a_broken_ruleset() -> None:
    """Where no ruleset can be built, its expressions can still be compiled for their mistakes."""
    loaded = load_with_origins(
        "acme",
        overlay("oders: 1\norders: {skip: {s: 'a ==', t: 5}, map: {m: {from: x, text: y}}}\n"),
    )

    assert loaded.ruleset is None
    assert loaded.outline is not None
    orders = loaded.outline.orders
    assert orders is not None
    assert [(rule.name, rule.when.text) for rule in orders.skip] == [("s", "a ==")]
    texts = [(r.value and r.value.text, r.text and r.text.text) for r in orders.fields]
    assert texts[-2:] == [("x", None), (None, "y")]


@pytest.mark.parametrize(
    "text",
    [
        "connections:\n  wos: {key: %s}",
        "connections:\n  wos: {key: ['%s']}",
        "connections:\n  wos: {kee: %s, url: 5}",
        "connections:\n  ca:\n    secret:\n      %s\n    refresh: 'a, %s'",
        'connections: {ca: {secret: "%s, x", refresh: env:X, urll: env:Y}}',
        'connections: {wos: {url: "https://u:%s@wos.example.com", kex: 1}}',
        'connections:\n  wos: {key: "%s}',
        "connections:\n  wos: {url: %s, key: 12, key: %s}",
    ],
)
def test_literal_secrets_are_never_shown(text: str) -> None:
    """No line that is shown has a literal secret in it, whatever else is wrong there."""
    found = _found(text.replace("%s", SECRET))

    assert found
    assert SECRET not in "\n".join([to_text(one) for one in found] + [repr(one) for one in found])


def test_an_unknown_customer_is_a_diagnostic() -> None:
    """A name without ruleset, and a name that no folder has, are told and not raised."""
    library = overlay("")

    found = [load(name, library)[1][0] for name in ("acne", "../acme")]

    assert [(problem.id, problem.help) for problem in found] == [
        ("unknown-customer", "did you mean 'acme'?"),
        ("unknown-customer", "did you mean 'acme'?"),
    ]


def test_a_lost_schema_is_our_fault() -> None:
    """Without its own schemas the engine stops with an internal fault."""

    class Bare(MemoryLibrary):
        def schema(self, name: str) -> None:
            return None

    with pytest.raises(LibraryFaultError, match="schema ruleset is missing"):
        load("acme", Bare({"acme": "timezone: UTC\n"}))
