"""HTML in which every text is escaped by construction, and the shell of a page that loads nothing.

Whatever is no `Markup` is a text, and becomes one: nobody can forget to escape it. A page names
the hashes of its own style and script; a browser runs nothing else in it and asks nobody.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

_VOID = frozenset({"input", "meta"})


class Markup(str):
    """A piece of HTML. Made here alone."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """An element; texts among its children are escaped, and all of its attributes.

    A keyword is an attribute's name, its underscores as hyphens: `class_`, `aria_live`. One that
    is empty is left out.
    """
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value
    )
    start = f"<{name}{named}>"
    return Markup(start if name in _VOID else f"{start}{_joined(children)}</{name}>\n")


def _joined(children: Iterable[str]) -> str:
    return "".join(one if isinstance(one, Markup) else _escaped(one) for one in children)


def _escaped(text: str) -> str:
    """A text for HTML; half a character, which JSON may hold and no file can, becomes `?`."""
    return escape(text.encode("utf-8", "replace").decode())


def around(name: str, /, pieces: Iterable[Markup]) -> Iterator[Markup]:
    """An element in pieces, for what may be too much to be in memory at once."""
    yield Markup(f"<{name}>")
    yield from pieces
    yield Markup(f"</{name}>\n")


def own_file(name: str) -> str:
    """A style or a script that lies beside this module, in `page/`."""
    return (files("engine.report") / "page" / name).read_text(encoding="utf-8")


def page(title: str, name: str, body: Iterable[Markup]) -> Iterator[str]:
    """A whole page in pieces, with the style and the script of this name behind those of all
    pages: a heading with this title, and a button that turns it dark or light.
    """
    style = own_file("base.css") + own_file(f"{name}.css")
    script = own_file("base.js") + own_file(f"{name}.js")
    yield '<!doctype html>\n<html lang="en">\n<head>\n'
    yield element("meta", charset="utf-8")
    yield element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script))
    yield element("meta", name="referrer", content="no-referrer")
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield element("title", title)
    yield f"<style>{style}</style>\n</head>\n<body>\n"
    dark = element("button", "Dark or light", id="theme", type="button")
    yield element("header", element("h1", title), dark)
    yield from body
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, sent or framed; of what stands in the page only these two count."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def embedded(name: str, values: Iterable[Any]) -> Iterator[Markup]:
    """A JSON list for the page's script, under an id; no text of it can end its element."""
    yield Markup(f'<script type="application/json" id="{escape(name)}">[')
    comma = "\n"
    for value in values:
        yield Markup(f"{comma}{_inert(value)}")
        comma = ",\n"
    yield Markup("]</script>\n")


def _inert(value: Any) -> str:
    """ASCII alone, and nothing in it that HTML looks at."""
    text = json.dumps(value, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
