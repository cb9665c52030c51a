"""The pages of the compiler's diagnostics: the bad example has the fault, the good one has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.compiler.expressions import compile_expression
from engine.compiler.predicates import compile_predicate
from engine.compiler.templates import compile_template
from engine.config.document import parse
from engine.config.nodes import Node, ScalarNode, entries, find
from engine.diagnostics import Diagnostic
from engine.model.ruleset import Expression, Template

PROJECT = Path(__file__).parents[3]
COMPILER = PROJECT / "engine" / "compiler"
OWN_MODULES = ("expressions.py", "expression_checks.py", "predicates.py", "templates.py")
IDS = sorted(
    {
        found
        for name in OWN_MODULES
        for found in re.findall(r'id="([a-z-]+)"', (COMPILER / name).read_text(encoding="utf-8"))
    }
)
ROOTS = frozenset(["ca", "profile", "site", "tags"])


def example(rule: str, kind: str) -> Node:
    """The tree of a page's bad or good example, which is always readable YAML."""
    page = (PROJECT / "docs" / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    found = re.search(rf"^```yaml {kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found is not None
    tree, problems = parse(found.group(1), "ruleset.yaml")
    assert tree is not None
    assert problems == []
    return tree


def problems_of(tree: Node) -> Iterator[Diagnostic]:
    """What compiling finds in the orders section of an example."""
    for section in ("skip", "hold"):
        for _, entry in entries(tree, "orders", section):
            yield from compile_predicate(Expression(*_text(entry.node)), ROOTS)[1]
    for _, entry in entries(tree, "orders", "map"):
        yield from compile_expression(Expression(*_text(entry.node)), ROOTS)[1]
    number = find(tree, ["orders", "number"])
    if number is not None:
        yield from compile_template(Template(*_text(number)), ROOTS)[1]


def _text(node: Node) -> tuple[str, object]:
    assert isinstance(node, ScalarNode)
    return node.text, node.inner


@pytest.mark.parametrize("rule", IDS)
def test_the_bad_example_has_just_this_fault(rule: str) -> None:
    """Every id of the compiler has a page, whose bad example gives that id and no other."""
    assert {problem.id for problem in problems_of(example(rule, "bad"))} == {rule}


@pytest.mark.parametrize("rule", IDS)
def test_the_good_example_has_no_fault(rule: str) -> None:
    """What a page recommends is right."""
    assert list(problems_of(example(rule, "good"))) == []


@pytest.mark.parametrize("rule", IDS)
def test_a_page_starts_with_its_id(rule: str) -> None:
    """The first line is the id and what it means."""
    page = (PROJECT / "docs" / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    assert re.match(rf"# {rule}: \S.+\n\n\S", page)


def test_all_ids_were_found() -> None:
    """The pattern that collects the ids still finds them."""
    assert len(IDS) == 13
