"""Where a connection's files are: below the workspace, whatever the path or a symlink says."""

from __future__ import annotations

from pathlib import Path

from engine.adapters import settings
from engine.errors import ConfigurationError
from engine.ports.systems import ReadKit


def place(kit: ReadKit, name: str) -> Path:
    """The file of the setting `name`, which may not be there yet.

    Raises ConfigurationError where it leads out, or to something that is no file: a pipe or a
    device might be read for ever.
    """
    root = Path(kit.settings["workspace"]).resolve()
    try:
        path = (root / settings.text(kit, name)).resolve()
    except (OSError, ValueError, RuntimeError):
        raise _refused(kit, name, "is no path") from None
    if not path.is_relative_to(root):
        raise _refused(kit, name, "leads out of the workspace")
    if path.exists() and not path.is_file():
        raise _refused(kit, name, "is no file")
    return path


def _refused(kit: ReadKit, name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{name!r} of connection {kit.connection!r} {why}",
        "Name a file below the workspace, and no symlink that leads elsewhere.",
    )
