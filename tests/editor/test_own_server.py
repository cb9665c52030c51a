"""`crossdock lsp` over its real protocol: what an editor is told that a schema cannot know."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import open_workspace
from engine.lsp.server import serve
from tests.editor.talk import Editor, editor, editor_beside

RULESET = "rulesets/northpeak/ruleset.yaml"


@pytest.fixture(scope="module")
def own(workspace: Path) -> Iterator[Editor]:
    """An editor that has our own server for its YAML files."""
    with editor_beside(partial(serve, open_workspace(workspace), "1"), workspace) as one:
        yield one


@pytest.fixture
def shown(own: Editor, workspace: Path) -> Iterator[Path]:
    """Northpeak's ruleset, open, and as it was at the end."""
    path = workspace / RULESET
    own.open(path)
    assert own.problems(path) == []
    yield path
    own.open(path)
    assert own.problems(path) == []


def _at(text: str, piece: str, inside: int = 0) -> tuple[int, int]:
    """The line and column of a piece of text, from 0, some characters into it."""
    before = text[: text.index(piece)]
    return before.count("\n"), len(before.rpartition("\n")[2]) + inside


def _typed(own: Editor, path: Path, right: str, wrong: str) -> list[Any]:
    """What is told once somebody has typed this."""
    own.open(path, path.read_text(encoding="utf-8").replace(right, wrong, 1))
    return own.problems(path)


def test_our_own_problems_are_told_while_one_types(own: Editor, shown: Path) -> None:
    """What no schema can know is told at its very characters, with its id and what to do."""
    (problem,) = _typed(own, shown, "stock: us}", "stock: uss}")
    text = shown.read_text(encoding="utf-8")
    line, column = _at(text, "stock: us}", len("stock: "))
    assert problem["range"]["start"] == {"line": line, "character": column}
    assert problem["range"]["end"] == {"line": line, "character": column + 3}
    assert (problem["code"], problem["source"]) == ("unknown-profile", "crossdock")
    assert "crossdock docs unknown-profile" in problem["message"]


def test_a_place_is_counted_as_the_editor_counts(own: Editor, shown: Path) -> None:
    """Behind a character that takes two units of UTF-16, the place is still the right one."""
    (problem,) = _typed(own, shown, "{dc: EAST3PL, areas", "{dc: '😋', pik: X, areas")
    line, column = _at(shown.read_text(encoding="utf-8"), "{dc: EAST3PL", len("{dc: '12', "))
    assert problem["range"]["start"] == {"line": line, "character": column}


def test_what_is_certain_is_offered_as_a_fix(own: Editor, shown: Path) -> None:
    """A slip of one letter is mended at a click, and the mended text has no problem."""
    (problem,) = _typed(own, shown, "default: split", "default: splitt")
    (action,) = own.ask(
        "textDocument/codeAction",
        textDocument={"uri": shown.as_uri()},
        range=problem["range"],
        context={"diagnostics": [problem]},
    )
    ((edit,),) = action["edit"]["changes"].values()
    assert (edit["newText"], edit["range"]) == ("split", problem["range"])


def test_a_base_that_changes_is_told_of_to_those_who_extend_it(
    own: Editor, workspace: Path, shown: Path
) -> None:
    """A mistake in a base is told in the base, while a ruleset that extends it is open."""
    base = workspace / "mappings/ca-to-wos/standard.yaml"
    text = base.read_text(encoding="utf-8")
    own.open(base, text.replace("cancelled: subtract", "cancelled: subtrakt"))
    (problem,) = own.problems(base)
    assert problem["code"] == "not-one-of"
    own.open(base, text)
    assert own.problems(base) == []
    own.close(base)


@pytest.mark.parametrize(
    ("piece", "inside", "file", "line"),
    [
        ("ca-to-wos/full", 3, "mappings/ca-to-wos/full.yaml", None),
        ("lookup: ship-method", len("lookup: sh"), RULESET, "  ship-method:"),
        ("stock: us}", len("stock: u"), RULESET, "profiles:"),
        ("bundles:", 2, "mappings/ca-to-wos/standard.yaml", "  bundles:"),
        ("notes:", 2, None, None),
    ],
)
def test_a_name_leads_to_where_it_is_defined(
    own: Editor, workspace: Path, shown: Path, piece: str, inside: int, file: str, line: str
) -> None:
    """A base, a table, a profile, and the key of a base that this one stands over."""
    text = shown.read_text(encoding="utf-8")
    found = own.at("definition", shown, *_at(text, piece, inside))
    if file is None:
        assert found is None
        return
    assert found["uri"] == (workspace / file).as_uri()
    target = (workspace / file).read_text(encoding="utf-8").splitlines()
    assert line is None or target[found["range"]["start"]["line"]].startswith(line)


def test_a_value_says_what_it_stands_over(own: Editor, shown: Path) -> None:
    """Over a key that a base has too: both values, each with its file and line."""
    text = shown.read_text(encoding="utf-8")
    found = own.at("hover", shown, *_at(text, "shipping: [", 2))
    assert "stands over" in found["contents"]["value"]
    assert "standard.yaml:" in found["contents"]["value"]


