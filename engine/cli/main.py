"""The front door of `crossdock`: `--help` is answered here, from its stored text, in no time.

Nothing is imported here that a bare Python has not imported by itself.
"""

from __future__ import annotations

import os
import sys

from engine.cli.front_page import FRONT_PAGE

WIDTH = 80
"""The columns that the stored text is written for."""


def main(arguments: object = None, machines: object = None) -> None:
    """Runs one command and ends the process with its exit code.

    `arguments` is a list of words, by default those of the process; `machines` makes the machine
    that the command works on: see `Machines` in engine.cli.context.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["--help"] and _columns() >= WIDTH:
        sys.stdout.write(FRONT_PAGE)
        sys.exit(0)
    # By name, because a module imported above would be paid for by `--help`, too.
    module = __import__("engine.cli.commands", fromlist=["guarded"])
    given = {} if machines is None else {"machines": machines}
    sys.exit(module.guarded(arguments, **given))


def _columns() -> int:
    """How wide the terminal is; what is no terminal gets as much as the widest page takes."""
    try:
        return os.get_terminal_size().columns
    except OSError:
        return WIDTH
