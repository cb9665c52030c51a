"""Diagnostics as SARIF 2.1.0, which code hosts and editors show at their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from engine.diagnostics import Diagnostic, Fix, Note, Place
from engine.report.diagnostics import in_words

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
In = Callable[[str], str]
"""The path of a file, as the reader of the report knows it."""


def to_sarif(
    problems: Iterable[Diagnostic], pages: Mapping[str, str], version: str, path: In
) -> dict[str, Any]:
    """One run with a result for each problem, and a rule with its page for each id among them.

    Columns count characters from 1; the end column is the first one behind the place.
    """
    listed = list(problems)
    ids = sorted({one.id for one in listed})
    driver = {
        "name": "crossdock",
        "version": version,
        "rules": [_rule(rule, pages[rule]) for rule in ids],
    }
    results = [_result(one, ids.index(one.id), path) for one in listed]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: str, page: str) -> dict[str, Any]:
    title = page.partition("\n")[0].lstrip("# ").removeprefix(f"{rule}: ")
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "help": {"text": page, "markdown": page},
    }


def _result(one: Diagnostic, index: int, path: In) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.id,
        "ruleIndex": index,
        "level": one.severity,
        "message": {"text": in_words(one)},
    }
    if one.place is not None:
        result["locations"] = [_location(one.place, one.excerpt, path)]
    if one.note is not None:
        result["relatedLocations"] = [_related(one.note, path)]
    if one.fix is not None:
        result["fixes"] = [_fix(one.fix, path)]
    return result


def _location(place: Place, excerpt: str | None, path: In) -> dict[str, Any]:
    region = _region(place)
    if excerpt:
        region["snippet"] = {"text": excerpt}
    return {"physicalLocation": {"artifactLocation": _file(place, path), "region": region}}


def _related(note: Note, path: In) -> dict[str, Any]:
    return {**_location(note.place, note.excerpt, path), "message": {"text": note.message}}


def _fix(fix: Fix, path: In) -> dict[str, Any]:
    replacement = {
        "deletedRegion": _region(fix.place),
        "insertedContent": {"text": fix.text},
    }
    change = {"artifactLocation": _file(fix.place, path), "replacements": [replacement]}
    return {"description": {"text": f"write {fix.text}"}, "artifactChanges": [change]}


def _region(place: Place) -> dict[str, Any]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + place.length,
    }


def _file(place: Place, path: In) -> dict[str, str]:
    found = path(place.file)
    return {"uri": f"{'file://' if found.startswith('/') else ''}{quote(found)}"}
