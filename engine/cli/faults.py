"""The report of an internal fault: what and where, without values, so without buyers' data."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from importlib.metadata import version
from pathlib import Path


def write_fault_report(error: BaseException) -> str:
    """Writes versions and the places of the stack to a file of its own and returns its path.

    Messages of foreign exceptions are left out: they may quote a record.
    """
    lines = [
        f"crossdock {version('crossdock')}, Python {platform.python_version()}",
        f"{type(error).__module__}.{type(error).__name__}",
    ]
    lines += [
        f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    number, path = tempfile.mkstemp(prefix="crossdock-fault-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")
    return path
