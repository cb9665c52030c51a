"""What an editor with YAML language support knows of a ruleset: the real yaml-language-server, over
its protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.shipped import shipped
from tests.acceptance.town import crossdock
from tests.editor.talk import Editor

FILES = sorted(
    str(path.relative_to(shipped(folder).parent))
    for folder, pattern in (("rulesets", "*/ruleset.yaml"), ("mappings", "*/*.yaml"))
    for path in shipped(folder).glob(pattern)
    if path.name != "standard.yaml"  # A base without a base: to an editor it is not complete.
)
OF_ITS_BASE = {("connections", "wos", "profile")}
"""What a key means depends on the adapter, and that is named in another file."""
MODELINE = "# yaml-language-server: $schema="
STARTED = f"""\
{MODELINE}../../schemas/ruleset.schema.json
extends: ca-to-wos/standard
orders:
  since: 2026-11-01
"""


def _keys(node: yaml.Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key below a node: its path, and where it stands."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), key.start_mark
            yield from _keys(value, (*path, key.value))


def _said(hover: Any) -> str:
    """What a hover says, without its title and its source."""
    said = hover["contents"]["value"] if hover else ""
    return "".join(
        line for line in said.splitlines() if line[:4] != "####" and "Source:" not in line
    )


def _labels(completion: Any) -> set[str]:
    found = completion["items"] if isinstance(completion, dict) else completion
    return {item["label"].strip('"') for item in found}


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_explained_and_nothing_is_wrong(
    yaml_editor: Editor, workspace: Path, name: str
) -> None:
    """Each key of each file that comes with the engine has an explanation, and none a complaint."""
    path = workspace / name
    text = path.read_text(encoding="utf-8")
    assert text.startswith(MODELINE)
    yaml_editor.open(path)
    assert yaml_editor.problems(path) == []
    keys = [one for one in _keys(yaml.compose(text)) if one[0] not in OF_ITS_BASE]
    dumb = [
        ".".join(key)
        for key, mark in keys
        if not _said(yaml_editor.at("hover", path, mark.line, mark.column))
    ]
    assert dumb == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", {"links", "profiles", "shipments", "stock", "tables", "gates"}),
        ("  ", {"only", "skip", "map", "bundles", "number"}),
        ("  bundles: {default: ", {"split", "keep", "wos"}),
        ("  only:\n    ", {"profile", "payment", "shipping", "dc"}),
        ("  changes:\n    default: ", {"report", "ignore", "recreate"}),
    ],
)
def test_what_may_stand_there_is_offered(
    yaml_editor: Editor, workspace: Path, typed: str, offered: set[str]
) -> None:
    """Where the reader types, keys and values of the schema are offered."""
    path = workspace / "rulesets/northpeak/ruleset.yaml"
    shown = STARTED + typed
    yaml_editor.open(path, shown + ("}" if "{" in typed else "") + "\n")
    line = shown.count("\n")
    found = yaml_editor.at("completion", path, line, len(shown.rpartition("\n")[2]))
    assert offered <= _labels(found)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("orders:", "order:", 3, "order is not allowed"),
        ("since: 2026-11-01", "bundles: {default: splitt}", 4, "Value is not accepted"),
        ("since: 2026-11-01", "lines: 3", 4, "Incorrect type"),
    ],
)
def test_what_is_wrong_is_shown_while_it_is_typed(
    yaml_editor: Editor, workspace: Path, right: str, wrong: str, line: int, said: str
) -> None:
    """A mistake is underlined in its line, with the schema's own word for it."""
    path = workspace / "rulesets/northpeak/ruleset.yaml"
    yaml_editor.open(path, STARTED.replace(right, wrong))
    problems = yaml_editor.problems(path)
    assert [one["range"]["start"]["line"] + 1 for one in problems][:1] == [line]
    assert said in problems[0]["message"]


def test_what_init_writes_is_known_to_the_editor(yaml_editor: Editor, workspace: Path) -> None:
    """A new customer's ruleset names its schema, and an editor finds nothing wrong with it."""
    assert crossdock(workspace, "init", "acme").code == 0
    path = workspace / "rulesets/acme/ruleset.yaml"
    assert path.read_text(encoding="utf-8").startswith(MODELINE)
    yaml_editor.open(path)
    assert yaml_editor.problems(path) == []
