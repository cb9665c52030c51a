"""`validate` for machines: SARIF for code hosts and editors, commands for GitHub, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.cli.main import main
from tests.acceptance.town import Said, crossdock
from tests.planted.planting import CUSTOMER, RULESET, mistakes, plant, workspace

SARIF = json.loads((Path(__file__).parent / "sarif.schema.json").read_text("utf-8"))
"""The members that we write, as the standard has them: no other may be there."""
KINDS = ("a misspelled key", "an area in two links", "a member that no record has")


def broken(root: Path, *kinds: str) -> Path:
    """A workspace with some planted mistakes in one ruleset."""
    workspace(root)
    path = root / RULESET
    text = path.read_text("utf-8")
    for one in mistakes():
        if one.kind in kinds:
            text = text.replace(one.find, one.put.replace("«", "").replace("»", ""))
    path.write_text(text, encoding="utf-8")
    return path


def sarif(root: Path, *options: str) -> dict[str, Any]:
    """The log of a workspace, which is what the standard allows."""
    said = crossdock(root, "validate", "--format", "sarif", *options)
    assert list(Draft202012Validator(SARIF).iter_errors(said.json)) == []
    run: dict[str, Any] = said.json["runs"][0]
    return run


def test_sarif_has_a_result_for_each_problem_and_a_page_for_each_id(tmp_path: Path) -> None:
    """The ids, in order, with their rules; each rule says what `crossdock docs` says."""
    broken(tmp_path, *KINDS)
    run = sarif(tmp_path)
    results, rules = run["results"], run["tool"]["driver"]["rules"]

    assert [one["ruleId"] for one in results] == [
        "unknown-key",
        "area-in-two-links",
        "unknown-field",
    ]
    assert [rules[one["ruleIndex"]]["id"] for one in results] == [one["ruleId"] for one in results]
    for rule in rules:
        page = crossdock(tmp_path, "docs", rule["id"]).out
        assert rule["help"]["markdown"] == page
        assert page.startswith(f"# {rule['id']}: {rule['shortDescription']['text']}\n")


def test_sarif_has_the_place_the_second_place_and_the_fix(tmp_path: Path) -> None:
    """Columns count from 1, the end is the first behind; a fix replaces just that."""
    lines = broken(tmp_path, *KINDS).read_text("utf-8").split("\n")
    key, area, _ = sarif(tmp_path)["results"]
    found = key["locations"][0]["physicalLocation"]
    region = found["region"]
    (change,) = key["fixes"][0]["artifactChanges"]
    first = area["relatedLocations"][0]

    assert found["artifactLocation"]["uri"].endswith(f"/{RULESET}")
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1] == (
        "timezon"
    )
    assert region["snippet"]["text"] == lines[region["startLine"] - 1]
    assert change["replacements"][0]["insertedContent"] == {"text": "timezone"}
    assert change["replacements"][0]["deletedRegion"]["endColumn"] == region["endColumn"]
    assert "BULK" in first["physicalLocation"]["region"]["snippet"]["text"]
    assert first["message"]["text"] == "link 'east' has it here"


def test_sarif_of_what_is_right_has_no_result(tmp_path: Path) -> None:
    """The log is there all the same, and says which tool has looked."""
    workspace(tmp_path)
    run = sarif(tmp_path)

    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "crossdock"


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda one: one.kind.replace(" ", "-"))
def test_every_kind_of_mistake_makes_a_log_of_the_standard(mistake: Any, tmp_path: Path) -> None:
    """Whatever is wrong, the log has one result with the id and the level of its diagnostic."""
    plant(tmp_path, mistake)
    (result,) = sarif(tmp_path, "--strict", mistake.strictness)["results"]

    assert result["ruleId"] == mistake.id
    assert result["level"] in {"error", "warning"}


def test_sarif_of_a_problem_without_a_place_has_none(tmp_path: Path) -> None:
    """A customer that is not there stands on no line of any file."""
    workspace(tmp_path)
    (result,) = sarif(tmp_path, "acne")["results"]

    assert (result["ruleId"], "locations" in result) == ("unknown-customer", False)


def commands(said: Said) -> list[tuple[str, dict[str, str], str]]:
    """The commands as GitHub's runner reads them: level, properties, message."""
    found = []
    for line in said.out.splitlines():
        head, _, message = line.removeprefix("::").partition("::")
        level, _, listed = head.partition(" ")
        pairs = [one.split("=", 1) for one in listed.split(",")]
        found.append((level, {k: unescaped(v) for k, v in pairs}, unescaped(message)))
    return found


def unescaped(text: str) -> str:
    """As the runner does it, %25 last."""
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_gets_a_command_for_each_problem(tmp_path: Path) -> None:
    """Level, file, line, columns, the id as title, and what to do over several lines."""
    broken(tmp_path, *KINDS)
    said = crossdock(tmp_path, "validate", "--format", "github")
    (level, at, message), *_ = commands(said)

    assert said.code == 1
    assert [at["title"] for _, at, _ in commands(said)] == [
        "unknown-key",
        "area-in-two-links",
        "unknown-field",
    ]
    assert level == "error"
    assert (at["line"], at["col"], at["endColumn"]) == ("3", "1", "8")
    assert message.split("\n") == [
        "unknown key 'timezon' in the file",
        "help: did you mean 'timezone'?",
        "fix: write timezone",
    ]


def test_a_text_of_the_file_starts_no_command(tmp_path: Path) -> None:
    """Signs that the runner reads are escaped, and no line of a report starts with them."""
    workspace(tmp_path)
    path = tmp_path / RULESET
    name = '"100%,::error file=x::gone\\n::set-output"'
    text = path.read_text("utf-8").replace("timezone:", f"{name}: 1\ntimezone:")
    path.write_text(text, encoding="utf-8")
    said = crossdock(tmp_path, "validate", "--format", "github")
    (_, at, message) = commands(said)[0]

    assert len(said.out.splitlines()) == 1
    assert at["title"] == "unknown-key"
    assert "100%,::error file=x::gone" in message


def test_paths_are_those_of_the_folder_where_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workspace below a checkout is found from the checkout, as code hosts need it."""
    broken(tmp_path / "rules of acme", "a misspelled key")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["-C", "rules of acme", "validate", "--format", "sarif"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]

    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == f"rules%20of%20acme/{RULESET}"


def test_json_has_the_second_place_and_the_fix(tmp_path: Path) -> None:
    """Both as places with file, line, column and length; null where there is none."""
    broken(tmp_path, *KINDS)
    found = crossdock(tmp_path, "validate", "--format", "json").json["customers"]["acme"]
    key, area, _ = found

    assert (key["fix"]["text"], key["fix"]["length"], key["note"]) == ("timezone", 7, None)
    assert area["fix"] is None
    assert area["note"]["message"] == "link 'east' has it here"
    assert (area["note"]["file"], area["note"]["length"]) == (RULESET, 4)


def test_json_has_the_sum_that_the_text_has(tmp_path: Path) -> None:
    """How many rulesets are right, and how often each id was found."""
    plant(tmp_path, next(one for one in mistakes() if one.id == "free-member"))
    said = crossdock(tmp_path, "validate", CUSTOMER, "acne", "--format", "json").json

    assert said["summary"] == {
        "rulesets": 2,
        "ok": 1,
        "with_errors": 1,
        "errors": 1,
        "warnings": 1,
        "ids": {"free-member": 1, "unknown-customer": 1},
    }
