"""Where the data that comes with the engine lies: schemas, base mappings, sample rulesets, docs.

In a checkout they are folders beside `engine/`; in a wheel they are packed inside it, because an
installed package has nothing beside it that is its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Folder = Literal["schemas", "mappings", "rulesets", "docs"]

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: Folder) -> Path:
    """Where one folder of shipped data is, installed or in a checkout.

    It is not checked for existence: a caller that misses a file in it says which file.
    """
    installed = _PACKAGE / "_shipped" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
