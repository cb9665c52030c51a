"""What the commands say, word by word: the files in `said/` are what a person reads."""

from __future__ import annotations

import pytest

from tests.cli.telling import SAID, plain, story

NAMES = sorted(path.stem for path in SAID.glob("*.txt"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The whole story, told once."""
    root = tmp_path_factory.mktemp("story")
    return {name: plain(root, said) for name, said in story(root)}


def test_nothing_is_told_that_is_not_written_down(told: dict[str, str]) -> None:
    """Each command of the story has its file, and no file is left over."""
    assert sorted(told) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_that_are_written_down(told: dict[str, str], name: str) -> None:
    """Exit code, stdout and stderr are the same to the letter."""
    assert told[name] == (SAID / f"{name}.txt").read_text(encoding="utf-8")
