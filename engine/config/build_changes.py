"""The sections `orders.changes` and `orders.write-back` of a valid tree -> their rules, total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.config.nodes import ListNode, Node, ScalarNode, find, plain_at
from engine.model.pieces import Template
from engine.model.rules_changes import KINDS, STATES, Absent, ChangeRules, WriteBackRules

CANCELLED = frozenset({"Canceled"})
BLANKED = "ignore"
REPORT = "report"
ABSENT: Absent = "resubmit-when-touched"


def build_changes(node: Node | None) -> ChangeRules | None:
    """The rules of the section; None where there is none: then nobody looks at sent orders."""
    if node is None:
        return None
    default = plain_at(node, "default") or REPORT
    table: dict[str, Mapping[str, Any]] = {
        kind: _row(node, kind, BLANKED if kind == "blanked" else default) for kind in KINDS
    }
    words = find(node, ["cancelled-when"])
    return ChangeRules(
        table=table,
        cancelled=_row(node, "cancelled", REPORT),
        absent=plain_at(node, "absent") or ABSENT,
        cancelled_when=frozenset(words.plain()) if isinstance(words, ListNode) else CANCELLED,
    )


def _row(node: Node, name: str, default: str) -> Mapping[str, Any]:
    """What a kind does in each state: one action for all, or its own, else the default."""
    given = find(node, [name])
    if isinstance(given, ScalarNode):
        return dict.fromkeys(STATES, given.text)
    return {state: plain_at(given, state) or default for state in STATES}


def build_write_back(node: Node | None) -> WriteBackRules | None:
    """The rules of the section; None where there is none: then nothing is written back."""
    if node is None:
        return None
    note = find(node, ["note"])
    return WriteBackRules(
        number=find(node, ["number"]) is not None,
        note=Template(note.text, note.inner) if isinstance(note, ScalarNode) else None,
    )
