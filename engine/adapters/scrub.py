"""Taking secrets and buyer's data out of texts before anybody sees them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_CREDENTIAL = re.compile(
    r"([?&;][^=&\s\"'<>]*(?:token|key|secret|pass|auth|sig|code)[^=&\s\"'<>]*=)[^&\s\"'<>]*",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(//)[^/@\s]*@")
_LONGEST = 200


def scrub(text: str) -> str:
    """The text with the values of credential-like query members and user parts of URLs starred."""
    return _USERINFO.sub(r"\1***@", _CREDENTIAL.sub(r"\1***", text))


def place_of(url: str) -> str:
    """Scheme, host and path of a URL: enough to find the call, without what its query says."""
    parts = urlsplit(url)
    return scrub(f"{parts.scheme}://{parts.netloc}{parts.path}")


def shown(text: str, private: Iterable[str] = ()) -> str:
    """A foreign system's text, fit for a log: one line, short, scrubbed, private values starred."""
    flat = " ".join(scrub(text).split())
    for value in sorted({p for p in private if len(p) > 1}, key=len, reverse=True):
        flat = flat.replace(value, "***")
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
