"""What is in use has one answer: profiles, DCs, areas, statuses, bundles, rows, changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.consistency.rows import loaded, told, undecided


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("profiles: {uk: 12000103}\norders: {only: {profile: [us, outlet]}}", "12000103"),
        ("items: {owner: [us, outlet]}", "outlet"),
        ("orders: {only: {dc: [EAST, NORTH]}}", "NORTH"),
        ("orders: {only: {dc: {not: [west]}}}\nstock: null", "west"),
        ("links: {south: {dc: south, areas: [main], pick: main, stock: us}}", "main"),
        ("links: {south: {dc: East, areas: [South], pick: South, stock: us}}", "East"),
        ("orders: {not-open: [InTransit]}", "["),
        ("orders: {only: {shipping: [Unshipped, Canceled]}}", "Canceled"),
        ("orders: {lines: {non-shippable: [A]}, bundles: {wos: [A, B]}}", "A"),
        ("shipments: {carriers: {UPS/Ground: [UPS, G], ups / ground: [UPS, X]}}", "ups / ground"),
        ("orders: {changes: {address: {complete: wos-hold}}}", "complete"),
    ],
)
def test_what_has_no_answer_or_two_is_told_once_at_its_place(
    text: str, expected: str, tmp_path: Path
) -> None:
    """One diagnostic, at the value that is wrong."""
    ((_, place),) = told(tmp_path, f"{text}\n")

    assert place == expected


@pytest.mark.parametrize(
    "text",
    [
        "orders: {only: {profile: [us]}}",
        "orders: {only: {dc: [east, west]}}",
        "orders: {only: {dc: {not: [west]}}}",
        "orders: {only: {dc: {not: [NORTH]}}}",
        "orders: {lines: {non-shippable: [A]}, bundles: {wos: [B]}}",
        "shipments: {carriers: {UPS/Ground: [UPS, G], ups/ground: [UPS, G]}}",
        "orders: {changes: {address: wos-hold, display: {hold: report}}}",
        "stock: null\nshipments: null\nitems: null",
        "orders: {only: {shipping: [Canceled]}, changes: null}\nshipments: null",
    ],
)
def test_what_has_one_answer_is_right(text: str, tmp_path: Path) -> None:
    """No false alarm."""
    assert told(tmp_path, f"{text}\n") == []


def test_a_dc_that_is_named_in_another_way_is_not_decided(tmp_path: Path) -> None:
    """A code and an id may be one DC: nothing here can tell."""
    text = "orders: {only: {dc: [EAST, 7]}}\n"

    assert undecided(tmp_path, text) == {
        "orders.only.dc": "names the DC 7 by id, where links do not"
    }


@pytest.mark.parametrize(
    ("mapped", "row", "reason"),
    [
        ("{shipTo.name: null}", "display", None),
        ("address", "address", "no member of shipTo is mapped"),
        ("address", "blanked", "no member of shipTo is mapped"),
        ("method", "shipping-method", "no member of how it is shipped is mapped"),
        ("shown", "display", "no member that is only shown is mapped"),
    ],
)
def test_a_change_that_no_mapped_member_shows_never_happens(
    mapped: str, row: str, reason: str | None, tmp_path: Path
) -> None:
    """Kinds of change are told by what was sent."""
    taken = {"address": ADDRESS, "method": ["shipMethod"], "shown": ["created"]}.get(mapped, [])
    gone = "".join(f"    {name}: null\n" for name in taken)
    text = f"orders:\n  map:\n    shipTo.phone: null\n{gone}  changes: {{{row}: report}}\n"
    _, problems = loaded(tmp_path, text)
    found = [one.message for one in problems if one.place and one.place.file.endswith("acme.yaml")]

    expected = [] if reason is None else [f"orders.changes.{row} never happens: {reason}"]
    assert found == expected


ADDRESS = [
    f"shipTo.{name}"
    for name in "name company address1 address2 city state postalCode country".split()
]


def table(of: str, rows: str, more: str = "", orders: str = "") -> str:
    """A ruleset with one lookup of customField1."""
    lookup = f'map: {{customField1: {{lookup: t, of: "{of}"}}}}'
    return f"orders:\n  {lookup}\n{orders}tables: {{t: {{rows: {{{rows}}}{more}}}}}\n"


NO_AREAS = "links: {west: {areas: none, pick: null}}\nstock: null\n"
IGNORED = "connections: {ca: {letter-case: ignored}}\n"
NOT_FAILED = "  only: {payment: {not: [Failed]}}\n"
DEFAULT = ", missing: default, default: x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (table("profile.name", "us: a, outlet: b"), []),
        (table("profile.name", "us: a"), [("row-missing", "profile.name")]),
        (table("profile.name", "us: a", ", missing: reject"), [("row-missing", "profile.name")]),
        (table("profile.name", "us: a", DEFAULT), []),
        (table("profile.name", "us: a, outlet: b, uk: c"), [("row-never-asked", "uk")]),
        (table("upper(profile.name)", "US: a, OUTLET: b"), []),
        (table("link.dc", "EAST: a, WEST: b, North: c"), [("row-never-asked", "North")]),
        (table("payment", "Cleared: a, Failed: b"), []),
        (table("payment", "Cleared: a, Failed: b", "", "  changes: null\n"),
         [("row-never-asked", "Failed")]),
        (table("payment", "Failed: b", DEFAULT, NOT_FAILED), []),
        (table("payment", "Cleared: a, Cleard: b"), [("row-never-asked", "Cleard")]),
        (table("ca.PaymentStatus", "Cleared: a, Cleard: b"), [("row-never-asked", "Cleard")]),
        (table("payment", "Failed: b", DEFAULT, f"{NOT_FAILED}  changes: null\n"),
         [("row-never-asked", "Failed")]),
        (table("payment", "Cleared: a", "", NOT_FAILED), [("row-missing", "payment")]),
        (f"{table('payment', 'Cleared: a', '', NOT_FAILED)}{IGNORED}", []),
        (f"{table('payment', 'Cleard: a', DEFAULT, NOT_FAILED)}{IGNORED}",
         [("row-never-asked", "Cleard")]),
        (table("lower(ca.SiteName)", "ebay: a, Amazon: b"), [("row-never-asked", "Amazon")]),
        (table("lower(trim(ca.SiteName))", "ebay: a, 'am ': b"), [("row-never-asked", "'am '")]),
        (table("trim(lower(ca.SiteName))", "ebay: a, Am: b"), [("row-never-asked", "Am")]),
        (table("trim(ca.SiteName)", "eBay: a"), []),
        (table("ca.SiteName", "eBay: a, ebay: b"), [("rows-alike", "ebay")]),
        (table("ca.SiteName", "eBay: a, ebay: a"), []),
        (table("join('/', [profile.name, link.name])", "us/east: a"), []),
        (table("join('/', [profile.name, link.name])", "us/east: a, us/south: b"),
         [("row-never-asked", "us/south")]),
        (table("to_number(profile.name)", "us: a", DEFAULT), [("row-never-asked", "us")]),
        (table("profile.name", "us: a", "", "  skip: {b: \"profile.name == 'outlet'\"}\n"), []),
        (table("profile", "us: a"), []),
        (table("'us'", "us: a, b: c"), []),
        (table("[profile.name]", "us: a"), []),
        (table("upper(link.pick)", "MAIN: a", "", NO_AREAS), []),
    ],
)  # fmt: skip
def test_a_table_is_held_against_what_is_asked_of_it(
    text: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Rows that nothing asks for, and values in use without a row, where all values are known."""
    found = [one for one in told(tmp_path, text) if one[0].startswith("row")]

    assert found == expected


def test_a_table_of_two_mappings_is_asked_for_by_either(tmp_path: Path) -> None:
    """A row is of no use only where nobody asks for it."""
    both = "orders: {map: {customField1: {lookup: t, of: profile.name}}}\n"
    both += "items: {map: {brand: {lookup: t, of: ca.Brand}}}\n"
    both += "tables: {t: {rows: {us: a, outlet: b, Acme: c}}}\n"

    assert [one for one in told(tmp_path, both) if one[0].startswith("row")] == []
