"""What was expected of a case against what came: every value that differs, by its path. Pure.

Of a map only what is expected counts, of decisions those that are named; `exactly` asks for all. A
reason is met by any piece of it. What must not be there is expected to be `(nothing)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from engine.cases.case import Difference, Played
from engine.cases.showing import shown

NOTHING = "(nothing)"
Path = tuple[str | int, ...]


def differences(expect: Mapping[str, Any], played: Played) -> list[Difference]:
    """All of them, in the order of the expectation; of each the rule that wrote what was found."""
    actual = shown(played)
    exactly = bool(expect.get("exactly"))
    found: list[Difference] = []
    for name, wanted in expect.items():
        path: Path = ("expect", name)
        if name == "decisions":
            found += _decisions(wanted, actual, path, exactly=exactly)
        elif name in ("orders", "records"):
            found += _named(wanted, actual, path, exactly=exactly)
        elif name == "stock":
            found += _stock(wanted, actual["stock"], path, exactly=exactly)
        elif name == "blocked":
            found += _of(wanted, actual["blocked"], path, exactly=True)
    return found


def _decisions(
    wanted: Sequence[Mapping[str, Any]], actual: Mapping[str, Any], path: Path, *, exactly: bool
) -> Iterator[Difference]:
    """Each expected decision against the one of its key, or, without a key, in its place."""
    came: list[Mapping[str, Any]] = actual["decisions"]
    met: set[int] = set()
    for at, one in enumerate(wanted):
        index = _index(one, at, came)
        if index is None:
            yield _absent(one, actual, (*path, at))
            continue
        met.add(index)
        by = str(came[index]["rule"])
        for name, value in one.items():
            if name == "key":
                continue
            yield from _of(
                value, came[index].get(name, NOTHING), (*path, at, name), by, exactly=exactly
            )
    if exactly:
        for index, extra in enumerate(came):
            if index not in met:
                said = f"{extra['key']}: {extra['outcome']}"
                yield Difference(path=path, expected=NOTHING, found=said, rule=extra["rule"])


def _index(one: Mapping[str, Any], at: int, came: Sequence[Mapping[str, Any]]) -> int | None:
    if "key" not in one:
        return at if at < len(came) else None
    keys = [found["key"] for found in came]
    return keys.index(str(one["key"])) if str(one["key"]) in keys else None


def _absent(one: Mapping[str, Any], actual: Mapping[str, Any], path: Path) -> Difference:
    if "key" not in one:
        return Difference(path=path, expected="a decision", found=NOTHING)
    keys = ", ".join(found["key"] for found in actual["decisions"]) or "nothing was decided"
    return Difference(
        path=(*path, "key"), expected=one["key"], found=f"{NOTHING}; there is: {keys}"
    )


def _named(
    wanted: Mapping[str, Any], actual: Mapping[str, Any], path: Path, *, exactly: bool
) -> Iterator[Difference]:
    """Outcomes by order or key; the rule is that of the first decision that ended otherwise."""
    came = actual[str(path[-1])]
    for key, value in wanted.items():
        found = came.get(key, NOTHING)
        if value != found:
            yield Difference(
                path=(*path, key), expected=value, found=found, rule=_rule_of(key, value, actual)
            )
    if exactly:
        for key in came.keys() - wanted.keys():
            rule = _rule_of(key, None, actual)
            yield Difference(path=(*path, key), expected=NOTHING, found=came[key], rule=rule)


def _rule_of(key: str, wanted: object, actual: Mapping[str, Any]) -> str:
    for decision in actual["decisions"]:
        mine = decision["key"] == key or decision["key"].partition("/")[0] == key
        if mine and decision["outcome"] != wanted:
            return str(decision["rule"])
    return ""


def _stock(
    wanted: Mapping[str, Any], came: Mapping[str, Mapping[str, int]], path: Path, *, exactly: bool
) -> Iterator[Difference]:
    """Units by DC: a number is their sum, a map tells SKUs apart; what did not move is 0."""
    for center, value in wanted.items():
        moved = came.get(center, {})
        if isinstance(value, Mapping):
            for sku in value.keys() | (moved.keys() if exactly else ()):
                units, want = moved.get(sku, 0), value.get(sku, 0)
                yield from _of(want, units, (*path, center, sku), exactly=exactly)
        else:
            yield from _of(value, sum(moved.values()), (*path, center), exactly=exactly)
    if exactly:
        for center in came.keys() - wanted.keys():
            yield Difference(path=(*path, center), expected=0, found=sum(came[center].values()))


def _of(
    wanted: Any, came: Any, path: Path, rule: str = "", *, exactly: bool
) -> Iterator[Difference]:
    """Every place below at which two values differ."""
    if isinstance(wanted, Mapping) and isinstance(came, Mapping):
        for name in _names(wanted, came, path, exactly=exactly):
            yield from _of(
                wanted.get(name, NOTHING),
                came.get(name, NOTHING),
                (*path, name),
                rule,
                exactly=exactly,
            )
    elif isinstance(wanted, list) and isinstance(came, list):
        for at, (one, other) in enumerate(zip_longest(wanted, came, fillvalue=NOTHING)):
            yield from _of(one, other, (*path, at), rule, exactly=exactly)
    elif not _meets(wanted, came, path):
        yield Difference(path=path, expected=wanted, found=came, rule=rule)


def _names(
    wanted: Mapping[str, Any], came: Mapping[str, Any], path: Path, *, exactly: bool
) -> list[str]:
    """What is looked at of a map. Exact is the body of a request, not the way to its system."""
    is_request = len(path) > 1 and path[-2] == "sends"
    rest = ["body"] if is_request else list(came)
    more = [name for name in rest if exactly and name in came and name not in wanted]
    return [*wanted, *more]


def _meets(wanted: Any, came: Any, path: Path) -> bool:
    """A text of a request may be written as a number: YAML has 1001 for both."""
    if path[-1] == "reason" and isinstance(wanted, str):
        return wanted in str(came)
    return bool(wanted == came) and isinstance(wanted, bool) == isinstance(came, bool)
