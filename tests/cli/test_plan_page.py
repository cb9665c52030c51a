"""`plan --html` and `plan --detail`: the same plan, to be read."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.acceptance.town import Town
from tests.security.leaks import leaks_in_text


def test_a_page_is_written_beside_the_plan(town: Town) -> None:
    """It is its owner's alone, has every decision and no buyer, and the exit code is the plan's."""
    page = town.root / "pages" / "plan.html"
    said, file = town.plan("--html", str(page))
    text = page.read_text("utf-8")

    assert said.code == 2
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert text.count('"outcome":') == len(file.read_text("utf-8").splitlines()) - 2
    assert list(map(str, leaks_in_text(text, "the page"))) == []
    assert f"crossdock apply {file}" in text


def test_a_page_is_not_written_through_a_link(town: Town, tmp_path: Path) -> None:
    """A page never lands where nobody named it."""
    target = tmp_path / "elsewhere.html"
    target.write_text("mine", encoding="utf-8")
    link = town.root / "plan.html"
    link.symlink_to(target)
    said, _ = town.plan("--html", str(link))

    assert said.code == 1
    assert target.read_text("utf-8") == "mine"


def test_a_page_never_replaces_its_plan(town: Town) -> None:
    """One name for both is a slip, and nothing is read for it."""
    said, file = town.plan("--html", str(town.root / "made" / ".." / "made" / "plan.jsonl"))

    assert said.code == 64
    assert "the page would replace the plan" in said.err
    assert not file.exists()


def test_detail_shows_every_change_and_no_buyer(town: Town) -> None:
    """Each order that goes out has its request, member by member; json on stdout stays json."""
    short, _ = town.plan()
    long, _ = town.plan("--detail")
    machines, _ = town.plan("--detail", "--format", "json")

    assert "POST /" not in short.out
    assert long.out.count("  + create in wos: ") == short.out.count("\n+ ")
    assert "    + shipTo" in long.out
    assert [line["type"] for line in machines.lines][:2] == ["header", "decision"]
    assert "  + create in wos: " in machines.err
