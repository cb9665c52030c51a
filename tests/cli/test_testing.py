"""`test` and `test new`: what a consultant sees of a ruleset's cases."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from engine.sandbox.casting.ground import Ground
from engine.sandbox.casting.orders import order_row
from engine.sandbox.yard import Layout
from tests.acceptance.town import crossdock, open_town
from tests.cli.conftest import STILL
from tests.unit.cases.sample import RULESET, workspace_with

RED = "title: A pickup.\ngiven: {orders: [{id: 1001}]}\nexpect: {orders: {1001: skip}}\n"
GREEN = RED.replace("skip", "send")
WAITS = "title: New.\nconfirmed: false\ngiven: {orders: [{id: 1001}]}\n"


def test_what_init_writes_is_green(workspace: Path) -> None:
    """The first case of a customer passes as it is, and an editor finds its schema."""
    crossdock(workspace, "init", "acme")
    case = workspace / "rulesets" / "acme" / "cases" / "example.yaml"
    schema = case.parent / case.read_text("utf-8").partition("\n")[0].partition("$schema=")[2]

    said = crossdock(workspace, "test", "acme")

    assert said.code == 0
    assert "acme: 1 case, green. They touch " in said.out
    assert "orders.only.payment" in said.out
    assert json.loads(schema.read_text("utf-8"))["title"] == "crossdock case"


def test_the_shipped_rulesets_are_green() -> None:
    """Each sample customer has cases, and they pass."""
    said = crossdock(Path(__file__).parents[2], "test", "--format", "json")

    assert said.code == 0, said.err
    assert all(len(one["cases"]) >= 2 for one in said.json["customers"].values())


def test_a_red_case_shows_its_first_difference(workspace: Path) -> None:
    """The path, both values, and the rule with its line; the exit code is for machines."""
    workspace_with(workspace, RED + "# more\n", GREEN)

    said = crossdock(workspace, "test")

    assert said.code == 1
    assert "RED rulesets/acme/cases/1.yaml: A pickup." in said.out
    assert "expect.orders.1001 is not as expected (rulesets/acme/cases/1.yaml:3:" in said.out
    assert "expected  skip" in said.out
    assert "found     send" in said.out
    assert "by        orders.send" in said.out
    assert "acme: 1 of 2 cases is red." in said.out


def test_values_that_look_alike_are_told_apart_and_long_ones_are_cut(workspace: Path) -> None:
    """A text is quoted where a number was found; the rest of the differences are named."""
    body = "orderNumber: 1001, pickAreaName: x, notes: x, customField1: x, shipMethod: x"
    workspace_with(
        workspace,
        GREEN.replace(
            "orders: {1001: send}",
            f"decisions: [{{sends: [{{body: {{{body}}}}}, {{operation: {'x' * 200}}}]}}]",
        ),
        RED.replace("skip", "hold")
        .replace("orders: {1001", "decisions: [{key: x, outcome")
        .replace("}}", "}]}"),
        GREEN.replace("orders: {1001: send}", f"blocked: [{'x' * 200}]"),
    )

    said = crossdock(workspace, "test")

    assert 'expected  1001\n    found     "1001"' in said.out
    assert "by        orders.number  (" in said.out
    assert "orderNumber" in said.out
    assert " and 2 more\n" in said.out
    assert "(nothing); there is: 1001/east" in said.out
    assert "x... (200 characters)" in said.out


def test_a_case_that_is_none_is_told_with_its_place(workspace: Path) -> None:
    """A mistyped key has its line and its caret, and what is no text at all is named."""
    workspace_with(workspace, "title: a\nexpects: {}\n", GREEN.replace("id: 1001", "id: 1, dc: NO"))
    folder = workspace / "rulesets" / "acme" / "cases"
    (folder / "9.yml").write_bytes(b"\xff\xfe")

    said = crossdock(workspace, "test", "acme")
    as_json = crossdock(workspace, "test", "acme", "--format", "json").json

    assert said.code == 1
    assert "  error[unknown-key]: unknown key 'expects' in the file\n" in said.out
    assert "   --> rulesets/acme/cases/1.yaml:2:1\n" in said.out
    assert "It cannot be played: there is no DC 'NO'" in said.out
    assert "it cannot be read as UTF-8 text" in said.out
    cases = as_json["customers"]["acme"]["cases"]
    assert [bool(one["problems"]) for one in cases] == [True, False, False]
    assert cases[1]["trouble"].startswith("there is no DC")


def test_machines_have_every_difference(workspace: Path) -> None:
    """JSON has paths, places, values and rules, and what no case touched."""
    workspace_with(workspace, RED)

    found = crossdock(workspace, "test", "--format", "json").json["customers"]["acme"]

    (case,) = found["cases"]
    assert case["differences"] == [
        {
            "path": "expect.orders.1001",
            "place": "rulesets/acme/cases/1.yaml:3:25",
            "expected": "skip",
            "found": "send",
            "rule": "orders.send",
            "rule_place": None,
        }
    ]
    assert (case["green"], case["confirmed"], case["trouble"]) == (False, True, None)
    untouched = {one["rule"]: one["line"] for one in found["untouched"]}
    assert untouched["orders.skip.local-pickup"] == 9
    assert "orders.map.customField1" not in untouched
    assert untouched["tables.ship-method.rows.NextDay"] == 22
    assert "tables.ship-method.rows.Standard" not in untouched
    assert found["pieces"] > len(untouched)


def test_a_customer_without_cases_is_told_plainly(workspace: Path) -> None:
    """Nothing is red, and nobody takes it for green; a broken ruleset hides nobody else's."""
    workspace_with(workspace)
    (workspace / "rulesets" / "broken.yaml").write_text("extends: nowhere\n", encoding="utf-8")

    alone = crossdock(workspace, "test", "acme")
    both = crossdock(workspace, "test")

    assert alone.code == 0
    assert "acme: there are no cases in rulesets/acme/cases/." in alone.out
    assert both.code == 1
    assert "crossdock: broken: the ruleset broken has" in both.err
    assert "acme: there are no cases" in both.out


