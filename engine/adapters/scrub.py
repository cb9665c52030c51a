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
_SHORT = 3


def scrub(text: str) -> str:
    """The text with the values of credential-like query members and user parts of URLs starred."""
    return _USERINFO.sub(r"\1***@", _CREDENTIAL.sub(r"\1***", text))


def place_of(url: str) -> str:
    """Scheme, host and path of a URL: enough to find the call, without what its query says.

    A foreign system may send a link that is none: it is not repeated.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return scrub(f"{parts.scheme}://{parts.netloc}{parts.path}")


def shown(text: str, private: Iterable[str] = ()) -> str:
    """A foreign system's text, fit for a log: one line, short, scrubbed, private values starred.

    A value may come back with its line breaks as blanks, and a longer one in other letter case (a
    country's two letters are in many words). The whole text must be given: of one that was cut
    before, nobody knows the value at its end.
    """
    flat = _flat(scrub(text))
    for value in sorted({_flat(p) for p in private}, key=len, reverse=True):
        if len(value) > 1:
            case = re.IGNORECASE if len(value) > _SHORT else re.NOFLAG
            flat = re.sub(re.escape(value), "***", flat, flags=case)
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def _flat(text: str) -> str:
    return " ".join(text.split())
