"""No path in a ruleset, a setting or a command leads out, hangs, or breaks the engine."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.adapters.files.sink import FileSink
from engine.adapters.files.source import FileOrders
from engine.adapters.files.writes import append
from engine.adapters.world import ThreadPool
from engine.config.library import MAX_BYTES
from engine.credentials import resolve
from engine.errors import ConfigurationError, CredentialError, PlanFileError
from engine.ports.systems import WriteKit
from engine.workspace import StoredPlan, Workspace
from tests.acceptance.town import crossdock
from tests.adapters.rig import StepClock, write_kit

NAMES = [
    "../outside",
    "../../outside",
    "/etc/hostname",
    "/dev/zero",
    "a/../../outside",
    "..",
    ".",
    "./../outside",
    "a//b",
    "a\\0b",
    "..\\\\outside",
    "~/outside",
    "file:///etc/hostname",
    "%2e%2e/outside",
    "a" * 300,
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with one ruleset, and what must not be read beside it."""
    (tmp_path / "outside.yaml").write_text("canary: outside\n", encoding="utf-8")
    root = tmp_path / "workspace"
    (root / "rulesets").mkdir(parents=True)
    (root / "mappings" / "profiles").mkdir(parents=True)
    return root


def odd_files(folder: Path) -> dict[str, Path]:
    """What stands where a file should: name -> path."""
    made = {name: folder / f"{name}.yaml" for name in ("pipe", "device", "loop", "folder")}
    os.mkfifo(made["pipe"])
    made["device"].symlink_to("/dev/zero")
    made["loop"].symlink_to(made["loop"].name)
    made["folder"].mkdir()
    return made


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('extends: "NAME"\n', "unsafe-name"),
        (
            'extends: ca-to-wos/standard\nconnections: {wos: {profile: "NAME"}}\n',
            "unknown-site-profile",
        ),
    ],
    ids=["extends", "profile"],
)
def test_a_name_that_leads_out_is_a_located_error(
    root: Path, text: str, rule: str, name: str
) -> None:
    """A base and a site profile are named by words; anything else is told with its place."""
    (root / "rulesets" / "acme.yaml").write_text(text.replace("NAME", name), encoding="utf-8")
    said = crossdock(root, "validate", "acme")

    assert said.code == 1
    assert f"error[{rule}]" in said.out + said.err
    assert f"rulesets/acme.yaml:{text.count(chr(10))}:" in said.out + said.err
    assert "canary" not in said.out + said.err


@pytest.mark.parametrize("name", [one for one in NAMES if "\\0" not in one])
def test_a_customer_is_a_name(root: Path, name: str) -> None:
    """What leads out as a customer is a customer that is not there."""
    said = crossdock(root, "validate", name)
    assert said.code == 1
    assert "canary" not in said.out + said.err


def test_what_is_no_file_is_no_ruleset(root: Path) -> None:
    """A pipe is not waited for and a device not read: they are not there."""
    odd = odd_files(root / "rulesets")
    workspace = Workspace(root, ())
    assert {name: workspace.ruleset(name) for name in odd} == dict.fromkeys(odd)


@pytest.mark.parametrize("folder", ["rulesets", "mappings", "mappings/profiles"])
def test_no_symlink_leads_out(root: Path, folder: str) -> None:
    """A link to a file elsewhere is refused by its name, whatever it would be read as."""
    (root / folder / "link.yaml").symlink_to("../../outside.yaml")
    (root / folder / "far").symlink_to("/etc")
    workspace = Workspace(root, ())
    read = {
        "rulesets": workspace.ruleset,
        "mappings": workspace.base,
        "mappings/profiles": workspace.profile,
    }[folder]
    target = root / folder / "link.yaml"
    if folder == "mappings/profiles":
        target.unlink()
        target.symlink_to("../../../outside.yaml")

    with pytest.raises(ConfigurationError, match=r"link\.yaml leads out of its folder"):
        read("link")
    assert read("far/hostname") is None


def test_no_more_of_a_file_is_read_than_may_be_in_it(root: Path) -> None:
    """A ruleset of any size ends with one error and does not fill the memory."""
    with (root / "rulesets" / "acme.yaml").open("wb") as file:
        file.truncate(4 * 1024**3)
    found = Workspace(root, ()).ruleset("acme")
    assert found is not None
    assert len(found.text) == MAX_BYTES + 1

    (root / "rulesets" / "acme.yaml").write_text(f"#{'x' * MAX_BYTES}\n", encoding="utf-8")
    said = crossdock(root, "validate", "acme")
    assert said.code == 1
    assert "yaml-too-large" in said.out + said.err


def test_a_plan_is_a_file(root: Path) -> None:
    """apply of a pipe or a device ends at once; it sends nothing."""
    for path in odd_files(root).values():
        with pytest.raises(PlanFileError, match=r"is no file|cannot be read"):
            next(StoredPlan(path).lines())
    assert crossdock(root, "apply", "/dev/zero").code == 1


@pytest.fixture
def kit(root: Path) -> WriteKit:
    """A connection whose files are in the workspace."""
    paths = {"workspace": str(root), "read": "in.jsonl", "write": "out.jsonl"}
    return write_kit(paths, None, StepClock(), ThreadPool(1))


@pytest.mark.parametrize(
    "path",
    [*NAMES[:6], "a\0b", "pipe.yaml", "device.yaml", "loop.yaml", "folder.yaml", "rulesets", ""],
)
def test_a_file_of_the_files_adapter_stays_inside(kit: WriteKit, path: str) -> None:
    """Read or written, it is a file below the workspace, or a mistake that names its setting."""
    odd_files(Path(kit.settings["workspace"]))
    for name, side in (("read", FileOrders), ("write", FileSink)):
        with pytest.raises(ConfigurationError, match=f"'{name}'|no {name!r}"):
            side(replace(kit, settings={**kit.settings, name: path}))


def test_a_file_of_orders_is_its_owners(root: Path) -> None:
    """What is written has names and addresses in it; one that is there keeps its rights."""
    append(root / "new.jsonl", b"{}")
    (root / "old.jsonl").write_bytes(b"")
    (root / "old.jsonl").chmod(0o640)
    append(root / "old.jsonl", b"{}")

    modes = [(root / f"{name}.jsonl").stat().st_mode & 0o777 for name in ("new", "old")]
    assert modes == [0o600, 0o640]


@pytest.mark.parametrize("name", ["pipe.yaml", "device.yaml", "loop.yaml", "folder.yaml", "a\0b"])
def test_a_secret_is_in_a_file(tmp_path: Path, name: str) -> None:
    """A reference to anything else is an error that names it, and nothing is waited for."""
    odd_files(tmp_path)
    with pytest.raises(CredentialError, match="cannot be read"):
        resolve(f"file:{tmp_path / name}")


def test_a_secret_of_a_stranger_s_home_is_an_error() -> None:
    """A home that there is not is told like a file that there is not."""
    with pytest.raises(CredentialError, match="cannot be read"):
        resolve("file:~nobody-of-this-name/secret")
