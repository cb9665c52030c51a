"""The front door of `crossdock`: what is stored already is answered here, in no time.

That is all help, and the answer of `validate` that all is well while nothing has changed. Nothing
is imported for it that a bare Python has not imported by itself, but what hashes files.
"""

from __future__ import annotations

import os
import sys

WIDTH = 80
"""The columns that the stored pages are written for."""
PAGES = f"{__file__.rpartition(os.sep)[0]}{os.sep}pages"
"""What each command says with `--help`, stored by script/reference: NAME.txt."""


def main(arguments: object = None, machines: object = None) -> None:
    """Runs one command and ends the process with its exit code.

    `arguments` is a list of words, by default those of the process; `machines` makes the machine
    that the command works on: see `Machines` in engine.cli.context.
    """
    words = sys.argv[1:] if arguments is None else arguments
    stored = _stored(words) if isinstance(words, list) else None
    if stored is not None:
        sys.stdout.write(stored)
        sys.exit(0)
    # By name, because a module imported above would be paid for by what is stored, too.
    module = __import__("engine.cli.commands", fromlist=["guarded"])
    given = {} if machines is None else {"machines": machines}
    sys.exit(module.guarded(arguments, **given))


def _stored(words: list[str]) -> str | None:
    """What these words are answered with where that is known already and ends well, else None."""
    root = "."
    if len(words) > 2 and words[0] == "-C":
        root, words = words[1], words[2:]
    if words[-1:] == ["--help"]:
        return _page(words[:-1]) if _columns() >= WIDTH else None
    if words[:1] == ["validate"] and not any(word.startswith("-") for word in words):
        found: str | None = __import__("engine.cli.sound", fromlist=["said"]).said(root, words[1:])
        return found
    return None


def _page(words: list[str]) -> str | None:
    """The stored page of a command, or of all of them; None where there is none."""
    name = words[0] if words else "crossdock"
    if len(words) > 1 or not name.isalpha():
        return None
    try:
        number = os.open(f"{PAGES}{os.sep}{name}.txt", os.O_RDONLY)
    except OSError:
        return None
    with os.fdopen(number, encoding="utf-8") as stream:
        return stream.read()


def _columns() -> int:
    """How wide the terminal is; what is no terminal gets as much as the widest page takes."""
    try:
        return os.get_terminal_size().columns
    except OSError:
        return WIDTH
