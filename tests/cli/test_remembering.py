"""The answers that `validate` keeps: found again while all that they rest on is what it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.grounds import OWN, OWN_KINDS, grounds
from engine.cli.remembering import KEPT, Answer, keep, remembered
from engine.cli.sound import FOLDER, said
from engine.diagnostics import Diagnostic
from tests.acceptance.town import crossdock

RULESET = """\
extends: shared
profiles: {us: 12000200}
links: {main: {dc: MAIN, areas: [Main], pick: Main, stock: us}}
orders: {since: 2026-11-01, only: {profile: [us]}}
"""
FILES = {
    "rulesets/acme.yaml": RULESET,
    "rulesets/birch/ruleset.yaml": RULESET.replace("200", "300"),
    "rulesets/birch/cases/one.yaml": "case: one\n",
    "mappings/shared.yaml": "extends: ca-to-wos/standard\nretention: 60d\n",
    "mappings/profiles/mine.yaml": "name: mine\n",
    "engine/code.py": "x = 1\n",
    "engine/deep/shape.json": "{}\n",
}
Change = Callable[[Path], object]
CHANGES: dict[str, Change] = {
    "a letter more": lambda path: path.write_text(path.read_text("utf-8") + "#", "utf-8"),
    "a letter less": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "a letter instead": lambda path: path.write_bytes(path.read_bytes()[:-2] + b"?\n"),
    "gone": lambda path: path.unlink(),
    "renamed": lambda path: path.rename(path.with_stem("other")),
    "one more beside it": lambda path: path.with_stem("more").write_bytes(b""),
    "a folder beside it": lambda path: (path.parent / f"folder{path.suffix}").mkdir(),
    "a link": lambda path: (path.rename(path.with_stem("old")), path.symlink_to("old")),
}


@dataclass(slots=True)
class Asked:
    """Answers always the same, and counts how often it was asked."""

    answer: Answer
    times: int = 0

    def __call__(self) -> Answer:
        self.times += 1
        return self.answer


def asked() -> Asked:
    found = [Diagnostic(id="bad-date", message="no date")]
    return Asked(Answer(problems={"acme": found, "birch": []}, undecided={}))


def ask_again(root: Path, ask: Callable[[], Answer], *question: str) -> Answer:
    """What `validate` does with a question."""
    return remembered(root, question or ("live",), ask, lambda answer: "all is well\n")


def only(root: Path) -> Path:
    """The one file that was kept."""
    [path] = (root / ".crossdock" / FOLDER).iterdir()
    return path


def write(root: Path) -> None:
    """The workspace, and an engine beside it."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write(tmp_path)
    shutil.rmtree(tmp_path / "engine")
    shutil.rmtree(tmp_path / "mappings" / "profiles")
    (tmp_path / "rulesets/birch/cases/one.yaml").unlink()
    return tmp_path


@given(file=st.sampled_from(sorted(FILES)), change=st.sampled_from(sorted(CHANGES)))
@settings(max_examples=60, deadline=None)
def test_whatever_changes_of_what_it_rests_on_is_seen(file: str, change: str) -> None:
    """No change of a file, of the workspace or of the engine, finds the answer from before."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        write(root)
        before = grounds(str(root), "live", own=[str(root / "engine")])
        again = grounds(str(root), "live", own=[str(root / "engine")])
        CHANGES[change](root / file)

        assert before is not None
        assert again == before
        assert grounds(str(root), "live", own=[str(root / "engine")]) != before


def test_python_may_look_for_packages_in_the_folder_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `python -c` does: the path is empty then, and things are kept all the same."""
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "none.zip"), *sys.path])

    assert grounds(str(tmp_path), "live", own=()) is not None


def test_another_question_is_another_answer(tmp_path: Path) -> None:
    """Neither the strictness nor the customers that were named are mixed up."""
    questions = [("live",), ("draft",), ("live", "acme"), ("live", "acme", "birch"), ("liveacme",)]

    assert len({grounds(str(tmp_path), *one, own=()) for one in questions}) == len(questions)


def test_a_kept_answer_is_the_same_in_every_form(workspace: Path) -> None:
    """Text, json and sarif say of a ruleset with mistakes what they said when it was read."""
    path = workspace / "rulesets" / "acme.yaml"
    path.write_text(RULESET.replace("since:", "sinse:"), encoding="utf-8")
    forms = ("text", "json", "sarif", "github")
    fresh = [crossdock(workspace, "validate", "--format", forms[0])]
    kept = [crossdock(workspace, "validate", "--format", one) for one in forms]
    shutil.rmtree(workspace / ".crossdock")
    fresh += [crossdock(workspace, "validate", "--format", one) for one in forms[1:]]

    assert [one.code for one in kept] == [1] * len(forms)
    assert [one.out for one in kept] == [one.out for one in fresh]


def test_a_mistake_is_seen_at_once_and_its_end_too(workspace: Path) -> None:
    """A base that breaks after a kept answer breaks the customers, and mended all is well again."""
    base = workspace / "mappings" / "shared.yaml"
    codes = []
    for text in ("60d", "60 days", "60d"):
        base.write_text(f"extends: ca-to-wos/standard\nretention: {text}\n", encoding="utf-8")
        codes.append(crossdock(workspace, "validate").code)

    assert codes == [0, 1, 0]


