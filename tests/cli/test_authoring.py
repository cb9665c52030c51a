"""init, validate and docs: what a consultant begins with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from engine.sandbox.yard import Layout
from engine.shipped import shipped
from tests.acceptance.town import Town, crossdock, open_town

PAGES = sorted(path.stem for path in (shipped("docs") / "rules").glob("*.md"))


def test_what_init_writes_is_valid_and_plans_against_the_twins(tmp_path: Path) -> None:
    """The starter needs no edit to be validated and to read the sandbox's orders."""
    with open_town(tmp_path, Layout(customer="northpeak")) as town:
        made = town.run("init", "acme")
        checked = town.run("validate", "acme", "--format", "json")
        planned = town.run("plan", "acme")

    assert made.code == 0
    assert checked.code == 0
    assert checked.json["customers"] == {"acme": []}
    assert planned.code == 2, planned.err


def test_init_names_the_editors_schema_and_makes_a_folder_of_cases(workspace: Path) -> None:
    """The first line leads an editor to a schema that is really there."""
    said = crossdock(workspace, "init", "acme", "--format", "json")
    ruleset = Path(said.json["written"])
    first = ruleset.read_text(encoding="utf-8").partition("\n")[0]
    schema = ruleset.parent / first.partition("$schema=")[2]

    assert ruleset == workspace / "rulesets" / "acme" / "ruleset.yaml"
    assert json.loads(schema.read_text(encoding="utf-8"))["$defs"]
    assert (ruleset.parent / "cases").is_dir()
    assert "CUSTOMER" not in ruleset.read_text(encoding="utf-8").replace("crossdock", "")


def test_init_refreshes_the_editors_copies(workspace: Path) -> None:
    """After an upgrade an editor explains the new keys too, and `validate` knows them anyway."""
    crossdock(workspace, "init", "acme")
    copy = workspace / "schemas" / "ruleset.schema.json"
    fresh = copy.read_text(encoding="utf-8")
    copy.write_text(fresh.replace("sweep", "swept"), encoding="utf-8")

    assert crossdock(workspace, "validate", "acme").code == 0
    crossdock(workspace, "init", "other")
    assert copy.read_text(encoding="utf-8") == fresh


def test_init_leaves_what_is_there_alone(workspace: Path) -> None:
    """A second init of a name, in either form of a ruleset, and a schema of one's own, stay."""
    (workspace / "schemas").mkdir()
    own = workspace / "schemas" / "ruleset.schema.json"
    own.write_bytes((shipped("schemas") / "ruleset.schema.json").read_bytes() + b"\n")
    before = own.read_bytes()
    assert crossdock(workspace, "init", "acme").code == 0
    (workspace / "rulesets" / "plain.yaml").write_text("extends: ca-to-wos/standard\n", "utf-8")

    for name in ("acme", "plain"):
        said = crossdock(workspace, "init", name)
        assert said.code == 1
        assert "Nothing was changed" in said.err
    assert own.read_bytes() == before
    assert not (workspace / "rulesets" / "plain").exists()


@pytest.mark.parametrize("name", ["../acme", "a/b", "", "a b", ".hidden", "a\nb", "/etc"])
def test_init_takes_no_name_that_leads_elsewhere(workspace: Path, name: str) -> None:
    """A name is a name: letters, digits, - and _."""
    said = crossdock(workspace, "init", name)

    assert said.code == 1
    assert "is no name for a customer" in said.err
    assert list(workspace.iterdir()) == []


def broken(town_root: Path) -> Path:
    """A workspace with a right ruleset and one with mistakes."""
    for name in ("brightwick", "tidewater"):
        shutil.copytree(shipped("rulesets") / name, town_root / "rulesets" / name)
    path = town_root / "rulesets" / "tidewater" / "ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("timezone:", "timezon:").replace("dock:", "dock: "), "utf-8")
    return path


