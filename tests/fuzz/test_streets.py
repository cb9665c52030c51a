"""Whole passes over answers with something odd in them: parked, said, or over; never a fault."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ports.world import Request, Response
from tests.fuzz.house import NAME, House, check_ended_well, house
from tests.fuzz.nasty import spoilt, spoilt_json, written
from tests.fuzz.tally import tried, tries

STAGES = ("new", "working")
SITES = ("wos-assumed", "wos-ledgerline")
COMMANDS = ("run", "run", "plan", "reconcile", "check")
STATUSES = (200, 201, 204, 302, 400, 401, 403, 404, 406, 408, 409, 422, 429, 500, 503)
HEADERS = {
    "date": ("", "yesterday", "Fri, 31 Dec 9999 23:59:59 -1400", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "retry-after": ("0", "9" * 400, "-1", "nan", "Fri, 31 Dec 1999 23:59:59 GMT", "\u0663"),
    "content-type": ("", "text/html", "application/json; charset=utf-7"),
}
_NUMBERS = re.compile(r"\(.*|[0-9]+$")


@dataclass(slots=True)
class Once:
    """Spoils one answer of a run: what stands in `records` alone, or anything of it."""

    chance: Random
    number: int
    records: bool = False
    told: list[str] = field(default_factory=list)

    def __call__(self, number: int, request: Request, response: Response) -> Response:
        if number != self.number:
            return response
        if self.records:
            body = _one_record(response.body, self.chance)
        else:
            body = spoilt_json(response.body, self.chance)
        self.told.append(f"{request.method} {request.url[:100]} -> {body[:2000]!r}")
        odd = replace(response, body=body)
        return odd if self.records or self.chance.random() < 0.8 else _odd_head(odd, self.chance)


def _odd_head(response: Response, chance: Random) -> Response:
    name = chance.choice(sorted(HEADERS))
    headers = {**response.headers, name: chance.choice(HEADERS[name])}
    return replace(response, status=chance.choice(STATUSES), headers=headers)


def _one_record(body: bytes, chance: Random) -> bytes:
    """One record of a list made odd, or one member of an answer that is a record itself."""
    tree = json.loads(body or b"{}")
    if not isinstance(tree, dict) or not tree:
        return body
    lists = [name for name, rows in sorted(tree.items()) if isinstance(rows, list) and rows]
    name = chance.choice(lists or sorted(tree))
    place = (name, chance.randrange(len(tree[name]))) if lists else (name,)
    return written(spoilt(tree, chance, place))


@cache
def answers(stage: str, site: str, command: str) -> dict[str, list[int]]:
    """Kind of call -> which answers of an undisturbed run are to such a call."""
    with tempfile.TemporaryDirectory() as folder:
        copied = house(stage, site).copied(Path(folder))
        copied.run(command, NAME)
        found: dict[str, list[int]] = {}
        for number, (request, _) in enumerate(copied.wires[-1].heard):
            kind = _NUMBERS.sub("", request.url.partition("?")[0])
            found.setdefault(f"{request.method} {kind}", []).append(number)
    return found


def disturbed(chance: Random, command: str, *, records: bool) -> tuple[House, Once, str]:
    """A run with one odd answer; the house as it is then, and which call it was."""
    stage, site = chance.choice(STAGES), chance.choice(SITES)
    kinds = answers(stage, site, command)
    if records:
        kinds = {kind: numbers for kind, numbers in kinds.items() if kind.startswith("GET")}
    kind = chance.choice(sorted(kinds))
    once = Once(chance, chance.choice(kinds[kind]), records)
    return house(stage, site), once, kind


@tries(20)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_answer_ends_in_no_fault(chance: Random) -> None:
    """Whatever one answer says, and the pass after it is as good as any."""
    command = chance.choice(COMMANDS)
    base, once, kind = disturbed(chance, command, records=False)
    tried("warehouse answer" if ":2/" in kind else "channel answer")
    with tempfile.TemporaryDirectory() as folder:
        copied = base.copied(Path(folder))
        said = copied.run(command, NAME, spoil=once)
        check_ended_well(said)
        after = copied.run("run", NAME)
        check_ended_well(after)
        assert after.code != 1, (once.told, after.err)


@tries(10)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_record_leaves_the_next_pass_alone(chance: Random) -> None:
    """One record of a page is odd: no fault now, and nothing of it that a later pass dies of."""
    base, once, _ = disturbed(chance, "run", records=True)
    tried("record in a page")
    with tempfile.TemporaryDirectory() as folder:
        copied = base.copied(Path(folder))
        check_ended_well(copied.run("run", NAME, spoil=once))
        after = copied.run("run", NAME)
        check_ended_well(after)
        assert after.code != 1, (once.told, after.err)


@pytest.mark.parametrize("site", SITES)
def test_an_undisturbed_house_works(site: str, tmp_path: Path) -> None:
    """Every flow of it has something to do, so that odd answers reach each of them."""
    copied = house("working", site).copied(tmp_path)
    said = copied.run("run", NAME, "--format", "json")
    check_ended_well(said)
    assert said.code == 0
    assert copied.floor("channel", "state")["Orders"]
    asked = " ".join(f"{request.method} {request.url}" for request, _ in copied.wires[-1].heard)
    for call in ("/UpdateQuantity", "/Ship", "Orders"):
        assert call in asked