def test_a_kept_answer_is_not_asked_for_again(tmp_path: Path) -> None:
    """The second time it comes from the file, which is its owner's alone."""
    ask = asked()
    first, second = (ask_again(tmp_path, ask) for _ in range(2))

    assert (first, ask.times) == (second, 1)
    assert only(tmp_path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".crossdock").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"no date", b"no data")),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["cut", "altered", "empty", "no text", "gone", "a folder"],
)
def test_what_is_damaged_is_not_there(tmp_path: Path, damage: Change) -> None:
    """The question is asked again, and nobody hears of it."""
    ask = asked()
    ask_again(tmp_path, ask)
    damage(only(tmp_path))

    assert ask_again(tmp_path, ask) == ask.answer
    assert ask.times == 2


def test_the_front_door_knows_that_all_is_well(workspace: Path) -> None:
    """What it says is what was printed, until any file of the workspace is another."""
    fresh = crossdock(workspace, "validate")
    stored = said(str(workspace), [])
    (workspace / "mappings" / "shared.yaml").write_text("extends: nothing\n", encoding="utf-8")

    assert (stored, said(str(workspace), [])) == (fresh.out, None)
    assert crossdock(workspace, "validate").code == 1


@pytest.mark.parametrize("asked_for", [["acme"], ["birch", "acme"], ["acme", "acme"]], ids=" ".join)
def test_the_front_door_tells_of_those_who_were_asked_for(
    workspace: Path, asked_for: list[str]
) -> None:
    """Each question has its own answer, with the customers in the order in which they came."""
    fresh = [crossdock(workspace, "validate", *asked_for).out for _ in range(2)]

    assert said(str(workspace), asked_for) == fresh[0] == fresh[1]
    assert said(str(workspace), ["birch"]) is None


def test_the_front_door_never_hides_a_problem(tmp_path: Path) -> None:
    """Where anything is to be told it stays closed: that is another's to tell, in colours."""
    ask_again(tmp_path, asked(), "preview")

    assert said(str(tmp_path), []) is None


def test_the_front_door_takes_nothing_damaged(workspace: Path) -> None:
    """A text that is not whole is as good as none."""
    crossdock(workspace, "validate")
    [path] = (workspace / ".crossdock" / FOLDER).glob("*.txt")
    path.write_bytes(path.read_bytes().replace(b"ok", b"OK"))

    assert said(str(workspace), []) is None


def test_only_the_newest_answers_are_kept(tmp_path: Path) -> None:
    """The folder does not grow with every edit."""
    for number in range(KEPT + 5):
        keep(tmp_path, f"{number}.json", "{}")
    ask_again(tmp_path, asked())

    assert len(list((tmp_path / ".crossdock" / FOLDER).iterdir())) == KEPT


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path) -> None:
    """A workspace that cannot be written to is validated all the same."""
    (tmp_path / ".crossdock").write_text("in the way", encoding="utf-8")
    ask = asked()
    ask_again(tmp_path, ask)

    assert ask_again(tmp_path, ask) == ask.answer
    assert ask.times == 2


def test_what_cannot_be_hashed_is_not_kept(tmp_path: Path) -> None:
    """Behind a link may be anything."""
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "acme.yaml").symlink_to("elsewhere.yaml")
    ask_again(tmp_path, asked())

    assert not (tmp_path / ".crossdock").exists()


def test_what_changes_while_it_is_asked_for_is_not_kept(tmp_path: Path) -> None:
    """An answer about files of two moments belongs to neither."""
    (tmp_path / "rulesets").mkdir()

    def ask() -> Answer:
        (tmp_path / "rulesets" / "acme.yaml").write_text(RULESET, encoding="utf-8")
        return asked().answer

    ask_again(tmp_path, ask)

    assert not (tmp_path / ".crossdock").exists()


def test_what_the_adapter_of_a_package_says_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code may change without a trace."""
    (tmp_path / "packages" / "other-1.0.dist-info").mkdir(parents=True)
    folder = tmp_path / "packages" / "other-1.0.dist-info"
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (folder / "entry_points.txt").write_text("[crossdock.adapters]\nmine = mine:A\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    ask_again(tmp_path, asked())

    assert not (tmp_path / ".crossdock").exists()


def test_every_file_that_is_opened_is_hashed(workspace: Path) -> None:
    """What a validation reads, of the workspace and of the engine, is among what it rests on."""
    code = (
        "import sys\nopened = []\n"
        "sys.addaudithook(lambda event, given: event == 'open' and opened.append(str(given[0])))\n"
        "from engine.cli.commands import guarded\n"
        f"guarded(['-C', {str(workspace)!r}, 'validate'])\n"
        "print('\\n'.join(opened))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opened = {Path(one) for one in ran.stdout.splitlines() if one.startswith("/")}
    below = [one for one in opened if one.is_relative_to(workspace)]
    engine = Path(OWN[0])
    own = [one for one in opened if one.is_relative_to(engine.parent) and one.suffix != ".pyc"]
    own = [one for one in own if ".venv" not in one.parts]
    hashed = (workspace / "rulesets", workspace / "mappings")

    assert len(below) >= 3
    assert {one for one in below if not one.is_relative_to(workspace / ".crossdock")} == {
        one for one in below if any(one.is_relative_to(folder) for folder in hashed)
    }
    assert [one for one in own if not any(one.is_relative_to(folder) for folder in OWN)] == []
    assert {one.suffix for one in own} <= {*OWN_KINDS}
