"""The pages of decisions: each id that the flow cites has one, and each page has an id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.customers import load_customer
from engine.diagnostics import has_errors
from engine.shipped import shipped
from tests.cases.case import MemoryWorkspace, with_base
from tests.unit.config.library import COMPLETE
from tests.unit.config.schema_walk import keys, read

ENGINE = Path(__file__).parents[3] / "engine"
RULES = shipped("docs") / "rules"
WHOLE_FLOWS = ("stock",)
"""Gates that are named after a flow and count all of its changes."""
PAGES = sorted([*(path.stem for path in RULES.glob("*.*.md")), *WHOLE_FLOWS])
SOURCES = (
    *(ENGINE / "flows").glob("*.py"),
    ENGINE / "compiler" / "items.py",
    ENGINE / "compiler" / "orders.py",
    ENGINE / "compiler" / "stock.py",
    ENGINE / "adapters" / "channeladvisor" / "inspector.py",
    ENGINE / "adapters" / "warehouseos" / "inspection.py",
)
ID = re.compile(r"(?:changes|check|effects|items|orders|queue|shipments|stock)(?:\.[a-z-]+)+")
ENDINGS = {"effects.failed", "effects.doubt", "effects.conflict"}
"""What the ledger writes into the inbox; tests/unit/ledger shows each of them."""
TABLES = {"shipments.carriers"}
"""Keys of a ruleset that are spoken of as tables, and are no rules."""
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def ids(path: Path) -> Iterator[str]:
    """Texts that are an id, and ids that a formatted text goes on behind (`orders.map.`)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.removesuffix(".")
            if ID.fullmatch(text):
                yield text


def cited() -> set[str]:
    """Every id of a decision, of the executor's own hold, and of a gate."""
    schema = read("ruleset")
    gates = {key.removeprefix("gates/") for key in keys(schema, schema) if "gates/" in key}
    executor = {
        found
        for name in ("bench", "queue_watch")
        for found in ids(ENGINE / "executor" / f"{name}.py")
    }
    endpoints = set(read("site-profile")["properties"]["endpoints"]["properties"])
    return (
        ({found for path in SOURCES for found in ids(path)} - endpoints - TABLES)
        | executor
        | ENDINGS
        | {gate for gate in gates if "/" not in gate}
    )


def page(rule: str) -> str:
    """The text of a page."""
    return (RULES / f"{rule}.md").read_text(encoding="utf-8")


def test_every_id_has_a_page_and_every_page_an_id() -> None:
    """Nothing is cited without an explanation, and nothing explained that is never cited."""
    explained = {rule for rule in cited() for name in PAGES if f"{rule}.".startswith(f"{name}.")}

    assert explained == cited()
    assert set(PAGES) <= cited()


def test_the_scan_sees_plain_and_formatted_ids() -> None:
    """The scan finds ids that stand alone, that a name follows, and those of gates."""
    assert {"orders.send", "orders.map", "orders.skip", "orders.first-pass"} <= cited()
    assert len(cited()) > 30


@pytest.mark.parametrize("rule", PAGES)
def test_a_page_has_a_title_a_meaning_and_what_to_do(rule: str) -> None:
    """The first line is the id with its meaning, and each page says what to do next."""
    text = page(rule)

    assert re.match(rf"# {re.escape(rule)}: \S.+\n\n[A-Z]", text)
    assert text.count("**What to do:** ") == 1
    assert max(map(len, text.splitlines())) <= 105


@pytest.mark.parametrize("rule", [rule for rule in PAGES if YAML.search(page(rule))])
def test_what_a_page_recommends_holds(rule: str) -> None:
    """Each piece of a ruleset in a page can be written into a complete ruleset."""
    for example in YAML.findall(page(rule)):
        base = "cases-stock" if rule.startswith("stock") else "cases"
        workspace = MemoryWorkspace(with_base(example, base), COMPLETE)

        customer, problems = load_customer(workspace, "acme")

        assert customer is not None, problems
        assert not has_errors(problems)


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ("orders.send", "orders.send"),
        ("orders.skip.local-pickup", "orders.skip"),
        ("orders.map.shipTo.name", "orders.map"),
        ("orders.lines.cancelled-split", "orders.lines.cancelled-split"),
    ],
)
def test_docs_finds_the_page_of_an_id_as_a_plan_cites_it(
    asked: str, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name behind the id leads to the page of all rules of its kind."""
    with pytest.raises(SystemExit) as ended:
        main(["docs", asked])

    shown = capsys.readouterr().out.partition("\nThere is also: ")[0]

    assert ended.value.code == 0
    assert shown == page(rule)