@pytest.mark.parametrize("strictness", ["draft", "preview", "live"])
def test_how_strict_one_is_can_be_chosen(workspace: Path, strictness: str) -> None:
    """What `init` writes may be planned, and only a go-live asks for the customer's own values."""
    crossdock(workspace, "init", "acme")
    said = crossdock(workspace, "validate", "--strict", strictness, "--format", "json")
    errors = [o["id"] for o in said.json["customers"]["acme"] if o["severity"] == "error"]

    assert said.json["strict"] == strictness
    assert (said.code, errors) == ((1, ["values-of-init"]) if strictness == "live" else (0, []))


def test_what_init_wrote_is_not_released(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not against real systems; nothing is asked of them before."""
    for name in ("CA_URL", "WOS_URL"):
        monkeypatch.setenv(name, "https://nobody.example.com")
    crossdock(workspace, "init", "acme")
    said = crossdock(workspace, "release", "acme", "--yes")

    assert said.code == 1
    assert "error[values-of-init]" in said.err
    assert "crossdock validate acme --strict live" in said.err


def test_validate_tells_all_and_exits_1_for_one(workspace: Path) -> None:
    """The wrong ruleset is named with the place, the right one is ok; JSON says the same."""
    path = broken(workspace)
    text = crossdock(workspace, "validate")
    as_json = crossdock(workspace, "validate", "--format", "json")
    only = crossdock(workspace, "validate", "brightwick")

    assert (text.code, as_json.code, only.code) == (1, 1, 0)
    assert f"  --> {path.relative_to(workspace)}:" in text.out
    assert "brightwick: ok\n" in text.out
    assert "tidewater: 1 error\n" in text.out
    found = as_json.json["customers"]["tidewater"]
    assert [one["severity"] for one in found] == ["error"]
    assert found[0]["help"] is not None
    assert as_json.err == ""


COMPLETE = """\
extends: ca-to-wos/standard
profiles: {us: 12000123}
links: {east: {dc: EAST3PL, areas: [MAIN], pick: MAIN, stock: us}}
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "connections: {wos: {profile: wos-assmed}}\norders: {overlap: 5x}\n",
            {("missing-key", 5, 1), ("bad-duration", 5, 19), ("unknown-site-profile", 4, 30)},
        ),
        (
            "connections: {wos: {profile: wos-assmed}}\norders: {since: 2026-11-01}\n",
            {("unknown-site-profile", 4, 30)},
        ),
        (
            "orders: {since: 2026-11-01, overlap: 5x, map: {shpMethod: site}}\n",
            {("bad-duration", 4, 38), ("unknown-target", 4, 48)},
        ),
        (
            "connections: {wos: {profil: x, adapter: warehouseos}}\norders: {since: 2026-11-01}\n",
            {("unknown-key", 4, 21)},
        ),
    ],
)
def test_one_mistake_hides_no_other(
    workspace: Path, text: str, places: set[tuple[str, int, int]]
) -> None:
    """A wrong key leaves the site profile and what may be mapped to it checked all the same."""
    (workspace / "rulesets").mkdir()
    (workspace / "rulesets" / "acme.yaml").write_text(COMPLETE + text, encoding="utf-8")
    found = crossdock(workspace, "validate", "--format", "json").json["customers"]["acme"]

    assert {(one["id"], one["line"], one["column"]) for one in found} == places


def test_a_file_that_cannot_be_read_hides_no_other_ruleset(workspace: Path) -> None:
    """Bytes that are no text are one error of their own ruleset; the others are told as well."""
    broken(workspace)
    (workspace / "rulesets" / "acme.yaml").write_bytes(b"extends: \xff\n")
    said = crossdock(workspace, "validate")

    assert said.code == 1
    assert "error[unreadable-file]: rulesets/acme.yaml cannot be read as UTF-8 text\n" in said.out
    assert said.out.endswith("acme: 1 error\nbrightwick: ok\ntidewater: 1 error\n")


