"""`--update`: the text of a case as it would be green, and all else as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cases.rewriting import updated
from tests.unit.cases.sample import suite_of

TOP = """\
# What this is about.
title: a   # a title
given:
  orders:
    - {id: 1001, tags: [AmzBOPIS]}
    - {id: 1002}
"""


def _updated(root: Path, text: str) -> str:
    (verdict,) = suite_of(root, text).verdicts
    assert verdict.case is not None
    assert verdict.played is not None
    return updated(verdict.case, verdict.played, verdict.differences)


def test_single_values_are_replaced_in_their_place(tmp_path: Path) -> None:
    """Comments, order and quotes of the rest stay, also where two values stand on one line."""
    text = f"""{TOP}expect:
  orders: {{1001: hold, 1002: hold}}   # both of them
  decisions:
    - key: 1002/east                 # the one that goes
      sends:
        - {{operation: "delete", body: {{notes: 'x', customField1: y, customField9: z}}}}
        - operation: export
# the end
"""

    after = _updated(tmp_path, text)

    assert after == (
        text.replace("{1001: hold, 1002: hold}", "{1001: skip, 1002: send}")
        .replace('"delete"', "create")
        .replace("'x'", '""')
        .replace("customField1: y", 'customField1: ""')
        .replace("customField9: z", 'customField9: "(nothing)"')
    )


SHORT = """\
  decisions:
    - key: 1002/east
      sends:
        - body: {notes: ""}
        - operation: export
          body: {}
"""
ANEW = {
    "  decisions: [{key: 1002/east, sends: [{body: {notes: x}}]}]\n": SHORT,
    "  decisions: [{key: 9, outcome: hold}]\n": '  decisions:\n    - key: "1001"\n',
    "  exactly: true\n  orders: {1001: skip}\n  decisions: [{key: 1001}]\n": (
        "  exactly: true\n  orders: {1001: skip, 1002: send}\n"
    ),
    "  blocked: [orders.create]\n": "  blocked: []\n",
    "  orders: {9: hold, 1001: hold}\n": "  orders: {1001: skip}\n",
    "  exactly: true\n  records: {1001: hold}\n": "  records: {1001: skip, 1002/east: send}\n",
    "  decisions: [{key: 1002/east, sends: [{body: {orderLines: []}}, {operation: x}]}]\n": (
        "            orderLines:\n              - {lineNumber: 1, "
    ),
    "  decisions: [{key: 1001, sends: [{operation: create}]}]\n": (
        "  decisions:\n    - key: 1001\n      sends: []\n"
    ),
}


@pytest.mark.parametrize(("expect", "wanted"), ANEW.items())
def test_more_than_single_values_are_written_anew(expect: str, wanted: str, tmp_path: Path) -> None:
    """What was not asked for is not told, and what stands around the block stays."""
    after = _updated(tmp_path, f"{TOP}expect:\n{expect}\n# the end\nflow: orders\n")

    assert after.startswith(TOP)
    assert wanted in after
    assert after.endswith("\n# the end\nflow: orders\n")


def test_what_is_confirmed_loses_its_mark(tmp_path: Path) -> None:
    """A new case gets all that came, and the line `confirmed: false` goes."""
    after = _updated(tmp_path, f"confirmed: false\n{TOP}")

    assert after.startswith(f'{TOP}expect:\n  decisions:\n    - key: "1001"\n')
    assert "confirmed" not in after


def test_a_confirmed_expectation_stays_in_its_place(tmp_path: Path) -> None:
    """A new case that says something already has that corrected, where it stands."""
    after = _updated(tmp_path, f"expect: {{orders: {{1001: hold}}}}\nconfirmed: false\n{TOP}")

    assert after == f"expect:\n  orders: {{1001: skip}}\n{TOP}"


def test_orders_that_are_not_read_are_expected_so(tmp_path: Path) -> None:
    """A new case of which nothing came says that."""
    text = "title: a\nconfirmed: false\nearlier: {orders: [{id: 7}]}\ngiven: {orders: [{id: 7}]}"

    assert "expect:\n  decisions: []\n  orders: {7: not-read}" in _updated(tmp_path, text)
