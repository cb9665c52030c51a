"""`script/audit` says what it could not ask about, and no answer is never a good one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FINE = {"name": "one", "version": "1.0", "vulns": []}
BAD = {
    "name": "two",
    "version": "2.0",
    "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1", "3.0"], "aliases": []}],
}
UNKNOWN = {"name": "three", "version": "3.0", "skip_reason": "not found"}


def audit(folder: Path, found: list[Any] | None, *options: str) -> tuple[int, list[str]]:
    """Exit code and lines of an audit whose tool finds this; None: it fails."""
    (folder / "script").mkdir()
    shutil.copy(ROOT / "script" / "audit", folder / "script" / "audit")
    tool = folder / ".venv" / "bin" / "pip-audit"
    tool.parent.mkdir(parents=True)
    answer = "echo no such host >&2; exit 1"
    if found is not None:
        (folder / "found.json").write_text(json.dumps({"dependencies": found}), encoding="utf-8")
        answer = f'echo "$*" >called; cat found.json; exit {int(BAD in found)}'
    tool.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    tool.chmod(0o755)
    words = [folder / "script" / "audit", *options]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(
    ("found", "codes", "lines"),
    [
        ([FINE], (0, 0), ["audited: 1 of 1 packages, 0 vulnerabilities"]),
        (
            [FINE, BAD],
            (1, 1),
            [
                "vulnerable: two 2.0: GHSA-1; mended in 2.1, 3.0",
                "audited: 2 of 2 packages, 1 vulnerabilities",
            ],
        ),
        (
            [UNKNOWN, FINE],
            (0, 1),
            [
                "not audited: 1 of 2 packages, the first because: not found",
                "audited: 1 of 2 packages, 0 vulnerabilities",
            ],
        ),
        (
            [],
            (0, 1),
            [
                "not audited: 0 of 0 packages, the first because: the lock is empty",
                "audited: 0 of 0 packages, 0 vulnerabilities",
            ],
        ),
        (None, (0, 1), ["not audited: no such host"]),
    ],
    ids=["fine", "vulnerable", "unknown", "empty", "no answer"],
)
@pytest.mark.parametrize("strict", [False, True])
def test_an_audit_says_what_it_knows(
    tmp_path: Path,
    found: list[Any] | None,
    codes: tuple[int, int],
    lines: list[str],
    *,
    strict: bool,
) -> None:
    """A vulnerability is always red; what was not asked about is said, and red with `--strict`."""
    options = ["--strict"] if strict else []
    assert audit(tmp_path, found, *options) == (codes[strict], lines)


def test_the_locked_versions_are_asked_about(tmp_path: Path) -> None:
    """Nothing is resolved anew, and the source of advisories can be chosen."""
    audit(tmp_path, [FINE], "--service", "osv")
    called = (tmp_path / "called").read_text(encoding="utf-8")
    assert "--requirement script/requirements.lock" in called
    assert "--require-hashes --disable-pip" in called
    assert "--vulnerability-service osv" in called
    assert audit_usage(tmp_path) == 64


def audit_usage(folder: Path) -> int:
    """The exit code of a word that is no option."""
    words = [folder / "script" / "audit", "--all"]
    return subprocess.run(words, capture_output=True, check=False).returncode


def test_what_is_installed_has_the_hashes_of_the_lock() -> None:
    """The bootstrap takes nothing that the lock does not know by its hash."""
    text = (ROOT / "script" / "bootstrap").read_text(encoding="utf-8")
    assert "--require-hashes --requirement script/requirements.lock" in text
    assert "install --no-deps --no-build-isolation --editable ." in text
