"""sandbox and demo: rehearsing on one machine, with nothing but loopback."""

from __future__ import annotations

import io
import json
import shutil
import signal
import threading
from contextlib import redirect_stdout
from pathlib import Path
from urllib.request import urlopen

import pytest

from engine.cli.demonstration import Stage, check_second_run
from engine.cli.main import main
from engine.credentials import inherited_environment
from engine.errors import CrossdockError
from engine.shipped import shipped
from tests.acceptance.town import crossdock


class Heard(io.StringIO):
    """A stdout whose listener is woken once the word it waits for is said."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self._awaited = awaited
        self.said = threading.Event()

    def write(self, text: str) -> int:
        count = super().write(text)
        if self._awaited in self.getvalue():
            self.said.set()
        return count


def rehearse(arguments: list[str], awaited: str) -> tuple[str, list[int]]:
    """Starts a sandbox here, asks both floors, presses Ctrl-C; what it said, and the answers."""
    out = Heard(awaited)
    answers: list[int] = []
    here = threading.get_ident()

    def person() -> None:
        if out.said.wait(90):
            for url in urls(out.getvalue()):
                with urlopen(f"{url}/_floor/log", timeout=10) as answer:
                    answers.append(answer.status)
        signal.pthread_kill(here, signal.SIGINT)

    thread = threading.Thread(target=person)
    thread.start()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        main(arguments)
    thread.join()
    assert ended.value.code == 0
    return out.getvalue(), answers


class Impatient(io.StringIO):
    """A stdout at which Ctrl-C is pressed as soon as anything is said."""

    def write(self, text: str) -> int:
        raise KeyboardInterrupt


@pytest.mark.parametrize("form", ["text", "json"])
def test_ctrl_c_while_it_is_still_telling_ends_it_as_later(rulesets: Path, form: str) -> None:
    """No half sentence of it is a failure: the sandbox stops, and the exit code is 0."""
    arguments = ["-C", str(rulesets), "sandbox", "brightwick", "--format", form]
    with redirect_stdout(Impatient()), pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 0


def urls(text: str) -> set[str]:
    words = text.replace('"', " ").replace(",", " ").replace("=", " ").split()
    return {word.rstrip(".,") for word in words if word.startswith("http://")}


@pytest.fixture
def rulesets(tmp_path: Path) -> Path:
    """A workspace with two of the shipped customers."""
    for name in ("brightwick", "tidewater"):
        shutil.copytree(shipped("rulesets") / name, tmp_path / "rulesets" / name)
    return tmp_path


def test_the_sandbox_serves_until_ctrl_c_and_says_what_to_export(rulesets: Path) -> None:
    """Both twins answer meanwhile; every reference of the base's connections is given."""
    text, answers = rehearse(["-C", str(rulesets), "sandbox", "brightwick"], "# Log, clock")

    assert answers == [200, 200]
    for name in ("CA_URL", "CA_APPLICATION_ID", "CA_SHARED_SECRET", "CA_REFRESH_TOKEN", "WOS_URL"):
        assert f"export {name}=" in text
    assert "crossdock plan brightwick" in text


def test_the_sandbox_speaks_json_and_plays_another_customers_world(rulesets: Path) -> None:
    """A ruleset of one's own is rehearsed against the world of a resident."""
    arguments = ["sandbox", "tidewater", "--world", "brightwick", "--format", "json"]
    text, answers = rehearse(["-C", str(rulesets), *arguments], "}}")
    value = json.loads(text)

    assert answers == [200, 200]
    assert value["format_version"] == 1
    assert value["customer"] == "tidewater"
    assert value["environment"]["CA_APPLICATION_ID"] == "app-brightwick"


def test_a_customer_without_a_warehouse_has_no_sandbox(tmp_path: Path) -> None:
    """The twin plays a site profile; where none is named, it says so."""
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "files.yaml").write_text(FILES_ONLY, encoding="utf-8")
    said = crossdock(tmp_path, "sandbox", "files")

    assert said.code == 1
    assert "no connection of files has a site profile" in said.err


