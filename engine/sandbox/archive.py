"""A zip file with one text in it, as bytes: sandboxes serve files without having any."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime


def zipped(name: str, text: str, now: datetime) -> bytes:
    """The same arguments give the same bytes."""
    target = io.BytesIO()
    entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, text.encode())
    return target.getvalue()
