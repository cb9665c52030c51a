"""The answers of `validate` that still hold, as files: each is named by the hash of its grounds.

The front door looks here for a whole text that says that all is well, so this imports no more than
it must. What is damaged is not there.
"""

from __future__ import annotations

import os
from hashlib import sha256

from engine.cli.grounds import grounds

FOLDER = "validated"
"""In the state folder of the workspace."""
SAID = ".txt"


def said(root: str, customers: list[str]) -> str | None:
    """What `validate CUSTOMER...` printed when these files were as they are, if all was well."""
    folder = f"{root}{os.sep}.crossdock{os.sep}{FOLDER}"
    if not _is_there(folder):
        return None
    key = grounds(root, "preview", *dict.fromkeys(customers))
    return None if key is None else kept(f"{folder}{os.sep}{key}{SAID}")


def kept(path: str) -> str | None:
    """The text that was kept in a file; None where it is not whole, or not there."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY), encoding="utf-8", newline="") as stream:
            mark, _, text = stream.read().partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if mark == sha256(text.encode()).hexdigest() else None


def whole(text: str) -> str:
    """A text as it is kept: with the hash that tells whether it is whole."""
    return f"{sha256(text.encode()).hexdigest()}\n{text}"


def _is_there(folder: str) -> bool:
    """Whether anything was ever kept: where nothing was, nothing has to be hashed."""
    try:
        os.close(os.open(folder, os.O_RDONLY))
    except OSError:
        return False
    return True
