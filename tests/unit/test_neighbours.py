"""Two customers of a workspace that take the same orders."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from engine.bootstrap import open_workspace
from engine.diagnostics import Diagnostic
from engine.neighbours import Neighbours
from engine.shipped import shipped
from tests.unit.config.library import COMPLETE
from tests.unit.consistency.rows import underlined, written

WHOLE = """\
connections:
  shop:
    {adapter: channeladvisor, url: "env:CA_URL", application: a, secret: "env:S", refresh: "env:R"}
  wos: {adapter: warehouseos, url: "env:W", key: "env:K", profile: wos-assumed}
profiles: {mine: 12000101}
links: {one: {dc: West, areas: [W], pick: W, stock: mine}}
orders:
  from: shop
  to: wos
  since: 2026-11-01
  number: "{{ key }}"
  skip: {a: "shop.SiteName == 'x'", b: "profile.name != 'mine'"}
"""
"""A ruleset without a base, with other names for the connection, the profile and the link."""


def claims(root: Path, mine: str, other: str) -> list[Diagnostic]:
    """What `acme` is told where `other` lies beside it, both over the complete one."""
    for name, text in (("other", other), ("acme", mine)):
        written(root, text if text.startswith("connections:\n") else f"extends: two\n{text}", name)
    near = Neighbours(open_workspace(root), "preview")
    customer, found = near.load("acme")
    assert customer is not None, found
    return near.claims("acme")


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("", ""),
        ("orders: {only: {payment: [Cleared]}}", "orders: {only: {payment: [Cleared, Failed]}}"),
        ("orders: {only: {profile: [us]}}", "orders: {skip: {a: \"contains(tags, 'A')\"}}"),
        ("orders: {only: {tags: [A]}}", "orders: {only: {tags: [B]}}"),
        ("orders: {only: {tags: [A]}}", "orders: {skip: {a: \"contains(tags, 'B')\"}}"),
        ("orders: {only: {site: [x, y]}}", "orders: {only: {site: [z, y]}}"),
        ("orders: {only: {site: [x]}}", "orders: {only: {site: [7]}}"),
        ("orders: {only: {skus: {not: [X]}}}", "orders: {only: {skus: [Y]}}"),
        ("orders: {only: {dc: [EAST]}}", "orders: {only: {dc: [WEST]}}"),
        ("orders: {only: {where: \"ca.A == 'x'\"}}", "orders: {only: {where: \"ca.B == 'x'\"}}"),
        ("orders: {only: {where: \"ca.SiteName == 'y'\"}}", WHOLE),
        ("links: {east: {dc: north}}", "links: {west: {dc: North}}"),
        ("links: {east: {dc: -3}}", "links: {east: {dc: -3}, west: null}"),
    ],
)
def test_who_takes_the_same_orders_is_told(mine: str, other: str, tmp_path: Path) -> None:
    """At the link of the DC, with the link of the other as the second place."""
    (found,) = claims(tmp_path, f"{mine}\n", f"{other}\n")

    assert (found.id, found.severity) == ("claimed-twice", "warning")
    assert " both take the orders of profile 12000101 in the DC " in found.message
    assert found.note is not None
    assert "other takes them here" in found.note.message


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("orders: {only: {profile: [us]}}", "orders: {only: {profile: [outlet]}}"),
        ("orders: {only: {payment: [Cleared]}}", "orders: {only: {payment: [Failed]}}"),
        ("orders: {only: {payment: [Cleared]}}", "orders: {skip: {a: \"payment == 'Cleared'\"}}"),
        ("orders: {only: {tags: [A]}}", "orders: {only: {tags: {not: [A]}}}"),
        ("orders: {only: {tags: [A]}}", "orders: {skip: {a: \"contains(tags, 'A')\"}}"),
        ("orders: {only: {site: [x]}}", "orders: {only: {site: {not: [x]}}}"),
        ("orders: {only: {where: \"ca.A == 'x'\"}}", "orders: {only: {where: \"ca.A == 'y'\"}}"),
        ("orders: {only: {where: \"ca.SiteName == 'x'\"}}", WHOLE),
        ("links: {west: null}", "links: {east: null}"),
        ("links: {east: {dc: 7}, west: null}", "links: {east: null}"),
        ("orders: {only: {dc: [EAST]}}", "orders: {only: {dc: {not: [EAST, WEST]}}}"),
        ("", "connections: {ca: {url: 'env:OTHER_URL'}}"),
    ],
)
def test_who_takes_others_is_not_told(mine: str, other: str, tmp_path: Path) -> None:
    """Their filters exclude each other, or they have no account, profile or DC in common."""
    assert claims(tmp_path, f"{mine}\n", f"{other}\n") == []


def test_what_cannot_be_tried_is_no_excuse(tmp_path: Path) -> None:
    """The two may take the same orders, and the filter that is not decided is named."""
    mine = 'orders: {only: {where: "length(tags) == `1`"}}\n'
    listed = ", ".join(f"T{number}" for number in range(9))
    other = f"orders: {{only: {{tags: [{listed}]}}, skip: {{a: \"contains(tags, 'A')\"}}}}\n"
    (found,) = claims(tmp_path, mine, other)

    assert "acme and other may take the same orders of profile 12000101" in found.message
    assert found.help is not None
    assert "orders.only.where of acme uses length()" in found.help
    assert "tags names too many values" in found.help


def test_filters_that_would_take_too_many_tries_are_no_excuse(tmp_path: Path) -> None:
    """As little as those that are not understood."""
    tags = " || ".join(f"contains(tags, '{number}')" for number in range(7))
    keys = " || ".join(f"key == '{number}'" for number in range(10))
    sites = " || ".join(f"site == '{number}'" for number in range(8))
    both = f'orders: {{skip: {{a: "({tags}) && ({keys})", b: "({sites}) && ({keys})"}}}}\n'
    (found,) = claims(tmp_path, both, both)

    assert found.help is not None
    assert "would take too many records to try" in found.help


def test_an_order_that_both_take_is_shown_by_what_the_filters_ask(tmp_path: Path) -> None:
    """Statuses and tags that a person can look for; nothing that stands for anything else."""
    (found,) = claims(tmp_path, "orders: {only: {tags: [A]}}\n", "orders: {only: {tags: [B]}}\n")

    assert found.found is not None
    assert "payment 'Cleared'" in found.found
    assert "tags ['A', 'B']" in found.found
    assert "profile" not in found.found


def test_of_two_that_are_both_told_only_the_later_one_is(tmp_path: Path) -> None:
    """One mistake is told once; asked for alone, either of them is."""
    claims(tmp_path, "", "links: {east: {stock: us}}\n")
    near = Neighbours(open_workspace(tmp_path), "live")

    assert near.claims("acme", ["acme", "other"]) == []
    (found,) = near.claims("other", ["acme", "other"])
    assert found.severity == "error"
    assert underlined(found) == "east"
    assert [one.id for one in near.claims("acme")] == ["claimed-twice"]


def test_others_are_looked_for_by_the_profiles_that_they_name(tmp_path: Path) -> None:
    """One whose profiles a base names is found too; one that is broken is passed over."""
    base = "extends: two\nprofiles: {us: 12000909}\n"
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "ours.yaml").write_text(base, encoding="utf-8")
    own = "profiles: {us: 12000909, outlet: null}\n"
    for name, text in (("other", "extends: ours\n"), ("broken", "12000909: [\n")):
        written(tmp_path, text, name)
    (tmp_path / "rulesets" / "bytes.yaml").write_bytes(b"\xff12000909")
    written(tmp_path, f"extends: two\n{own}")
    near = Neighbours(open_workspace(tmp_path), "preview")

    (found,) = near.claims("acme")
    assert "other" in found.message
    assert near.claims("broken") == []
    assert near.claims("bytes") == []


def test_what_init_wrote_is_nobodys_yet(tmp_path: Path) -> None:
    """The starter's profile and links are those of a shipped example."""
    for name in ("northpeak", "acme"):
        (tmp_path / "rulesets" / name).mkdir(parents=True)
    source = shipped("rulesets") / "northpeak" / "ruleset.yaml"
    shutil.copy(source, tmp_path / "rulesets" / "northpeak" / "ruleset.yaml")
    starter = (shipped("mappings") / "starter.yaml.txt").read_text("utf-8")
    (tmp_path / "rulesets" / "acme" / "ruleset.yaml").write_text(starter, encoding="utf-8")
    near = Neighbours(open_workspace(tmp_path), "preview")

    assert near.claims("acme") == []
    assert near.claims("northpeak") == []


