"""What an editor knows of a case: the real yaml-language-server, by the schema of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.shipped import shipped
from tests.editor.talk import Editor

CASES = sorted(
    str(path.relative_to(shipped("rulesets").parent))
    for path in shipped("rulesets").glob("*/cases/*.yaml")
)
STARTED = "# yaml-language-server: $schema=../../../schemas/case.schema.json\ntitle: a\n"


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_wrong_with_a_shipped_case(
    yaml_editor: Editor, workspace: Path, name: str
) -> None:
    """The cases that come with the engine have no complaint."""
    yaml_editor.open(workspace / name)

    assert yaml_editor.problems(workspace / name) == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", {"given", "earlier", "happened", "expect", "flow", "at"}),
        ("flow: ", {"orders", "shipments", "stock"}),
        ("given:\n  orders:\n    - ", {"id", "lines", "tags", "raw"}),
        ("happened:\n  - ", {"pick", "pack", "put", "pull", "move"}),
        ("expect:\n  ", {"orders", "records", "decisions", "stock", "exactly"}),
        ("expect:\n  decisions:\n    - outcome: ", {"send", "hold", "skip"}),
    ],
)
def test_what_a_case_can_say_is_offered(
    yaml_editor: Editor, workspace: Path, typed: str, offered: set[str]
) -> None:
    """Where one types, the words of a case are offered."""
    path = workspace / "rulesets/northpeak/cases/shelf.yaml"
    shown = STARTED + typed
    yaml_editor.open(path, shown + "\n")

    found: Any = yaml_editor.at(
        "completion", path, shown.count("\n"), len(shown.rpartition("\n")[2])
    )

    items = found["items"] if isinstance(found, dict) else found
    assert offered <= {item["label"].strip('"') for item in items}


def test_a_word_is_explained(yaml_editor: Editor, workspace: Path) -> None:
    """Hovering over a key says what it means."""
    path = workspace / "rulesets/northpeak/cases/shelf.yaml"
    yaml_editor.open(path, f"{STARTED}happened: []\n")

    found = yaml_editor.at("hover", path, 2, 2)

    assert "What people did in the warehouse since" in found["contents"]["value"]
