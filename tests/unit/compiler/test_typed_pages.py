"""The pages of what the shapes of the records tell: the bad example has just its problem."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.shipped import shipped
from tests.cases.case import MemoryWorkspace, with_base
from tests.unit.config.library import COMPLETE

ENGINE = Path(__file__).parents[3] / "engine"
MODULES = ("findings.py", "typed_checks.py", "typed_templates.py", "choices.py")
ELSEWHERE = {"predicate-never-boolean"}
"""It is told without shapes too; tests/unit/compiler/test_rule_pages.py has it."""
IDS = sorted(
    {
        found
        for name in MODULES
        for found in re.findall(
            r'id="([a-z-]+)"', (ENGINE / "compiler" / name).read_text(encoding="utf-8")
        )
    }
    - ELSEWHERE
)


def example(rule: str, kind: str) -> str:
    """The bad or the good example of a page."""
    page = (shipped("docs") / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    found = re.search(rf"^```yaml {kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def problems_of(text: str) -> list[Diagnostic]:
    """What loading a complete customer with this over it finds."""
    return load_customer(MemoryWorkspace(with_base(text), COMPLETE), "acme")[1]


def test_all_ids_were_found() -> None:
    """The pattern that collects the ids still finds them."""
    assert len(IDS) == 17


@pytest.mark.parametrize("rule", IDS)
def test_the_bad_example_has_just_this_fault(rule: str) -> None:
    """Each bad example gives its id once, inside of the line that the page shows."""
    text = example(rule, "bad")
    (problem,) = problems_of(text)

    assert problem.id == rule
    assert problem.place is not None
    assert problem.excerpt in text.splitlines()


@pytest.mark.parametrize("rule", IDS)
def test_the_good_example_has_no_fault(rule: str) -> None:
    """What a page recommends is right."""
    assert problems_of(example(rule, "good")) == []


@pytest.mark.parametrize("rule", IDS)
def test_a_page_has_short_lines(rule: str) -> None:
    """A page starts with its id and fits a terminal."""
    page = (shipped("docs") / "rules" / f"{rule}.md").read_text(encoding="utf-8")

    assert re.match(rf"# {rule}: \S.+\n\n\S", page)
    assert max(map(len, page.splitlines())) <= 105