def test_a_ruleset_without_orders_is_no_error_until_it_is_planned(workspace: Path) -> None:
    """Then what lacks is said, not that nothing is wrong."""
    (workspace / "rulesets").mkdir()
    text = "connections: {out: {adapter: files, write: out.jsonl}}\n"
    (workspace / "rulesets" / "acme.yaml").write_text(text, encoding="utf-8")
    said = crossdock(workspace, "plan", "acme")

    assert crossdock(workspace, "validate").code == 0
    assert said.code == 1
    assert "the ruleset acme says nothing of orders" in said.err
    assert "Add `orders:`" in said.err


def test_a_command_that_needs_the_ruleset_shows_its_mistakes_on_stderr(workspace: Path) -> None:
    """`plan` of a broken ruleset: exit 1, stdout empty, each mistake and what to do next."""
    broken(workspace)
    said = crossdock(workspace, "plan", "tidewater", "--format", "json")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error[")
    assert said.err.endswith("Mend them, then: crossdock validate tidewater\n")


def test_all_pages_are_listed(workspace: Path) -> None:
    """Every rule id has its line with a title, by topic; JSON has the same ids."""
    lines = crossdock(workspace, "docs", "rules").out.splitlines()
    as_json = crossdock(workspace, "docs", "rules", "--format", "json").json["rules"]

    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == PAGES
    assert sorted(as_json) == PAGES
    assert all(as_json.values())


@pytest.mark.parametrize("rule", [*PAGES[:3], "orders.skip.local-pickup", "orders.lookup.x.y"])
def test_a_page_is_shown_for_an_id_and_for_its_family(workspace: Path, rule: str) -> None:
    """Decisions cite their rule by name; the page is that of its kind."""
    said = crossdock(workspace, "docs", rule)
    as_json = crossdock(workspace, "docs", rule, "--format", "json").json

    assert said.code == 0
    assert said.out.startswith("# ")
    assert said.out.startswith(as_json["page"])


@pytest.mark.parametrize(
    ("rule", "advice"), [("duplicate-kee", "duplicate-key?"), ("zzz", "lists")]
)
def test_an_unknown_id_gets_the_nearest(workspace: Path, rule: str, advice: str) -> None:
    """Exit 1 with the nearest id, or with where all are listed."""
    said = crossdock(workspace, "docs", rule)

    assert said.code == 1
    assert advice in said.err


def test_every_rule_of_a_plan_has_a_page(tmp_path: Path) -> None:
    """Whatever rule a decision cites can be looked up."""
    for name in ("brightwick", "northpeak", "tidewater"):
        root = tmp_path / name
        root.mkdir()
        with open_town(root, Layout(customer=name)) as town:
            rules = town.plan("--format", "json")[0].lines[-1]["rules"]
            assert rules
            for rule in rules:
                assert town.run("docs", rule).code == 0, rule


def test_a_status_of_all_customers_has_a_line_for_each(town: Town) -> None:
    """One that never ran, and one whose ruleset is broken, are there too."""
    town.run("init", "acme")
    (town.root / "rulesets" / "bad.yaml").write_text("extends: [", encoding="utf-8")
    assert town.run("run", "brightwick").code == 0
    text = town.run("status")
    found = {
        one["customer"]: one for one in town.run("status", "--format", "json").json["customers"]
    }
    rows = town.run("status", "--format", "csv").out.splitlines()

    assert text.code == 0
    assert sorted(found) == ["acme", "bad", "brightwick"]
    assert found["acme"]["last_pass"] is None
    assert found["brightwick"]["outcome"] == "done"
    assert len(rows) == 4
    assert "last pass   never" in text.out


def test_the_starter_is_yaml_that_says_what_it_extends() -> None:
    """What init copies is one document, and its base is one that is shipped."""
    text = (shipped("mappings") / "starter.yaml.txt").read_text(encoding="utf-8")

    assert yaml.safe_load(text)["extends"] == "ca-to-wos/standard"
