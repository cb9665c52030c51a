"""Every diagnostic has a page, and every page keeps its promises."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config.document import parse
from engine.config.load import load_profile, load_with_origins
from engine.config.merge import merge
from engine.config.schema import validate
from engine.config.strictness import TABLE
from engine.diagnostics import Diagnostic
from engine.shipped import shipped
from tests.unit.config.library import COMPLETE, MemoryLibrary

ENGINE = Path(__file__).parents[3] / "engine"
RULES = shipped("docs") / "rules"
BASES = {"complete": COMPLETE, "example/loop": "extends: example/loop\n"}
BLOCK = re.compile(r"^```(yaml|text) (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _constants(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _ids_of_call(call: ast.Call, takes_rule: set[str]) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "Diagnostic":
        for keyword in call.keywords:
            if keyword.arg == "id":
                yield from _constants(keyword.value)
    elif name in takes_rule and call.args:
        yield from _constants(call.args[0])


def _first_parameter(function: ast.FunctionDef) -> str | None:
    return next((one.arg for one in function.args.args if one.arg != "self"), None)


def _ids_of_module(path: Path) -> Iterator[str]:
    """The ids in `Diagnostic(id=...)`, and in calls of functions that take a `rule` first."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = {function.name for function in functions if _first_parameter(function) == "rule"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _ids_of_call(node, names)


def _ids_of_schema(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("x-id"), str):
            yield value["x-id"]
        value = list(value.values())
    for below in value if isinstance(value, list) else []:
        yield from _ids_of_schema(below)


def _ids(folder: Path) -> set[str]:
    return {rule for path in folder.rglob("*.py") for rule in _ids_of_module(path)}


def _schema_ids() -> set[str]:
    schemas = [json.loads(path.read_text("utf-8")) for path in shipped("schemas").rglob("*.json")]
    return {rule for schema in schemas for rule in _ids_of_schema(schema)}


OURS = sorted(_ids(ENGINE / "config") | _schema_ids())


def _examples(rule: str) -> dict[tuple[str, str], str]:
    text = (RULES / f"{rule}.md").read_text(encoding="utf-8")
    return {(language, kind): body for language, kind, body in BLOCK.findall(text)}


def _found(example: str) -> list[Diagnostic]:
    """What validation says of an example: a ruleset over a complete one, or a site profile."""
    if example.startswith("# site profile"):
        return _found_in_profile(example)
    extends = "" if example.startswith("extends:") else "extends: complete\n"
    library = MemoryLibrary({"acme": extends + example}, BASES)
    loaded = load_with_origins("acme", library)
    profile = loaded.ruleset.connections["wos"].settings["profile"] if loaded.ruleset else None
    problems = load_profile(profile, library)[1] if profile else []
    return loaded.diagnostics + problems


def _found_in_profile(example: str) -> list[Diagnostic]:
    library = MemoryLibrary()
    shipped_profile, schema = library.profile("wos-assumed"), library.schema("site-profile")
    assert shipped_profile is not None
    assert schema is not None
    base, overlay = parse(shipped_profile.text, "base")[0], parse(example, "page")[0]
    assert base is not None
    assert overlay is not None
    return validate(merge(base, overlay).node, schema.text)


ASKED = [rule for rule in OURS if TABLE[rule].preview != "off" and rule != "unknown-customer"]


@pytest.mark.parametrize("rule", ASKED)
def test_examples_of_a_page_hold(rule: str) -> None:
    """The bad example of a page has exactly its problem, the good one has none."""
    examples = _examples(rule)

    assert {problem.id for problem in _found(examples["yaml", "bad"])} == {rule}
    assert _found(examples["yaml", "good"]) == []


def test_the_scan_sees_ids() -> None:
    """The scan finds ids of all three kinds: in a call, in a choice and in a schema."""
    assert {"duplicate-key", "typed-scalar", "area-in-two-links", "literal-secret"} <= set(OURS)


def test_every_id_has_a_page_with_its_name() -> None:
    """Each id that the engine or a schema gives has a page titled with the id and a summary."""
    every = _ids(ENGINE) | _schema_ids()
    pages = {rule: (RULES / f"{rule}.md").read_text(encoding="utf-8") for rule in every}

    assert [rule for rule in every if not pages[rule].startswith(f"# {rule}: ")] == []


def test_every_diagnostic_has_its_weight() -> None:
    """One table says of every id what it is in a draft, before a plan and at a go-live."""
    every = {rule for rule in _ids(ENGINE) | _schema_ids() if "." not in rule}

    assert every - TABLE.keys() == set()
    assert TABLE.keys() - every == set()


def test_every_page_has_an_id() -> None:
    """No page explains a diagnostic that nothing gives (pages of decisions have a dot, but that of
    a gate which is named after its flow).
    """
    pages = {path.stem for path in RULES.glob("*.md") if "." not in path.stem}

    assert pages - (_ids(ENGINE) | _schema_ids() | {"stock"}) == set()