@pytest.mark.parametrize(("kind", "expected"), [("bad", ["claimed-twice"]), ("good", [])])
def test_the_examples_of_the_page_hold(kind: str, expected: list[str], tmp_path: Path) -> None:
    """The bad pair takes the same orders, the good pair does not."""
    page = (shipped("docs") / "rules" / "claimed-twice.md").read_text(encoding="utf-8")
    (example,) = re.findall(rf"^```yaml {kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "complete.yaml").write_text(COMPLETE, encoding="utf-8")
    for part in example.split("---\n"):
        name = part.split("\n")[0].removeprefix("# rulesets/").removesuffix(".yaml")
        written(tmp_path, part, name)
    near = Neighbours(open_workspace(tmp_path), "preview")
    _, found = near.load("other")

    assert [one.id for one in (*found, *near.claims("other"))] == expected


def test_the_shipped_customers_are_right_and_wholly_decided() -> None:
    """No false alarm, nothing that is not decided, and nobody takes another one's orders."""
    near = Neighbours(open_workspace(shipped("rulesets").parent), "preview")
    names = ["brightwick", "northpeak", "tidewater"]

    assert [near.load(name)[1] for name in names] == [[], [], []]
    assert near.undecided(names) == {}
    assert [near.claims(name) for name in names] == [[], [], []]
