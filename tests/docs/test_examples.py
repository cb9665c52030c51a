"""Every example of the documentation holds; README.md here says what each kind of block is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.library import problems_of_fragment, problems_of_profile, problems_of_ruleset
from tests.docs.pages import KINDS, ROOT, Block, blocks, commands, of_kind, pages
from tests.docs.session import Session

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)
# Examples of functions and filters have tests of their own.
ELSEWHERE = "docs/functions.md"


def _of(kind: str) -> list[Block]:
    return of_kind(kind)


def _with_sessions() -> list[Path]:
    own = [page for page in pages() if page.name != "README.md"]
    return [page for page in own if any(b.kind == "console" for b in blocks(page))]


@pytest.mark.parametrize("block", _of("yaml ruleset"), ids=lambda block: block.place)
def test_a_ruleset_is_valid(block: Block, tmp_path: Path) -> None:
    """A whole ruleset of a page validates without a word."""
    assert problems_of_ruleset(tmp_path, block.text) == []


@pytest.mark.parametrize("block", _of("yaml fragment"), ids=lambda block: block.place)
def test_a_fragment_is_valid(block: Block, tmp_path: Path) -> None:
    """A part of a ruleset validates when it is laid over a complete customer."""
    assert problems_of_fragment(tmp_path, block.text) == []


@pytest.mark.parametrize("block", _of("yaml profile"), ids=lambda block: block.place)
def test_a_part_of_a_site_profile_is_valid(block: Block) -> None:
    """A part of a site profile validates when it is laid over a shipped one."""
    assert problems_of_profile(block.text) == []


@pytest.mark.parametrize("page", _with_sessions(), ids=lambda page: page.stem)
def test_a_session_goes_as_shown(page: Path, tmp_path: Path) -> None:
    """What a page tells to type ends as the page says and prints what it shows."""
    with Session(tmp_path) as session:
        for block in blocks(page):
            if block.kind == "yaml saved":
                session.save(block)
            for command in commands(block) if block.kind == "console" else ():
                assert session.complaint(command) == ""


def test_the_checks_see_a_mistake(tmp_path: Path) -> None:
    """An example that is wrong is found, whichever kind it is."""
    assert problems_of_fragment(tmp_path / "a", "orders: {onli: {}}\n")
    assert problems_of_ruleset(tmp_path / "b", "extends: nowhere\n")
    assert problems_of_profile("numbers: {unique: perhaps}\n")
    with Session(tmp_path / "c") as session:
        silent = Block(page="x.md", line=1, kind="console", text="$ echo one\ntwo\n")
        failing = Block(page="x.md", line=1, kind="console", text="$ false\n")
        assert "no 'two'" in session.complaint(commands(silent)[0])
        assert "exit 1, not 0" in session.complaint(commands(failing)[0])


def test_every_block_says_what_it_is() -> None:
    """No example can be there that no test looks at."""
    others = [
        block.place
        for page in pages()
        for block in blocks(page)
        if block.kind not in KINDS and block.page != ELSEWHERE
    ]

    assert others == []


def test_every_link_leads_somewhere() -> None:
    """A link to another page names a file that is there, and a heading that is in it."""
    lost = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for target in LINK.findall(CODE.sub("", page.read_text("utf-8")))
        if "://" not in target and not _leads(page, target)
    ]

    assert lost == []


def test_the_readme_leads_to_every_page() -> None:
    """No page is there that a stranger would not find."""
    readme = (ROOT / "README.md").read_text("utf-8")
    linked = {target.partition("#")[0] for target in LINK.findall(readme)}

    assert {p.relative_to(ROOT).as_posix() for p in pages()} - linked == {"README.md"}


def _leads(page: Path, target: str) -> bool:
    name, _, heading = target.partition("#")
    there = (page.parent / name).resolve() if name else page
    return there.is_file() and (not heading or heading in _anchors(there))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
