"""What each function yields, by the shapes of what it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.compiler.kinds import ANY, OF_FUNCTION
from engine.compiler.shapes import OPEN, TEXT, Shape, list_of, union

Given = Sequence[Shape]


def result_of(name: str, given: Given) -> Shape:
    """The shape of a call's result; `given` has one shape for each argument."""
    rule = _RULES.get(name)
    found = rule(given) if rule else Shape(kinds=OF_FUNCTION.get(name, ANY))
    return replace(found, lost=found.lost or any(one.lost for one in given))


def _first_there(given: Given) -> Shape:
    """`coalesce`: null only where all of them may be."""
    if any(one.kinds == ANY for one in given):
        return OPEN
    found = union([one.present for one in given if one.present.kinds])
    return found.or_null if all("null" in one.kinds for one in given) else found


def _same(given: Given) -> Shape:
    return given[0].present


def _an_element(given: Given) -> Shape:
    """Null of an empty list."""
    return given[0].items.or_null


def _mapped(given: Given) -> Shape:
    return list_of(given[0].items)


def _number_of(given: Given) -> Shape:
    kinds = frozenset(["number"])
    return Shape(kinds=kinds if given[0].kinds == kinds else kinds | {"null"})


def _texts(_given: Given) -> Shape:
    return list_of(TEXT)


def _as_list(given: Given) -> Shape:
    return given[0].present if given[0].kinds == {"array"} else list_of(OPEN)


def _kept(given: Given) -> Shape:
    """A text made of a text that must stay one must stay one too."""
    return replace(TEXT, keeps=given[0].keeps)


_RULES: dict[str, Callable[[Given], Shape]] = {
    **dict.fromkeys(["coalesce", "not_null"], _first_there),
    **dict.fromkeys(["sort", "sort_by"], _same),
    **dict.fromkeys(["max", "max_by", "min", "min_by"], _an_element),
    **dict.fromkeys(["keys", "split"], _texts),
    **dict.fromkeys(["lower", "replace", "to_string", "trim", "upper"], _kept),
    "map": _mapped,
    "reverse": _same,
    "to_array": _as_list,
    "to_number": _number_of,
}
