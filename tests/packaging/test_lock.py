"""The lock file installs the same everywhere: exact, hashed, and bound to no machine."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["test"],
]


def _locked() -> dict[str, tuple[Requirement, list[str]]]:
    """Package -> its pin, and its hashes."""
    text = (ROOT / "script" / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        pin = Requirement(line.partition("--hash")[0])
        found[canonicalize_name(pin.name)] = (
            pin,
            re.findall(r"--hash=sha256:([0-9a-f]{64})", line),
        )
    return found


@pytest.mark.parametrize("wanted", WANTED)
def test_what_the_project_needs_is_locked_within_its_bounds(wanted: str) -> None:
    """Each requirement has a lower bound, and the lock one version that meets it."""
    requirement = Requirement(wanted)
    pin, _ = _locked()[canonicalize_name(requirement.name)]
    [version] = [spec.version for spec in pin.specifier]

    assert any(spec.operator == ">=" for spec in requirement.specifier)
    assert version in requirement.specifier


def test_every_locked_package_is_exact_and_hashed() -> None:
    """One version each, and the hashes of at least the wheel and the source archive."""
    loose = {
        name
        for name, (pin, hashes) in _locked().items()
        if [spec.operator for spec in pin.specifier] != ["=="] or len(set(hashes)) < 2
    }

    assert loose == set()


def test_an_extra_that_a_package_wants_is_pinned_with_its_extra() -> None:
    """pip takes `name[extra]` for a package of its own: a newer one would stop an install."""
    locked = _locked()
    loose = {
        f"{name} wants {text}"
        for name in locked
        for text in _wants_of(name)
        if (wanted := Requirement(text)).extras
        and (wanted.marker is None or wanted.marker.evaluate({"extra": ""}))
        and not wanted.extras <= locked[canonicalize_name(wanted.name)][0].extras
    }

    assert _wants_of("pytest-cov")
    assert loose == set()


def _wants_of(name: str) -> list[str]:
    """What a locked package asks for; nothing of one that is not installed on this platform."""
    found = metadata.distributions(name=name)
    return [text for one in found for text in one.requires or []]


def test_the_lock_knows_no_registry_and_no_machine() -> None:
    """The lock holds pins, markers and hashes only: no option, address or path."""
    text = (ROOT / "script" / "requirements.lock").read_text("utf-8")
    options = set(re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", text))

    assert options == {"--hash"}
    assert "/" not in text
