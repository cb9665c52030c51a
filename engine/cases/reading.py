"""The text of a case file -> a case, or every problem with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.cases.case import Case
from engine.config.document import parse
from engine.config.excerpts import with_excerpts
from engine.config.fitting import validate
from engine.config.nodes import Node, entries, find, text_of
from engine.diagnostics import Diagnostic, has_errors

EVERYBODYS = "orders"


def read_case(
    customer: str, file: str, text: str, schema: str
) -> tuple[Case | None, list[Diagnostic]]:
    """The case, None where there is an error. `file` is its name as people see it."""
    node, problems = parse(text, file)
    found = list(problems)
    if node is not None and not found:
        # `validate --fix` mends rulesets alone, so no fix is promised here.
        found = [replace(problem, fix=None) for problem in validate(node, schema)]
    if node is None or has_errors(found):
        return None, with_excerpts(found, {file: text})
    found = [*_bad_times(node)]
    if found:
        return None, with_excerpts(found, {file: text})
    bare = Case(customer=customer, file=file, title="", flow="", node=node, text=text)
    return _case(bare, {name: entry.node.plain() for name, entry in entries(node)}), []


def _bad_times(node: Node) -> Iterator[Diagnostic]:
    """Times that look like one and are none: the 31st of November."""
    for path in (("at",), ("earlier", "at")):
        found = find(node, path)
        text = text_of(found)
        if found is not None and text is not None and not _is_time(text):
            yield Diagnostic(
                id="bad-date",
                message=f"{'.'.join(path)} is no time",
                place=found.place,
                expected="a time such as 2026-11-23T07:00:00Z",
                found=text,
            )


def _is_time(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _case(bare: Case, said: dict[str, Any]) -> Case:
    """The case with what its file says, which the schema has accepted."""
    return replace(
        bare,
        title=said["title"],
        flow=said.get("flow", EVERYBODYS),
        at=moment(said["at"]) if "at" in said else None,
        given=said.get("given", {}),
        earlier=said.get("earlier", {}),
        happened=said.get("happened", ()),
        expect=said.get("expect", {}),
        confirmed=said.get("confirmed", True),
    )


def moment(text: str) -> datetime:
    """A time as cases write it; one without a zone is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
