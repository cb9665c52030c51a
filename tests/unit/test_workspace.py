"""A workspace on disk: names stay in their folders, plans are their owner's alone."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.config.library import MAX_BYTES
from engine.errors import ConfigurationError, PlanFileError
from engine.workspace import StoredPlan, Workspace

OUTSIDE = "secret: canary\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a ruleset in each form and a base of its own, and a file outside."""
    root = tmp_path / "workspace"
    for name, text in {
        "rulesets/acme/ruleset.yaml": "acme: nested\n",
        "rulesets/plain.yaml": "plain: yes\n",
        "mappings/own/base.yaml": "own: base\n",
        "mappings/profiles/own-site.yaml": "own: profile\n",
        "mappings/ca-to-wos/standard.yaml": "own: standard\n",
        "schemas/ruleset.schema.json": "{}\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "outside.yaml").write_text(OUTSIDE, encoding="utf-8")
    return Workspace(root, ("files", "other"))


def test_a_ruleset_is_found_in_either_form(workspace: Workspace) -> None:
    """As a folder or as a file; its name is said from the workspace on."""
    nested, plain = workspace.ruleset("acme"), workspace.ruleset("plain")

    assert nested is not None
    assert plain is not None
    assert (nested.file, nested.text) == ("rulesets/acme/ruleset.yaml", "acme: nested\n")
    assert plain.file == "rulesets/plain.yaml"
    assert workspace.ruleset("nobody") is None
    assert workspace.customers() == ["acme", "plain"]


def test_ones_own_base_comes_before_the_shipped_one(workspace: Workspace) -> None:
    """What the workspace lacks is taken from what comes with the engine."""
    own, shipped = workspace.base("ca-to-wos/standard"), workspace.profile("wos-assumed")

    assert own is not None
    assert shipped is not None
    assert own.text == "own: standard\n"
    assert "profile: wos-assumed" in shipped.text
    assert workspace.base("nobody") is None


def test_the_engine_goes_by_its_own_schemas(workspace: Workspace) -> None:
    """An editor's copy in the workspace may be older than the engine, and is not looked at."""
    for name in ("ruleset", "site-profile"):
        found = workspace.schema(name)
        assert found is not None
        assert '"$defs"' in found.text


def test_names_are_those_of_both_places(workspace: Workspace) -> None:
    """For did-you-mean: own and shipped, each once, profiles apart from bases."""
    assert workspace.names("adapters") == ["files", "other"]
    assert workspace.names("rulesets") == ["acme", "plain"]
    assert {"own-site", "wos-assumed"} <= set(workspace.names("profiles"))
    bases = workspace.names("bases")
    assert {"own/base", "ca-to-wos/standard"} <= set(bases)
    assert not [name for name in bases if name.startswith("profiles/")]
    assert len(bases) == len(set(bases))


@pytest.mark.parametrize(
    "name", ["../outside", "../../outside", "/outside", "a/../../outside", "..", "", "a\x00b", "."]
)
def test_no_name_leads_out_of_its_folder(workspace: Workspace, name: str) -> None:
    """Neither as ruleset nor as base, profile or schema."""
    found = [
        workspace.ruleset(name),
        workspace.base(name),
        workspace.profile(name),
        workspace.schema(name),
    ]

    assert found == [None] * 4


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_no_symlink_leads_out_of_its_folder(workspace: Workspace, kind: str) -> None:
    """A link to a file elsewhere is said to lead out, and what is there is not shown."""
    target = workspace.root.parent
    rulesets = workspace.root / "rulesets"
    if kind == "file":
        (rulesets / "link.yaml").symlink_to(target / "outside.yaml")
    else:
        (target / "elsewhere").mkdir()
        (target / "elsewhere" / "ruleset.yaml").write_text(OUTSIDE, encoding="utf-8")
        (rulesets / "link").symlink_to(target / "elsewhere")
    with pytest.raises(ConfigurationError, match="leads out of its folder") as error:
        workspace.ruleset("link")

    assert "canary" not in str(error.value)


def test_a_symlink_within_the_folder_is_a_name(workspace: Workspace) -> None:
    """A customer that shares another's ruleset stays inside."""
    (workspace.root / "rulesets" / "twin.yaml").symlink_to(
        workspace.root / "rulesets" / "plain.yaml"
    )
    found = workspace.ruleset("twin")

    assert found is not None
    assert found.text == "plain: yes\n"


def test_a_file_that_is_no_text_is_named(workspace: Workspace) -> None:
    """Bytes that are no UTF-8 are said to be none."""
    (workspace.root / "rulesets" / "plain.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"rulesets/plain\.yaml cannot be read as UTF-8"):
        workspace.ruleset("plain")


def test_the_state_is_in_the_workspace(workspace: Workspace) -> None:
    """Nothing is made by asking where it is."""
    assert workspace.ledger_url() == f"sqlite:///{workspace.root / '.crossdock' / 'ledger.db'}"
    assert not workspace.state.exists()


def test_a_new_plan_and_every_new_folder_on_its_way_are_private(workspace: Workspace) -> None:
    """0600 and 0700, whatever the umask; folders that were there keep their rights."""
    rights = stat.S_IMODE(workspace.root.stat().st_mode)
    path = workspace.state / "plans" / "deep" / "plan.jsonl"
    with workspace.new_plan(path) as stream:
        stream.write("Zoë\n")

    assert path.read_bytes() == "Zoë\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, workspace.state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(workspace.root.stat().st_mode) == rights


@pytest.mark.parametrize("kind", ["link", "folder", "device"])
def test_a_plan_takes_the_place_of_nothing_but_a_file(workspace: Workspace, kind: str) -> None:
    """Not of a link, and not through it; not of a folder or a pipe; and nothing is left there."""
    path = workspace.root / "plan.jsonl"
    if kind == "link":
        path.symlink_to(workspace.root.parent / "outside.yaml")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    before = {one.name: one.lstat().st_ino for one in workspace.root.iterdir()}
    with pytest.raises(ConfigurationError, match="cannot be written"), workspace.new_plan(path):
        pytest.fail("it was opened")

    assert {one.name: one.lstat().st_ino for one in workspace.root.iterdir()} == before
    assert (workspace.root.parent / "outside.yaml").read_text(encoding="utf-8") == OUTSIDE


def begin_and_fail(workspace: Workspace, path: Path, fault: type[BaseException]) -> None:
    """A plan that gets as far as its first line, which only its owner can read."""
    with workspace.new_plan(path) as out:
        out.write("1\n")
        out.flush()
        (part,) = set(path.parent.iterdir()) - {path}
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        assert path.read_text(encoding="utf-8") == "one\n"
        raise fault


@pytest.mark.parametrize("fault", [OSError, KeyboardInterrupt])
def test_a_plan_that_fails_leaves_the_earlier_one(
    workspace: Workspace, fault: type[BaseException]
) -> None:
    """Until the new one is whole the old one is there; of one that fails nothing stays."""
    path = workspace.state / "plan.jsonl"
    with workspace.new_plan(path) as out:
        out.write("one\n")
        assert not path.exists()
    with pytest.raises(fault):
        begin_and_fail(workspace, path, fault)

    assert list(workspace.state.iterdir()) == [path]
    assert path.read_text(encoding="utf-8") == "one\n"


def test_a_place_that_is_taken_meanwhile_is_said_to_be(workspace: Workspace) -> None:
    """A folder of that name, made while the plan was: an error with what to do, nothing left."""
    path = workspace.state / "plan.jsonl"
    with pytest.raises(ConfigurationError, match="cannot be written"), workspace.new_plan(path):
        path.mkdir()

    assert list(workspace.state.iterdir()) == [path]


def test_what_a_killed_plan_left_is_forgotten_too(workspace: Workspace) -> None:
    """It holds buyers' data like a whole one, and goes by the time in its name."""
    made = datetime(2026, 11, 1, tzinfo=UTC)
    with workspace.new_plan(workspace.plan_path("acme", made)):
        (part,) = (workspace.state / "plans").iterdir()
    part.write_text("killed", encoding="utf-8")

    assert workspace.forget_plans("acme", made) == 0
    assert workspace.forget_plans("acme", made + timedelta(days=1)) == 2
    assert not part.exists()


def test_a_plan_below_a_file_cannot_be_written(workspace: Workspace) -> None:
    """It is a wrong --out and not a fault of the program."""
    path = workspace.root / "rulesets" / "plain.yaml" / "plan.jsonl"
    expected = pytest.raises(ConfigurationError, match="cannot be written")
    with expected as error, workspace.new_plan(path):
        pytest.fail("it was opened")

    assert error.value.advice == "Give another --out FILE."


def test_a_stored_plan_starts_from_the_top_each_time(tmp_path: Path) -> None:
    """Lines end in a line feed alone: what else Unicode calls a line's end is text."""
    path = tmp_path / "plan.jsonl"
    path.write_text("one\u2028still one\r\ntwo\n", encoding="utf-8", newline="")
    plan = StoredPlan(path)

    assert list(plan.lines()) == list(plan.lines()) == ["one\u2028still one\r\n", "two\n"]
    assert plan.name == str(path)


def test_a_plan_that_is_written_anew_is_not_the_one_that_was_inspected(
    workspace: Workspace,
) -> None:
    """Who reads it goes on with the old one, and cannot begin it again."""
    path = workspace.state / "plan.jsonl"
    with workspace.new_plan(path) as out:
        out.write("one\ntwo\n")
    plan = StoredPlan(path)
    begun = plan.lines()
    first = next(begun)
    with workspace.new_plan(path) as out:
        out.write("1\n2\n")

    assert [first, *begun] == ["one\n", "two\n"]
    with pytest.raises(PlanFileError, match="written anew"):
        list(plan.lines())
    assert list(StoredPlan(path).lines()) == ["1\n", "2\n"]


def test_a_plan_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Not there, or no text: the advice names the command that writes one."""
    (tmp_path / "bytes").write_bytes(b"\xff")
    for name, why in (("none", "No such file"), ("bytes", "not UTF-8")):
        with pytest.raises(PlanFileError, match=why) as error:
            list(StoredPlan(tmp_path / name).lines())
        assert "crossdock plan" in error.value.advice


OWN = "rulesets/plain.yaml"


def test_an_own_text_is_given_with_its_line_ends(workspace: Workspace) -> None:
    """What is to be written back must be read as it is."""
    (workspace.root / OWN).write_bytes(b"a: 1\r\nb: 2\n")

    assert workspace.own_text(OWN) == "a: 1\r\nb: 2\n"


@pytest.mark.parametrize("file", ["../outside.yaml", "rulesets/link.yaml", "rulesets/none.yaml"])
def test_no_file_of_others_is_ones_own(workspace: Workspace, file: str) -> None:
    """Not one out of the folder, behind a link, or that is not there."""
    outside = workspace.root.parent / "outside.yaml"
    (workspace.root / "rulesets" / "link.yaml").symlink_to(outside)

    assert workspace.own_text(file) is None
    assert workspace.own_text(str(outside)) is None


def test_a_file_that_is_no_text_or_too_large_is_not_written(workspace: Workspace) -> None:
    """Nobody knows what an edit of it would be."""
    for content in (b"a: \xff\n", b"#" * (MAX_BYTES + 1)):
        (workspace.root / OWN).write_bytes(content)
        assert workspace.own_text(OWN) is None


def test_a_file_is_written_whole_with_its_rights(workspace: Workspace) -> None:
    """Nothing is left beside it, and one that was changed meanwhile stays as it is."""
    path = workspace.root / OWN
    path.write_text("a: 1\n", encoding="utf-8")
    path.chmod(0o640)
    workspace.rewrite(OWN, "a: 1\n", "a: 2\r\n")
    with pytest.raises(ConfigurationError, match="was changed meanwhile"):
        workspace.rewrite(OWN, "a: 1\n", "a: 3\n")

    assert path.read_bytes() == b"a: 2\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in path.parent.iterdir()) == ["acme", "plain.yaml"]


def test_a_name_that_leaves_no_room_beside_it_cannot_be_written(workspace: Workspace) -> None:
    """The system's own words are told, and the file stays as it is."""
    file = f"rulesets/{'a' * 250}.yaml"
    (workspace.root / file).write_text("a: 1\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="cannot be written"):
        workspace.rewrite(file, "a: 1\n", "a: 2\n")
    assert workspace.own_text(file) == "a: 1\n"
