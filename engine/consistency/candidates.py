"""One value of each kind that predicates can tell apart: all of them for a member.

Which kinds there are follows from what is said of the member (`Mentions`): each value that is
named, each side of each number, every choice of what a list or a text may contain, and one of
everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise, product
from typing import Any, Literal, TypeAlias

from engine.consistency.mentions import Mentions, UnclearError

Kind: TypeAlias = Literal["text", "text-or-none", "number", "number-or-none", "texts", "any"]

MAX_PARTS = 8
MAX_LETTERS = 12
MAX_SPELLED = 6
_SPARE = range(0xE000, 0xF8FF)
"""Code points that nobody uses: one that no text names stands for everything else."""


def values_of(kind: Kind, said: Mentions, more: Iterable[Any] = ()) -> list[Any]:
    """Values of every kind that can be told apart; `more` are added where they fit.

    Raises UnclearError where there are too many kinds, or where they are not told apart here.
    """
    if len(_unique(said.parts)) > (MAX_PARTS // 2 if said.shaped else MAX_PARTS):
        raise UnclearError("names too many values")
    named = [one for one in (*said.literals, *more) if _fits(kind, one)]
    made = [one for maker in _MAKERS[kind] for one in maker(said)]
    return _unique([*named, *made])


def spare(said: Mentions) -> str:
    """A text that has nothing to do with any text that is named."""
    used = set("".join(said.texts()))
    return next(char for number in _SPARE if (char := chr(number)) not in used)


def is_spare(text: str) -> bool:
    """Whether a text has a part that was made to stand for something else."""
    return any(ord(char) in _SPARE for char in text)


def is_odd(value: Any) -> bool:
    """Whether a value, or what is in a list, says nothing to a person."""
    listed = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and is_spare(one) for one in listed)


def _none(_said: Mentions) -> Iterator[Any]:
    yield None


def _booleans(_said: Mentions) -> Iterator[Any]:
    yield from (True, False)


def _texts(said: Mentions) -> Iterator[Any]:
    other = spare(said)
    if said.alone:
        yield ""
    cuts = [one for one in said.cuts if isinstance(one, str)]
    if said.shaped:
        yield from _shaped(said, other)
        return
    if cuts:
        yield from _ordered(said, cuts)
        return
    parts = [one for one in said.parts if isinstance(one, str)]
    for start in ("", *said.prefixes):
        for end in ("", *said.suffixes):
            for chosen in _choices(_unique(parts)):
                yield start + other + "".join(part + other for part in chosen) + end


def _ordered(said: Mentions, cuts: Sequence[str]) -> Iterator[Any]:
    """Each text that is named, the next one after it, and the first of all."""
    if said.prefixes or said.suffixes or said.parts:
        raise UnclearError("orders texts of which it also asks what they contain")
    literals = [one for one in said.literals if isinstance(one, str)]
    yield ""
    for text in (*cuts, *literals):
        yield from (text, f"{text}\0")


def _shaped(said: Mentions, other: str) -> Iterator[Any]:
    """Each text that is named with and without blanks around it, and a spelling that is not named:
    any other one is no different, unless parts of texts are asked for. Then all of them, and the
    same of what texts begin and end with and contain.
    """
    if said.cuts:
        raise UnclearError("orders texts of which it also changes the letter case or the blanks")
    if any(not one.isascii() or one != one.strip() for one in said.texts()):
        raise UnclearError("compares what has blanks around it, or other letters than a to z")
    named = [one for one in said.literals if isinstance(one, str)]
    asked = bool(said.parts or said.prefixes or said.suffixes)
    others = _all_spellings(named) if asked else _other_spellings(named)
    for text in dict.fromkeys([*named, *others]):
        yield from _padded(text)
    parts = _unique(one for one in said.parts if isinstance(one, str))
    spelled = [[one, *_other_spellings([one])] for one in parts]
    starts, ends = ([*one, *_other_spellings(one)] for one in (said.prefixes, said.suffixes))
    for chosen in product(*([None, *one] for one in spelled)):
        middle = other + "".join(f"{part}{other}" for part in chosen if part is not None)
        for start, end in product(("", *starts), ("", *ends)):
            yield from _padded(f"{start}{middle}{end}")


def _padded(text: str) -> tuple[str, ...]:
    return text, f" {text}", f"{text} ", f" {text} "


def _all_spellings(named: Sequence[str]) -> Iterator[str]:
    """Every spelling: where parts are asked for, they differ."""
    for text in dict.fromkeys(one.lower() for one in named):
        if len(text) > MAX_SPELLED:
            raise UnclearError("changes the letter case of a long text of which it asks for parts")
        yield from map("".join, product(*({one, one.upper()} for one in text)))


def _other_spellings(named: Sequence[str]) -> Iterator[str]:
    """Of each text, letter case apart, one spelling that is not among them, if there is one."""
    for text in dict.fromkeys(one.lower() for one in named):
        spellings = map("".join, product(*({one, one.upper()} for one in text[:MAX_LETTERS])))
        rest = text[MAX_LETTERS:]
        yield from islice((one + rest for one in spellings if one + rest not in named), 1)


def _numbers(said: Mentions) -> Iterator[Any]:
    every = [*said.cuts, *said.literals]
    named = sorted({one for one in every if _fits("number", one)})
    if not named:
        yield 7
        return
    yield from (named[0] - 1, *named, named[-1] + 1)
    yield from ((low + high) / 2 for low, high in pairwise(named))


def _lists(said: Mentions) -> Iterator[Any]:
    """Every choice, alone and with something else: a list that is named may be one of them."""
    for chosen in _choices(_unique(said.parts)):
        yield list(chosen)
        if not chosen or any(isinstance(one, list) for one in said.literals):
            yield [*chosen, spare(said)]


def _choices(parts: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for size in range(len(parts) + 1):
        yield from combinations(parts, size)


_MAKERS = {
    "text": (_texts,),
    "text-or-none": (_texts, _none),
    "number": (_numbers,),
    "number-or-none": (_numbers, _none),
    "texts": (_lists,),
    "any": (_texts, _none, _booleans, _numbers, _lists),
}


def _fits(kind: Kind, value: Any) -> bool:
    """Whether a member of this kind may have the value."""
    if kind == "any" or (value is None and kind.endswith("none")):
        return True
    if kind == "texts":
        return isinstance(value, list)
    if kind.startswith("text"):
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unique(values: Iterable[Any]) -> list[Any]:
    """Each value once, in order; 1 and true are two values."""
    return list({repr(value): value for value in values}.values())
