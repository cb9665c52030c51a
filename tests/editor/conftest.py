"""A workspace in an editor, with the YAML language server that most editors use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.shipped import shipped
from tests.editor.talk import Editor, editor

SERVER = Path(__file__).parent / "node_modules/yaml-language-server/bin/yaml-language-server"
FOLDERS = ("rulesets", "schemas", "mappings")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what comes with the engine, laid out as in a checkout."""
    root = tmp_path_factory.mktemp("workspace")
    for name in FOLDERS:
        shutil.copytree(shipped(name), root / name)
    return root


@pytest.fixture(scope="module")
def yaml_editor(workspace: Path) -> Iterator[Editor]:
    """An editor on that workspace; `script/editor-server` installs what it needs."""
    node = shutil.which("node")
    if node is None or not SERVER.exists():
        pytest.skip("no Node.js, or no network for script/editor-server")
    with editor((node, str(SERVER), "--stdio"), workspace, versioned=False) as one:
        yield one
