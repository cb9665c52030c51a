"""`lsp`: what editors ask while a ruleset is written."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version

import click

from engine.cli.context import Session, pass_session
from engine.errors import ConfigurationError


@click.command()
@pass_session
def lsp(session: Session) -> int:
    """Answer an editor over the Language Server Protocol (on a pipe), until it ends.

    It tells what the schema cannot know: every problem that validate finds, while one types; what
    a value stands over; where a name is defined. Needs the extra: pip install crossdock[lsp].
    """
    try:
        # The library is an extra, and slow to import: no other command pays for it.
        server = import_module("engine.lsp.server")
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "the language server library is not installed", "pip install 'crossdock[lsp]'"
        ) from error
    server.serve(session.workspace(), version("crossdock"))
    return 0
