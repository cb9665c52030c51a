"""`docs NAME`: guides, reference, functions and keys, in the real command."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import key_rows
from engine.cli.shelf import functions, titles
from engine.compiler.function_pages import FUNCTIONS
from engine.shipped import shipped
from tests.acceptance.town import crossdock

DOCS = shipped("docs")


def test_docs_prints_a_function(workspace: Path) -> None:
    """A function is found by its name, with or without parentheses, in text and JSON."""
    said = crossdock(workspace, "docs", "upper")
    as_json = crossdock(workspace, "docs", "upper()", "--format", "json").json

    assert said.code == 0
    assert "upper(text) -> text" in said.out
    assert as_json["function"] == "upper"
    assert as_json["page"] == said.out


def test_docs_lists_the_functions(workspace: Path) -> None:
    """The list of functions has each with what it does."""
    lines = crossdock(workspace, "docs", "functions").out.splitlines()
    as_json = crossdock(workspace, "docs", "functions", "--format", "json").json["functions"]

    assert [line.strip().split("(")[0] for line in lines if "()" in line] == list(FUNCTIONS)
    assert as_json == functions()
    assert as_json["upper"] == "capital letters"


@pytest.mark.parametrize(
    ("wrong", "right"), [("uper", "upper"), ("tutoriall", "tutorial"), ("rulesets", "ruleset")]
)
def test_a_misspelled_name_gets_the_nearest(workspace: Path, wrong: str, right: str) -> None:
    """Exit 1 with the function, guide or page that was most likely meant."""
    said = crossdock(workspace, "docs", wrong)

    assert said.code == 1
    assert f"Did you mean {right}?" in said.err


def test_docs_lists_all_that_can_be_shown(workspace: Path) -> None:
    """Guides, reference, rule ids by topic and functions have their headings, the guides first."""
    said = crossdock(workspace, "docs").out
    as_json = crossdock(workspace, "docs", "--format", "json").json
    headings = [line for line in said.splitlines() if line.endswith(":")]

    assert headings[:2] == ["Guides:", "Reference:"]
    assert headings[2].startswith("Rule ids: rulesets")
    assert "Rule ids: orders that changed after they were sent:" in headings
    assert headings[-1] == "Functions:"
    assert set(as_json) == {"format_version", "guides", "reference", "rules", "functions"}
    assert as_json["guides"]["tutorial"] == "From nothing to a go-live in twenty minutes"


@pytest.mark.parametrize("kind", ["guide", "reference"])
def test_every_guide_and_reference_page_can_be_read(workspace: Path, kind: str) -> None:
    """Each is printed to the letter under its kind and name."""
    folder = "guides" if kind == "guide" else "reference"
    assert len(titles(folder)) >= 5
    for name, title in titles(folder).items():
        as_json = crossdock(workspace, "docs", f"{kind}:{name}", "--format", "json").json
        assert as_json[kind] == name
        assert as_json["page"].startswith(f"# {title}\n")


def test_a_name_of_several_pages_says_where_the_others_are(workspace: Path) -> None:
    """`stock` is a gate, a guide and a key: the gate's page is shown, and how to get the others."""
    said = crossdock(workspace, "docs", "stock").out
    guide = crossdock(workspace, "docs", "guide:stock").out
    last = said.splitlines()[-1]

    assert said.startswith("# stock: a pass would change more")
    assert last == "There is also: crossdock docs guide:stock, crossdock docs key:stock"
    assert guide == (DOCS / "guides" / "stock.md").read_text(encoding="utf-8")


def test_a_key_is_explained_with_the_keys_below_it(workspace: Path) -> None:
    """A path of the schema has what it says, an example, and what may stand below it."""
    said = crossdock(workspace, "docs", "orders.bundles")
    as_json = crossdock(workspace, "docs", "orders.bundles", "--format", "json").json

    assert said.code == 0
    assert said.out.startswith("# orders.bundles: a key of rulesets\n")
    assert "  example: `{default: split, keep: [KIT-GIFT]}`\n" in said.out
    assert (
        "  orders.bundles.keep\n      Bundle SKUs that the warehouse has as one item.\n" in said.out
    )
    assert as_json["key"] == "orders.bundles"


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("links.east.dc", "links.LINK.dc: a key of rulesets"),
        ("key:orders.map.shipTo.name", "orders.map.MEMBER: a key of rulesets"),
        ("key:orders.map.shipTo.name.text", "orders.map.MEMBER.text: a key of rulesets"),
        ("orders.changes.default", "orders.changes.default: a key of rulesets"),
        ("given.orders.lines.bundle", "given.orders.lines.bundle: a key of cases"),
        ("endpoints", "endpoints: a key of site profiles"),
    ],
)
def test_a_key_is_found_with_the_customers_own_names(
    workspace: Path, asked: str, path: str
) -> None:
    """Names of the customer fit those in capitals; cases and site profiles have pages too."""
    assert crossdock(workspace, "docs", asked).out.startswith(f"# {path}\n")


def test_a_rule_of_the_customers_own_goes_before_its_key(workspace: Path) -> None:
    """What a plan cites is a rule id: its family has the page, and the last line has the key."""
    said = crossdock(workspace, "docs", "orders.skip.local-pickup").out

    assert said.startswith("# orders.skip: a skip rule of the ruleset applies")
    assert said.endswith("\nThere is also: crossdock docs key:orders.skip.RULE\n")
    assert crossdock(workspace, "docs", "rule:orders.skip.x").out in said


def test_the_last_word_of_a_key_leads_to_it(workspace: Path) -> None:
    """What is no page itself, but ends a key, is answered by that key."""
    said = crossdock(workspace, "docs", "keep")

    assert said.code == 1
    assert "crossdock docs orders.bundles.keep" in said.err


def test_every_row_of_the_reference_is_a_key() -> None:
    """No row of a table of keys is lost: each path in a first column has its page."""
    pages = {
        name: (DOCS / "reference" / f"{name}.md").read_text("utf-8") for name in key_rows.PAGES
    }
    rows = [
        line.split("`")[1]
        for page in pages.values()
        for line in page.splitlines()
        if "| `" in line[:3]
    ]

    assert len(rows) > 300
    assert [row for row in rows if key_rows.describe(row.replace("[]", ""), pages) is None] == []
