"""What a plan can be asked for, and what becomes of its file when it fails."""

from __future__ import annotations

import pytest

from tests.acceptance.town import Town


def test_a_plan_can_be_asked_for_by_the_keys_that_it_prints(town: Town) -> None:
    """A part's key is its order's, which is planned once, whichever of its names are given."""
    asked = ("--only", "31500102/main", "--only", "31500102")
    said, _ = town.plan(*asked, "--format", "json")

    assert said.code == 2, said.err
    assert said.lines[-1]["read"]["orders"] == 1
    assert {line["order"] for line in said.lines[1:-1]} == {"31500102"}


@pytest.mark.parametrize("key", ["31500102/nowhere", "31500102/", "/main", "main"])
def test_what_is_neither_an_order_nor_a_part_is_refused(town: Town, key: str) -> None:
    """Also where there is a slash in it: exit 1, and where the right number is found."""
    said, _ = town.plan("--only", key)

    assert said.code == 1
    assert "is no order id of this system" in said.err


def test_a_plan_that_fails_leaves_the_earlier_file(town: Town) -> None:
    """What was inspected can still be applied; nothing else is left beside it."""
    made, file = town.plan()
    before = file.read_bytes()
    town.faults("warehouse", {"kind": "500", "count": None})
    failed, _ = town.plan()
    town.faults("warehouse")

    assert (made.code, failed.code) == (2, 1)
    assert list(file.parent.iterdir()) == [file]
    assert file.read_bytes() == before
    assert town.run("apply", file).code == 0