FILES_ONLY = """
connections:
  feed: {adapter: files, read: in.jsonl}
  out: {adapter: files, write: out.jsonl}
timezone: UTC
profiles: {us: 12000101}
links:
  main: {dc: MAIN, areas: [Main], pick: Main, stock: us}
orders:
  from: feed
  to: out
  since: 2026-11-01
  overlap: 5m
  only: {profile: [us], dc: linked}
  number: "{{ feed.ID }}"
  not-open: [Complete]
  cancelled: subtract
  lines: {bad: hold, non-shippable: []}
  bundles: {default: split}
  items: {check: off}
  acknowledge: none
  map: {notes: feed.Notes}
"""


def demo(
    capfd: pytest.CaptureFixture[str], *options: str, customer: str = "brightwick"
) -> tuple[int, str, str]:
    """Runs the demo; its commands are processes of their own, on the real stdout."""
    with pytest.raises(SystemExit) as ended:
        main(["demo", customer, *options])
    said = capfd.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err


def test_the_demo_shows_the_main_job_from_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Validate, plan, apply, a second run with zero writes, status, and what to try next."""
    code, out, err = demo(capfd)

    assert code == 0, err
    steps = [line for line in out.splitlines() if line.startswith("$ crossdock ")]
    assert [step.split()[2] for step in steps] == ["validate", "plan", "apply", "run", "status"]
    assert "by the first run, 0 by the second." in out
    assert "Try next:" in out


def test_the_demo_of_every_flow_has_a_day_on_the_floor(capfd: pytest.CaptureFixture[str]) -> None:
    """What was picked, packed and booked is told, both systems agree, and nothing is left."""
    code, out, err = demo(capfd, customer="northpeak")

    assert code == 0, err
    steps = [line.split()[2] for line in out.splitlines() if line.startswith("$ crossdock ")]
    sending = ["plan", "apply"]
    assert steps == ["validate", *sending * 3, "reconcile", "run", "status"]
    assert "1 to tell" in out
    assert "2 to adjust" in out
    assert "by the first run, 0 by the second." in out


def test_a_large_demo_is_approved_by_name_and_kept(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its plan exceeds a gate; as JSON the sums alone are on stdout, and the workspace stays."""
    kept = tmp_path / "kept"
    code, out, err = demo(capfd, "--orders", "800", "--keep", str(kept), "--format", "json")

    assert code == 0, err
    assert json.loads(out)["writes"]["second"] == 0
    assert json.loads(out)["writes"]["first"] > 400
    assert "--approve orders.first-pass" in err
    assert (kept / "first.jsonl").exists()


def test_a_demo_does_not_touch_what_is_kept(
    capfd: pytest.CaptureFixture[str], rulesets: Path
) -> None:
    """A folder that has such a customer is left as it is."""
    code, _, err = demo(capfd, "--keep", str(rulesets))

    assert code == 1
    assert "exists already" in err


def test_a_demo_in_a_workspace_with_a_broken_base_says_so(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The folder's own mappings come before the shipped ones."""
    base = tmp_path / "mappings" / "ca-to-wos" / "standard.yaml"
    base.parent.mkdir(parents=True)
    base.write_text("nonsense: true\n", encoding="utf-8")
    code, _, err = demo(capfd, "--keep", str(tmp_path))

    assert code == 1
    assert err == "crossdock: the shipped ruleset brightwick is not valid\n"


def test_a_step_that_ends_otherwise_stops_the_demo(tmp_path: Path) -> None:
    """The command and both codes are named."""
    stage = Stage(root=tmp_path, environment=inherited_environment(), json=False)
    with pytest.raises(CrossdockError, match=r"crossdock docs nope ended with 1, not 0"):
        stage.step("A page", ["docs", "nope"], 0)


def test_a_second_run_that_writes_is_a_fault() -> None:
    """None is right, one is too many."""
    check_second_run(0)
    with pytest.raises(CrossdockError, match="second run wrote"):
        check_second_run(1)
