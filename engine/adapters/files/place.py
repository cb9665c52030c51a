"""Where a connection's files are: below the workspace, whatever the path or a symlink says."""

from __future__ import annotations

from pathlib import Path

from engine.adapters import settings
from engine.errors import ConfigurationError
from engine.ports.systems import ReadKit


def place(kit: ReadKit, name: str) -> Path:
    """The file of the setting `name`; raises ConfigurationError where it leads out."""
    root = Path(kit.settings["workspace"]).resolve()
    path = (root / settings.text(kit, name)).resolve()
    if not path.is_relative_to(root):
        raise ConfigurationError(
            f"{name!r} of connection {kit.connection!r} leads out of the workspace",
            "Name a file below the workspace, and no symlink that leads elsewhere.",
        )
    return path
