"""The text of a case with what came instead of what was expected; all else stays as it is. Pure.

Where only single values differ, they are replaced in their place. Where more does, the block
`expect` is written anew, and comments in it are lost.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from engine.cases.case import Case, Difference, Played
from engine.cases.comparing import NOTHING
from engine.cases.showing import decision_shown
from engine.cases.yaml_text import block, scalar
from engine.config.nodes import ScalarNode, entries, find

EXPECT, CONFIRMED = "expect", "confirmed"
NAMED = ("orders", "records")
"""Members of an expectation that say something of a record by its name."""


def updated(case: Case, played: Played, found: Sequence[Difference]) -> str:
    """The case's text as it would be green. Nothing on disk is touched."""
    if case.confirmed:
        edited = _edited(case.text, case, found)
        if edited is not None:
            return edited
    expect = amended(case.expect, played, found) if case.expect else first_expectation(played)
    return _with_block(case, expect)


def first_expectation(played: Played) -> dict[str, Any]:
    """What a new case expects: each decision with all that it would send, and what is not read."""
    kept = ("key", "outcome", "rule", "sends")
    told = [decision_shown(one) for one in played.decisions]
    made = [{name: one[name] for name in kept if one[name]} for one in told]
    for decision in made:
        decision["sends"] = [_sent(send) for send in decision.get("sends", ())]
    unread: dict[str, Any] = {"orders": dict.fromkeys(played.unread, "not-read")}
    return {"decisions": made, **(unread if played.unread else {})}


def amended(
    expect: Mapping[str, Any], played: Played, found: Sequence[Difference]
) -> dict[str, Any]:
    """The expectation with the values that came; where a whole decision or gate is missing, or is
    one too many, all of them anew.
    """
    made = copy.deepcopy(dict(expect))
    anew = {str(one.path[1]) for one in found if _is_whole(one)}
    fresh = {**first_expectation(played), "blocked": list(played.blocked)}
    made |= {name: fresh[name] for name in anew}
    for one in found:
        if one.path[1] not in anew:
            _put(made, one.path[1:], one.found)
    return made


def _is_whole(one: Difference) -> bool:
    """Whether it is a decision or a gate that is missing, or one too many."""
    in_decisions = one.path[1] == "decisions"
    return one.path[1] == "blocked" or (
        in_decisions and (len(one.path) <= 3 or one.path[3:] == ("key",))
    )


def _put(made: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Sets a value deep inside; a list becomes as long as what came."""
    *above, last = path
    for step in above:
        made = made[step]
    if isinstance(made, list) and isinstance(last, int):
        new = _sent(value) if above[-1] == "sends" and isinstance(value, dict) else value
        made[last:] = [] if value == NOTHING else [new, *made[last + 1 :]]
    elif value == NOTHING and path[0] in NAMED:
        del made[last]
    else:
        made[last] = value


def _sent(request: Mapping[str, Any]) -> dict[str, Any]:
    """A whole request as cases write it: the way to its system is nobody's expectation."""
    return {name: inner for name, inner in request.items() if name not in ("method", "path")}


def _edited(text: str, case: Case, found: Sequence[Difference]) -> str | None:
    """Single values replaced where they stand, the last first; None where that will not do."""
    nodes = [(one, find(case.node, one.path)) for one in found]
    if not all(_is_single(one, node) for one, node in nodes):
        return None
    lines = text.splitlines(keepends=True)
    places = [(node.place, one.found) for one, node in nodes if node is not None]
    for place, value in sorted(places, key=lambda pair: (-pair[0].line, -pair[0].column)):
        line, start = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = line[:start] + scalar(value) + line[start + place.length :]
    return "".join(lines)


def _is_single(one: Difference, node: Any) -> bool:
    return (
        isinstance(node, ScalarNode)
        and node.place.length in (len(node.text), len(node.text) + 2)
        and node.text != ""
        and not isinstance(one.found, dict | list)
        and not _is_whole(one)
        and not (one.found == NOTHING and one.path[1] in NAMED)
    )


def _with_block(case: Case, expect: Mapping[str, Any]) -> str:
    """The text with `expect` written anew, in its place or at the end, and without `confirmed`."""
    lines = case.text.splitlines()
    old = _lines_of(case, EXPECT, lines) or range(len(lines), len(lines))
    gone = {*old, *(_lines_of(case, CONFIRMED, lines) or ())}
    made: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if at == old.start:
            made += block({EXPECT: expect})
        if at not in gone:
            made.append(line)
    return ("\r\n" if "\r\n" in case.text else "\n").join(made)


def _lines_of(case: Case, name: str, lines: Sequence[str]) -> range | None:
    """The lines (from 0) of a key on top and its value; a comment behind it is the next one's."""
    starts = {key: entry.key_place.line - 1 for key, entry in entries(case.node)}
    if name not in starts:
        return None
    stop = min((one for one in starts.values() if one > starts[name]), default=len(lines))
    while stop - 1 > starts[name] and (not lines[stop - 1].strip() or lines[stop - 1][0] == "#"):
        stop -= 1
    return range(starts[name], stop)
