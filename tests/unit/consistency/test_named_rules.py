"""Filters and named rules of three sections: what never does anything, and what is in its way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.consistency.rows import loaded, loaded_over, messages, told, undecided


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("skip: {a: \"payment == 'Failed'\"}", ("dead-rule", "payment == 'Failed'")),
        ("skip: {a: \"payment == 'Cleared' && payment == 'Failed'\"}", ("dead-rule", None)),
        ("only: {tags: {not: [B2B]}}\n  skip: {a: \"contains(tags, 'B2B')\"}", ("dead-rule", None)),
        ("only: {tags: [B2B]}\n  hold: {a: \"!(contains(tags, 'B2B'))\"}", ("dead-rule", None)),
        ("only: {skus: {not: [X]}}\n  skip: {a: \"contains(skus, 'X')\"}", ("dead-rule", None)),
        (
            "only: {site: [Shop, 7]}\n  skip: {a: \"site_id == `8` && site=='x'\"}",
            ("dead-rule", None),
        ),
        ("only: {profile: [us]}\n  skip: {a: \"profile.name == 'outlet'\"}", ("dead-rule", None)),
        ('skip: {a: "profile.id == `12000103`"}', ("dead-rule", None)),
        ("skip: {a: \"profile.name == 'uk'\"}", ("dead-rule", None)),
        ("only: {where: \"payment != 'Failed'\"}", ("dead-rule", None)),
        ("only: {where: \"payment == 'Failed'\"}", ("nothing-left", None)),
        ("skip: {a: \"payment == 'Cleared'\"}", ("nothing-left", None)),
        ("only: {profile: {not: [us, outlet]}}", ("nothing-left", None)),
        ("wos-hold: {a: \"link.name == 'north'\"}", ("dead-rule", None)),
        ("wos-hold: {a: \"link.pick == 'BULK'\"}", ("dead-rule", None)),
    ],
)
def test_a_filter_that_never_acts_is_told_at_its_place(
    text: str, expected: tuple[str, str | None], tmp_path: Path
) -> None:
    """One diagnostic, at the condition or the criterion."""
    ((rule, place),) = told(tmp_path, f"orders:\n  changes: null\n  {text}\n")

    assert rule == expected[0]
    assert expected[1] in (None, place)


@pytest.mark.parametrize(
    "text",
    [
        "skip: {a: \"contains(tags, 'A')\", b: \"contains(tags, 'B')\"}",
        "only: {site: [Shop, 7]}\n  skip: {a: \"site_id == `7` && site == 'x'\"}",
        "only: {tags: [B2B, VIP]}\n  skip: {a: \"!(contains(tags, 'B2B'))\"}",
        "skip: {a: \"profile.name == 'outlet'\", b: \"profile.id == `12000101` && key == 'x'\"}",
        "wos-hold: {all: \"contains(['Cleared'], payment)\"}",
        'only: {payment: {not: [Failed]}}\n  hold: {a: "ca.PaymentStatus == `null`"}',
        'skip: {a: "ca.SiteID == `7`", b: "ca.SiteName == \'x\' && site_id == `null`"}',
        'wos-hold: {a: "part.single", b: "!(part.single)"}',
        'only: {where: "ca.TotalPrice >= `0`"}\n  skip: {a: "ca.TotalPrice > `1000`"}',
        "skip: {a: \"key == '1' && ca.A.B == 'x'\", b: \"ca.A.B == 'y'\"}",
        "hold: {a: \"ca.X == `null` || trim(ca.X) == ''\"}",
        'skip: {a: "ca.X > `5`", b: "ca.X > `3`"}',
    ],
)
def test_what_acts_on_some_order_is_right(text: str, tmp_path: Path) -> None:
    """No false alarm, and every rule is decided."""
    assert [one for one, _ in told(tmp_path / "a", f"orders:\n  {text}\n") if one in OURS] == []
    assert undecided(tmp_path / "b", f"orders:\n  {text}\n") == {}


OURS = {"dead-rule", "shadowed-rule", "nothing-left"}


def test_a_shadowed_rule_names_the_earlier_one_and_a_witness(tmp_path: Path) -> None:
    """Both places, and an order that both are for, by the members that matter."""
    text = "orders:\n  skip:\n    a: \"contains(tags, 'A')\"\n"
    text += "    b: \"contains(tags, 'A') && payment == 'Cleared'\"\n"
    _, (one,) = loaded(tmp_path, text)

    assert one.id == "shadowed-rule"
    assert one.note is not None
    assert one.place is not None
    assert (one.place.line, one.note.place.line) == (5, 4)
    assert one.message == (
        "orders.skip.b never does anything: orders.skip.a takes every order that it is for"
    )
    assert one.found == "an order with payment 'Cleared', tags ['A']"


def test_a_hold_behind_a_skip_and_a_status_of_the_warehouse_behind_both(tmp_path: Path) -> None:
    """Orders go through where, skip and hold before they are created."""
    text = "orders:\n  changes: null\n  only: {where: \"ca.A == 'x'\"}\n"
    text += "  skip: {a: \"ca.B == 'x'\"}\n"
    text += "  hold: {b: \"ca.C == 'x'\", c: \"ca.B == 'x' && ca.C == 'y'\"}\n"
    text += (
        "  wos-hold: {d: \"ca.A == 'y'\", e: \"ca.C == 'x' || ca.B == 'x'\", f: \"ca.A == 'x'\"}\n"
    )
    found = [one for one in messages(tmp_path, text) if "never does" in one]

    assert [re.split(r" (?:keep|take)", one)[0] for one in found] == [
        "orders.hold.c never does anything: orders.skip.a",
        "orders.wos-hold.d never does anything: orders.only.where",
        "orders.wos-hold.e never does anything: orders.skip.a and orders.hold.b",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hold: {a: \"payment == 'Failed'\"}", []),
        ("hold: {a: \"profile.name == 'us' && profile.id == `7`\"}", ["dead-rule"]),
        ("skip: {a: \"key == '1'\"}\n  hold: {b: \"key == '1'\"}", []),
        ("hold: {b: \"key == '2'\", c: \"key == '2'\"}", ["shadowed-rule"]),
        ("skip: {a: \"payment == 'Failed'\"}", ["dead-rule"]),
        ("wos-hold: {a: \"payment == 'Failed'\"}", []),
        ("hold: {a: \"key == '1'\"}\n  wos-hold: {b: \"key == '1'\"}", ["shadowed-rule"]),
        ("hold: {a: \"payment == 'Cleared'\"}", ["nothing-left"]),
    ],
)
def test_an_order_that_changed_meets_the_holds_without_the_filter(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    """Where sent orders are looked at again, what would be sent anew may have any status."""
    assert [one for one, _ in told(tmp_path, f"orders:\n  {text}\n")] == expected


def test_letter_case_of_the_account_decides(tmp_path: Path) -> None:
    """Where the channel ignores it, an order may have another spelling than the criterion."""
    ignored = "connections: {ca: {letter-case: ignored}}\n"
    text = "orders:\n  only: {tags: [Gift]}\n  skip: {a: \"!(contains(tags, 'Gift'))\"}\n"

    assert [one for one, _ in told(tmp_path / "a", text)] == ["dead-rule"]
    assert told(tmp_path / "b", ignored + text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("skip: {a: \"kind == 'parent'\"}", ["dead-rule"]),
        ("skip: {a: \"profile.name == 'outlet'\"}", ["dead-rule"]),
        ('skip: {a: "alias_of != `null`"}', ["dead-rule"]),
        ("skip: {a: \"ca.Brand == 'x' && ca.Brand == 'y'\"}", ["dead-rule"]),
        ("skip: {a: \"attributes.X == 'y'\", b: \"attributes.X == 'y'\"}", ["shadowed-rule"]),
        ("only: {where: \"kind == 'item' || kind == 'child'\"}", ["dead-rule"]),
        ("skip: {a: \"kind == 'child' && contains(images, 'x')\", b: \"parent == 'p'\"}", []),
        ("parents: send\n  skip: {a: \"kind == 'parent'\", b: \"title == ''\"}", []),
        ("skip: {a: \"profile.id == `12000109` && sku == 'x'\"}", ["dead-rule"]),
    ],
)
def test_products_are_decided_with_their_kind_and_owner(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    """What items.owner and the kinds keep back reaches no rule."""
    found = told(tmp_path, f"items:\n  {text}\n")

    assert [one for one, _ in found if one in OURS] == expected


PUT = "a: {when: \"kind == 'put'\", do: report}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {when: \"reason == 'PUTBACK'\", do: report}", ["dead-rule"]),
        ("a: {when: \"reason == 'putback'\", do: report}", []),
        ("a: {when: \"link.name == 'south'\", do: report}", ["dead-rule"]),
        ("a: {when: \"link.dc == 'EAST' && area == 'BULK'\", do: report}", []),
        ("a: {when: \"link.name == 'west' && area == 'BULK'\", do: report}", ["dead-rule"]),
        ("a: {when: \"to_link.name == 'west' && kind == 'put'\", do: report}", ["dead-rule"]),
        ("a: {when: \"to_link.name == 'west'\", do: report}", []),
        ('a: {when: "link == `null`", do: report}', []),
        ('a: {when: "quantity == `0`", do: report}', ["dead-rule"]),
        ("a: {when: \"fields.lot == 'x'\", do: report}", []),
        (
            f"{PUT}\n    b: {{when: \"kind == 'put' && item == 'X'\", do: ignore}}",
            ["shadowed-rule"],
        ),
        ('a: {when: "quantity != `0`", do: report}', []),
    ],
)
def test_bookings_are_decided_with_their_areas_and_reasons(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    """A link follows from an area, and only a move goes to another one."""
    found = told(tmp_path, f"stock:\n  except-reasons: [PUTBACK]\n  rules:\n    {text}\n")

    assert [one for one, _ in found if one in OURS] == expected


PAID = "orders:\n  only: {payment: [Cleared, Submitted]}\n"


@pytest.mark.parametrize(
    ("skip", "own", "expected"),
    [
        ("{a: \"payment == 'Submitted'\"}", "orders: {only: {payment: [Cleared]}}\n", []),
        ("{a: \"key == '1'\", b: \"key == '1' && site == 'x'\"}", "", ["shadowed-rule"]),
        ("{a: \"key == '1'\"}", "orders: {skip: {b: \"key == '1'\"}}\n", ["shadowed-rule"]),
    ],
)
def test_a_rule_of_a_base_is_told_only_where_the_base_is_in_its_way(
    skip: str, own: str, expected: list[str], tmp_path: Path
) -> None:
    """What a base says for all its customers may be of no use to one of them."""
    (tmp_path / "mappings").mkdir()
    shared = f"extends: two\n{PAID}  skip: {skip}\n"
    (tmp_path / "mappings" / "shared.yaml").write_text(shared, encoding="utf-8")

    assert [one.id for one in loaded_over(tmp_path, "shared", own)] == expected


def test_what_is_not_decided_is_kept_with_its_reason(tmp_path: Path) -> None:
    """It is no problem of the ruleset."""
    text = 'orders:\n  skip: {a: "length(tags) == `3`", b: "lines[0].sku == \'x\'"}\n'
    text += "  hold: {c: \"ca == `null`\", d: 'created == updated', "
    text += "e: \"ca.A == `null` || ca.A.B == 'x'\"}\n"

    assert undecided(tmp_path, text) == {
        "orders.skip.a": "uses length()",
        "orders.skip.b": "looks into a list",
        "orders.hold.c": "reads ca",
        "orders.hold.d": "compares two members",
        "orders.hold.e": "reads a member and what lies below it",
    }
