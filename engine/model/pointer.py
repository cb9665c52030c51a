"""JSON pointers (RFC 6901): a place in a document, as `PreparedRequest.private` holds them."""

from __future__ import annotations

from collections.abc import Iterable


def pointer_to(path: Iterable[str]) -> str:
    """The pointer that leads along these members; `split` gives them back."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def split(pointer: str) -> list[str]:
    """The members that a pointer leads along; none for the whole document."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