def test_several_customers_end_with_a_sum(workspace: Path) -> None:
    """One line for each, and one for all; what is untouched is then for the asking."""
    workspace_with(workspace, GREEN, GREEN)
    other = workspace / "rulesets" / "other"
    (other / "cases").mkdir(parents=True)
    (other / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    (other / "cases" / "a.yaml").write_text(RED, encoding="utf-8")

    said = crossdock(workspace, "test")

    assert said.code == 1
    assert "2 customers, 3 cases: 1 red." in said.out
    assert "orders.skip.local-pickup" not in said.out


def test_a_link_out_of_the_folder_is_refused(workspace: Path, tmp_path: Path) -> None:
    """A case is a file of its customer."""
    workspace_with(workspace)
    (workspace / "mine.yaml").write_text(GREEN, encoding="utf-8")
    (workspace / "rulesets" / "acme" / "cases" / "a.yaml").symlink_to(workspace / "mine.yaml")

    said = crossdock(workspace, "test")

    assert said.code == 1
    assert "leads out of its folder" in said.err


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False)])
def test_update_shows_asks_and_writes(
    answer: str, written: bool, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The difference is shown first, and nothing is written without a yes."""
    workspace_with(workspace, RED, WAITS)
    path = workspace / "rulesets" / "acme" / "cases" / "1.yaml"
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))

    said = crossdock(workspace, "test", "--update")

    assert "-expect: {orders: {1001: skip}}\n+expect: {orders: {1001: send}}" in said.out
    assert "-confirmed: false" in said.out
    assert "Write these 2 files?" in said.out
    assert (said.code, path.read_text("utf-8")) == ((0, GREEN) if written else (1, RED))
    assert crossdock(workspace, "test").code == (0 if written else 1)


@pytest.mark.parametrize("text", [RED, WAITS])
def test_update_keeps_the_line_ends_of_a_file(text: str, workspace: Path) -> None:
    """A file of another editor stays that in every line."""
    workspace_with(workspace)
    path = workspace / "rulesets" / "acme" / "cases" / "1.yaml"
    path.write_bytes(text.replace("\n", "\r\n").encode())

    crossdock(workspace, "test", "--update", "--yes")

    lines = path.read_bytes().split(b"\n")
    assert all(line.endswith(b"\r") for line in lines[:-1])
    assert crossdock(workspace, "test").code == 0


def test_update_leaves_what_is_green(workspace: Path) -> None:
    """There is nothing to ask then."""
    workspace_with(workspace, GREEN)

    said = crossdock(workspace, "test", "--update", "--format", "json")

    assert said.code == 0
    assert "There is nothing to update." in said.err
    assert (workspace / "rulesets" / "acme" / "cases" / "1.yaml").read_text("utf-8") == GREEN


def test_update_writes_one_file_without_asking_on_yes(workspace: Path) -> None:
    """--yes is for those who have seen it before; a case that cannot be played stays red."""
    workspace_with(workspace, RED, GREEN.replace("id: 1001", "id: 1, dc: NO"))

    said = crossdock(workspace, "test", "--update", "--yes")

    assert said.code == 1
    assert "Written: rulesets/acme/cases/1.yaml" in said.out


def test_an_expectation_of_which_nothing_comes_true_is_left_to_its_author(
    workspace: Path,
) -> None:
    """What would be left says nothing any more, so nothing is written."""
    text = RED.replace("1001: skip", "9: skip")
    workspace_with(workspace, text)

    said = crossdock(workspace, "test", "--update", "--yes")

    assert said.code == 1
    assert "1.yaml: too little of it comes true; edit it by hand." in said.err
    assert (workspace / "rulesets" / "acme" / "cases" / "1.yaml").read_text("utf-8") == text


def test_a_new_case_waits_to_be_confirmed(workspace: Path) -> None:
    """A file with one order makes a case that fails until somebody has looked at it."""
    workspace_with(workspace)
    given = workspace / "sample.json"
    given.write_text(json.dumps({"value": [_order()]}), encoding="utf-8")

    made = crossdock(workspace, "test", "new", "acme", "--from-file", given)
    waits = crossdock(workspace, "test", "acme")
    crossdock(workspace, "test", "acme", "--update", "--yes")

    assert made.code == 0
    assert "sample.yaml is written. Look at it, then: crossdock test acme --update" in made.out
    assert waits.code == 1
    assert "Nobody has confirmed it. This is what the ruleset makes of it:" in waits.out
    assert "1001  skip" in waits.out.replace("   ", "  ")
    assert crossdock(workspace, "test", "acme").code == 0


def test_a_new_case_of_which_nothing_comes_says_so(workspace: Path) -> None:
    """What nobody decides about is shown as that."""
    workspace_with(workspace, "title: a\nconfirmed: false\ngiven: {products: [{sku: A}]}\n")

    assert "nothing is decided" in crossdock(workspace, "test").out


def test_a_new_case_of_a_live_order_has_no_buyer(tmp_path: Path) -> None:
    """The order is read by its id, and its DC goes by its code."""
    with open_town(tmp_path, Layout(customer="northpeak"), still=STILL) as town:
        said = town.run("test", "new", town.name, "--from-order", "31500138", "--format", "json")
        again = town.run("test", "new", town.name, "--from-order", "31500138")
        nobody = town.run("test", "new", town.name, "--from-order", "999")
        writes = town.writes()
    text = Path(said.json["written"]).read_text("utf-8")

    assert said.code == 0
    assert writes == []
    assert "{code: WEST, id: 9}" in text
    assert "RequestedShippingClass: Freight" in text
    assert "ShippingFirstName: Sample ShippingFirstName" in text
    assert (again.code, nobody.code) == (1, 1)
    assert "is there already" in again.err
    assert "the channel has no order 999 that could be read" in nobody.err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no JSON"),
        ("[1]", "is not one record"),
        ("[]", "is not one record"),
        ('{"value": []}', "is not one record"),
        ('{"a": 1}', "no order as the channel gives it"),
        ('{"ID": 1, "ProfileID": 2, "UpdatedDateUtc": "x"}', "no order as the channel gives it"),
        ('{"ID": 10000000000, "ProfileID": 2, "CreatedDateUtc": "2026-11-20"}', "makes no case"),
    ],
)
def test_a_file_that_is_no_order_is_refused(text: str, why: str, workspace: Path) -> None:
    """Nothing is written of it."""
    workspace_with(workspace)
    (workspace / "sample.json").write_text(text, encoding="utf-8")

    said = crossdock(workspace, "test", "new", "acme", "--from-file", workspace / "sample.json")

    assert said.code == 1
    assert why in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("new",),
        ("new", "acme"),
        ("new", "acme", "other", "--from-order", "1"),
        ("acme", "--from-order", "1"),
    ],
)
def test_a_command_that_is_half_said_is_refused(words: tuple[str, ...], workspace: Path) -> None:
    """A usage error says how it is written."""
    workspace_with(workspace)

    said = crossdock(workspace, "test", *words)

    assert said.code == 64
    assert "--from-order" in said.err


@pytest.mark.parametrize(("case", "code"), [(RED, 1), (GREEN, 0), (WAITS, 1)])
def test_release_wants_green_cases(case: str, code: int, tmp_path: Path) -> None:
    """A red case keeps a ruleset from going live, and so does one that nobody confirmed."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=STILL) as town:
        folder = town.root / "rulesets" / town.name / "cases"
        folder.mkdir(exist_ok=True)
        (folder / "a.yaml").write_text(case, encoding="utf-8")
        said = town.run("release", town.name, "--yes")

    assert said.code == code, said.err
    assert ("cases: 1 case, green." in said.out) == (code == 0)
    assert ("not released, as 1 of 1 cases is red" in said.out) == (code == 1)


def test_release_says_that_there_are_no_cases(tmp_path: Path) -> None:
    """Nobody is kept from a go-live by that, but it is said."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=STILL) as town:
        said = town.run("release", town.name, "--yes")

    assert said.code == 0
    assert "cases: none, so nobody has said what this ruleset must do." in said.out


def _order() -> dict[str, object]:
    ground = Ground(now=STILL, profiles={"us": 12000123}, centers={"EAST3PL": 7})
    return order_row({"id": 1001, "tags": ["AmzBOPIS"]}, ground)


def test_a_customer_named_new_is_a_customer(workspace: Path) -> None:
    """Where there is such a one, the word alone means it; with a record it means what it did."""
    workspace_with(workspace, GREEN)
    (workspace / "rulesets" / "acme").rename(workspace / "rulesets" / "new")
    (workspace / "sample.json").write_text(json.dumps(_order()), encoding="utf-8")

    played = crossdock(workspace, "test", "new")
    made = crossdock(workspace, "test", "new", "new", "--from-file", workspace / "sample.json")

    assert (played.code, made.code) == (0, 0)
    assert "new: 1 case, green." in played.out
    assert (workspace / "rulesets" / "new" / "cases" / "sample.yaml").exists()
