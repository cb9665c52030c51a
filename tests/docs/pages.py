"""The pages of the documentation and their fenced blocks; README.md here says what each means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = frozenset(
    [
        *("yaml ruleset", "yaml fragment", "yaml profile", "yaml saved"),
        *("console", "cron", "text", "json"),
    ]
)
_FENCE = re.compile(r"^```([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# exits (\d+)$")
_COMMENT = re.compile(r"\s{2,}#.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: the words after the fence, its text, and where it stands."""

    page: str
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a session, its exit code, and lines that its output must hold, in order."""

    text: str
    exits: int
    output: tuple[str, ...]
    place: str


@cache
def pages() -> tuple[Path, ...]:
    """README.md and every page below docs/ but the pages of rules."""
    folder = ROOT / "docs"
    own = [path for path in sorted(folder.rglob("*.md")) if folder / "rules" not in path.parents]
    return (ROOT / "README.md", *own)


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(ROOT).as_posix()
    return tuple(
        Block(
            page=name,
            line=text.count("\n", 0, found.start()) + 1,
            kind=found[1].strip(),
            text=found[2],
        )
        for found in _FENCE.finditer(text)
    )


def of_kind(kind: str) -> list[Block]:
    """The blocks of one kind on all pages."""
    return [block for page in pages() for block in blocks(page) if block.kind == kind]


def commands(block: Block) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
        if line.startswith("$ "):
            found.append(_command(line[2:], f"{block.page}:{number}"))
        elif line.strip() not in ("", "..."):
            last = found.pop()
            output = (*last.output, line.strip())
            found.append(Command(text=last.text, exits=last.exits, output=output, place=last.place))
    return found


def _command(line: str, place: str) -> Command:
    stated = _EXIT.search(line)
    text = _COMMENT.sub("", _EXIT.sub("", line)).rstrip()
    return Command(text=text, exits=int(stated[1]) if stated else 0, output=(), place=place)


def cron_commands(block: Block) -> Sequence[str]:
    """What a crontab's lines run: everything after the five fields of the time."""
    lines = [line for line in block.text.splitlines() if line and not line.startswith("#")]
    return [line.split(maxsplit=5)[5] for line in lines]
