"""What outsiders may send: valid texts with something odd in them, drawn by a `Random`.

The tests hand in hypothesis's own, so that what fails is shrunk and found again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

Path = tuple[str | int, ...]

DIGITS, DEEP, HUGE, LONG = "@digits", "@deep", "@huge", "@long"
"""Stand-ins for what Python's own JSON writer would not write, or what would flood a report."""
_WRITTEN = {
    f'"{DIGITS}"': "9" * 5_000,
    f'"{DEEP}"': "[" * 20_000 + "]" * 20_000,
    f'"{HUGE}"': "1e400",
    f'"{LONG}"': json.dumps("x" * 1_000_000),
}
NUMBERS = (0, -1, 1, 7, 2**31, -(2**31) - 1, 2**53, 2**63, 2**64, 10**30, -(10**30))
FLOATS = (-0.0, 0.5, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"))
TEXTS = (
    *("", " ", "0", "-0", "1", "1.5", "1e400", "NaN", "null", "true", "-", "\u0663", "\u00b2"),
    *(
        "\x00",
        "\x1b[31m",
        "\ud800",
        "a\udfffb",
        "\u202eabc\u2066",
        "\ufeff",
        "\u2028",
        "\U0001f4a9",
    ),
    *(
        "9" * 400,
        "x" * 70_000,
        "..",
        "/",
        "a/b",
        "{{ 1 }}",
        "$(id)",
        "'",
        '"',
        "\\",
        "%",
        "a\r\nb: c",
    ),
)
DATES = (
    *("0000-00-00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("2026-11-20T25:61:61Z", "2026-11-20T08:00:00", "2026-11-20T08:00:00.123456789Z"),
    *("2026-11-20T08:00:00.1Z", "2026-11-20T08:00:00+99:99", "2026-11-20", "10000-01-01T00:00:00Z"),
    *("2026-11-20T08:00:00.0000000+00:00", "2026-11-20T08:00:60Z", "/Date(1600000000000)/"),
)
SHAPES: tuple[Any, ...] = (
    [],
    {},
    [[]],
    [None],
    [1],
    ["x"],
    [{}],
    {"a": None},
    {"": {"": []}},
    DEEP,
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, DIGITS, HUGE, LONG),
    *NUMBERS,
    *FLOATS,
    *TEXTS,
    *DATES,
    *SHAPES,
)
BODIES = (
    *(
        b"",
        b" ",
        b"null",
        b"[]",
        b"{}",
        b"0",
        b'""',
        b"true",
        b"<html>no</html>",
        b"\xef\xbb\xbf{}",
    ),
    *(b"\xff\xfe{\x00}\x00", b"{", b"[" * 100_000, b'{"a":' * 20_000, b"\x00", b"\x80\x81", b"NaN"),
    *(b'{"value":[]}', b'{"value":null}', b'{"value":[null,1,[]]}', b'{"error":null}'),
)


def value(chance: Random) -> Any:
    """Something odd."""
    return chance.choice(VALUES)


def paths(tree: Any, above: Path = ()) -> Iterator[Path]:
    """The place of every member of every list and object in a JSON value, and of the whole."""
    yield above
    inner = tree.items() if isinstance(tree, dict) else ()
    inner = enumerate(tree) if isinstance(tree, list) else inner
    for step, member in inner:
        yield from paths(member, (*above, step))


def at(tree: Any, path: Path) -> Any:
    """What stands there."""
    for step in path:
        tree = tree[step]
    return tree


def put(tree: Any, path: Path, new: Any) -> Any:
    """The same JSON value with another one at that place."""
    if not path:
        return new
    step, *below = path
    changed = dict(tree) if isinstance(tree, dict) else list(tree)
    changed[step] = put(tree[step], tuple(below), new)
    return changed


def spoilt(tree: Any, chance: Random, under: Path = ()) -> Any:
    """The JSON value with one thing wrong at or below a place."""
    below = [under + path for path in paths(at(tree, under))]
    path = chance.choice(below)
    return put(tree, path, _odd(at(tree, path), chance))


def _odd(here: Any, chance: Random) -> Any:
    """What stands somewhere, made odd: by its kind, or exchanged altogether."""
    if isinstance(here, dict) and here and chance.random() < 0.8:
        return _odd_object(here, chance)
    if isinstance(here, list) and here and chance.random() < 0.8:
        return _odd_list(here, chance)
    if isinstance(here, str) and "T" in here and here[:2] == "20":
        return chance.choice(DATES)
    return value(chance)


def _odd_object(here: dict[str, Any], chance: Random) -> dict[str, Any]:
    name = chance.choice(sorted(here))
    how = chance.randrange(5)
    if how == 0:
        return {key: member for key, member in here.items() if key != name}
    if how == 1:
        return {**here, chance.choice(TEXTS): value(chance)}
    if how == 2:
        return {**here, name: here[chance.choice(sorted(here))]}
    if how == 3:
        return {key.swapcase(): member for key, member in here.items()}
    return {**here, name: value(chance)}


def _odd_list(here: list[Any], chance: Random) -> list[Any]:
    place = chance.randrange(len(here))
    how = chance.randrange(5)
    if how == 0:
        return here[:place] + here[place + 1 :]
    if how == 1:
        return [*here, here[place]]
    if how == 2:
        return here[::-1]
    if how == 3:
        return [*here[:place], value(chance), *here[place:]]
    return [*here[:place], value(chance), *here[place + 1 :]]


def written(tree: Any) -> bytes:
    """The JSON value as a system would send it, stand-ins written out."""
    text = json.dumps(tree)
    for stand_in, real in _WRITTEN.items():
        text = text.replace(stand_in, real)
    return text.encode()


def spoilt_json(body: bytes, chance: Random) -> bytes:
    """A JSON body with one to three things wrong; a body that is no JSON is spoilt byte by byte."""
    try:
        tree = json.loads(body)
    except ValueError:
        return spoilt_bytes(body, chance)
    if chance.random() < 0.1:
        return spoilt_bytes(body, chance)
    for _ in range(chance.randint(1, 3)):
        tree = spoilt(tree, chance)
    return _doubled(written(tree), chance)


def _doubled(body: bytes, chance: Random) -> bytes:
    """Now and then, a member that stands twice."""
    if chance.random() < 0.1 and b'{"' in body:
        end = body.index(b'"', body.index(b'{"') + 2)
        name = body[body.index(b'{"') + 1 : end + 1]
        return body.replace(b'{"', b"{" + name + b': null, "', 1)
    return body


def spoilt_bytes(body: bytes, chance: Random) -> bytes:
    """Bytes cut, doubled, changed, or others altogether."""
    if not body or chance.random() < 0.3:
        return chance.choice(BODIES)
    low = chance.randrange(len(body))
    high = min(len(body), low + chance.choice((1, 2, 8, 64, 512)))
    cuts: Sequence[Callable[[], bytes]] = (
        lambda: body[:low],
        lambda: body[:low] + body[high:],
        lambda: body[:high] + body[low:high] * 50 + body[high:],
        lambda: body[:low] + bytes([chance.randrange(256)]) + body[low + 1 :],
        lambda: body[:low] + bytes(reversed(body[low:high])) + body[high:],
        lambda: body.decode("utf-8", "replace").encode("utf-16"),
    )
    return chance.choice(cuts)()


def spoilt_text(text: str, chance: Random, tokens: Sequence[str]) -> str:
    """A text of lines with one to four things wrong: lines, words and letters."""
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(_TEXT_CHANGES)(text, chance, tokens)
    return text


def _line_change(text: str, chance: Random, tokens: Sequence[str]) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    how = chance.randrange(5)
    if how == 0:
        del lines[one]
    elif how == 1:
        lines.insert(other, lines[one])
    elif how == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 3:
        lines[one] = " " * chance.randrange(7) + lines[one].strip()
    else:
        head, colon, _ = lines[one].partition(":")
        lines[one] = f"{head}{colon or ':'} {chance.choice(tokens)}"
    return "\n".join(lines)


def _word_change(text: str, chance: Random, tokens: Sequence[str]) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice(tokens)
    return " ".join(words)


def _letter_change(text: str, chance: Random, tokens: Sequence[str]) -> str:
    low = chance.randrange(len(text) + 1)
    high = min(len(text), low + chance.choice((0, 1, 1, 4, 30)))
    return text[:low] + chance.choice((*tokens, *TEXTS[:28])) + text[high:]


def _removal(text: str, chance: Random, tokens: Sequence[str]) -> str:
    low = chance.randrange(len(text) + 1)
    return text[:low] + text[low + chance.choice((1, 2, 10, 100)) :]


_TEXT_CHANGES = (_line_change, _line_change, _word_change, _letter_change, _removal)