@pytest.mark.parametrize(
    ("piece", "inside", "said"),
    [
        ("join(', ', sort(tags))", 3, '`"'),
        ("contains(tags, 'AmzBOPIS')", 4, "`false`"),
        ("{{ profile.name | upper }}", 5, '`"US-'),
        ("of: ca.RequestedShippingClass", 6, "`"),
        ("areas: [MAIN", 9, None),
    ],
)
def test_an_expression_says_what_it_gives(
    own: Editor, shown: Path, piece: str, inside: int, said: str | None
) -> None:
    """The pointer over an expression or a template shows its value for the first case's record."""
    text = shown.read_text(encoding="utf-8")
    found = own.at("hover", shown, *_at(text, piece, inside))
    if said is None:
        assert found is None
        return
    assert said in found["contents"]["value"]
    assert "rulesets/northpeak/cases/" in found["contents"]["value"]


def test_an_expression_is_tried_as_it_is_typed(own: Editor, shown: Path) -> None:
    """What is shown is the value of the text in the editor; what fails says why."""
    right = "join(', ', sort(tags))"
    text = shown.read_text(encoding="utf-8")
    for wrong, said in (
        ("length(lines)", "`"),
        ("to_string(div(length(tags), length(skus[5:])))", "No value: "),
    ):
        own.open(shown, text.replace(right, wrong))
        own.problems(shown)
        found = own.at("hover", shown, *_at(text, right, 2))
        assert found["contents"]["value"].startswith(said)


def test_a_file_that_is_closed_has_no_problems(own: Editor, workspace: Path) -> None:
    """An editor that closes a file forgets its problems, and what was not saved does not hold."""
    path = workspace / "rulesets/brightwick/ruleset.yaml"
    own.open(path, "orders: 3\n")
    assert own.problems(path) != []
    own.close(path)
    assert own.problems(path) == []


def test_the_command_speaks_over_its_standard_input_and_output(workspace: Path) -> None:
    """`crossdock lsp` is that server, as a process."""
    path = workspace / "rulesets/brightwick/ruleset.yaml"
    command = (sys.executable, "-m", "engine", "lsp")
    with editor(command, workspace, versioned=True) as one:
        one.open(path, "orders: 3\n")
        assert [problem["code"] for problem in one.problems(path)]


def test_a_second_place_is_told_with_the_first(own: Editor, shown: Path) -> None:
    """Where a problem is about two places, the editor is told of both."""
    (problem, *_) = _typed(own, shown, "pick: MAIN", "pick: DOCK")
    (related,) = problem["relatedInformation"]
    assert related["location"]["uri"] == shown.as_uri()
    assert related["message"] == "its areas stand here"


def test_a_ruleset_that_cannot_be_read_shows_no_values(own: Editor, shown: Path) -> None:
    """While the text is broken there is nothing to show, and no server dies of it."""
    text = shown.read_text(encoding="utf-8")
    for broken in (
        text.replace("orders:", "orders: ["),
        text.replace("since: 2026-11-01", "since: x"),
    ):
        own.open(shown, broken)
        assert own.problems(shown)
        assert own.at("hover", shown, *_at(broken, "join(', '", 2)) is None
        own.at("definition", shown, *_at(broken, "lookup: ship-method", 9))


def test_the_expressions_of_items_are_tried_on_a_product(own: Editor, shown: Path) -> None:
    """Below `items` the record is the product of the first case that has one."""
    text = shown.read_text(encoding="utf-8").replace(
        "items: {owner: [us], since: 2026-11-01}",
        "items:\n  owner: [us]\n  since: 2026-11-01\n  map: {description: upper(sku)}",
    )
    own.open(shown, text)
    assert own.problems(shown) == []
    found = own.at("hover", shown, *_at(text, "upper(sku)", 2))
    assert "rulesets/northpeak/cases/" in found["contents"]["value"]


def test_a_site_profile_is_a_file_of_its_own(own: Editor, workspace: Path) -> None:
    """Its name leads to it, and of a name that is nowhere nothing is said."""
    path = workspace / "rulesets/tidewater/ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    own.open(path)
    found = own.at("definition", path, *_at(text, "wos-ledgerline", 2))
    assert found["uri"] == (workspace / "mappings/profiles/wos-ledgerline.yaml").as_uri()
    own.open(path, text.replace("wos-ledgerline", "nowhere"))
    assert own.at("definition", path, *_at(text, "wos-ledgerline", 2)) is None
    own.close(path)


def test_a_file_of_no_customer_has_nothing_to_hover_over(own: Editor, workspace: Path) -> None:
    """A base is no ruleset: what it comes to is the customer's."""
    base = workspace / "mappings/ca-to-wos/standard.yaml"
    own.open(base)
    text = base.read_text(encoding="utf-8")
    assert own.at("hover", base, *_at(text, "shipping:", 2)) is None
    assert own.at("definition", base, *_at(text, "shipping:", 2)) is None
    own.close(base)
