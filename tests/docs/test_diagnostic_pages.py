"""The page of every diagnostic: its bad example has that problem, its good one is right, as
`crossdock validate` sees them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.bootstrap import open_workspace
from engine.config.document import parse
from engine.config.merge import merge
from engine.config.strictness import STRICTNESSES, TABLE, Strictness
from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.shipped import shipped
from tests.acceptance.town import crossdock
from tests.unit.config.library import COMPLETE

BLOCK = re.compile(r"^```(yaml|text) (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^---\n# (rulesets/acme/cases/\S+)\n", re.MULTILINE)
"""What stands before another file of an example."""
# Their examples are no ruleset: what they say is done in a test of their own.
IN_WORDS = {"claimed-twice", "unknown-customer", "unreadable-file"}
IN_YAML = sorted(TABLE.keys() - IN_WORDS)


def examples(rule: str) -> dict[str, str]:
    """The examples of a page, by `bad` and `good`."""
    page = (shipped("docs") / "rules" / f"{rule}.md").read_text("utf-8")
    return {kind: body for _, kind, body in BLOCK.findall(page)}


def first_asked(rule: str) -> Strictness:
    """The least strict profile that a plan or a go-live has, in which the id is told at all."""
    told = [one for one in STRICTNESSES[1:] if getattr(TABLE[rule], one) != "off"]
    return told[0]


def found(root: Path, example: str, strictness: Strictness) -> list[Diagnostic]:
    """What is said of an example: a ruleset over a complete one, or a part of a site profile."""
    files = {"mappings/complete.yaml": COMPLETE, "mappings/example/loop.yaml": LOOP}
    if example.startswith("# site profile"):
        files["mappings/profiles/example.yaml"] = profile_with(example)
        example = "connections: {wos: {profile: example}}\n"
    example, *cases = FILE.split(example)
    files |= dict(zip(cases[::2], cases[1::2], strict=True))
    own = "" if example.startswith("extends:") else "extends: complete\n"
    files["rulesets/acme.yaml"] = own + example
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return load_customer(open_workspace(root), "acme", strictness)[1]


LOOP = "extends: example/loop\n"


def profile_with(example: str) -> str:
    """A shipped site profile with the example laid over it."""
    whole = (shipped("mappings") / "profiles" / "wos-assumed.yaml").read_text("utf-8")
    base, overlay = parse(whole, "base")[0], parse(example, "page")[0]
    assert base is not None
    assert overlay is not None
    return json.dumps(merge(base, overlay).node.plain())


@pytest.mark.parametrize("rule", IN_YAML)
def test_the_bad_example_has_just_this_problem(rule: str, tmp_path: Path) -> None:
    """Its id is told, and nothing else that the profile before it would not tell of a good one."""
    strictness = first_asked(rule)
    told = found(tmp_path / "bad", examples(rule)["bad"], strictness)

    assert rule in {one.id for one in told}
    if strictness == "preview":
        assert {one.id for one in told} == {rule}
        assert {one.severity for one in told} == {TABLE[rule].preview}


@pytest.mark.parametrize("rule", IN_YAML)
def test_the_good_example_is_right(rule: str, tmp_path: Path) -> None:
    """Nothing is wrong with it, and in the profile that asks for it the id is not told."""
    good = examples(rule)["good"]

    assert found(tmp_path / "preview", good, "preview") == []
    assert rule not in {one.id for one in found(tmp_path / "live", good, "live")}


def test_a_customer_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    """As the page says: the name is misspelled, and with the right one nothing is wrong."""
    both = examples("unknown-customer")
    assert both.keys() == {"bad", "good"}
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "acme.yaml").write_text(
        COMPLETE.replace("us: 12000101", "us: 12000105"), encoding="utf-8"
    )
    workspace = open_workspace(tmp_path)

    assert [one.id for one in load_customer(workspace, "acne")[1]] == ["unknown-customer"]
    assert load_customer(workspace, "acme")[1] == []


def test_a_file_that_is_no_text_is_told_and_saved_as_utf_8_is_right(tmp_path: Path) -> None:
    """As the page says: the same ruleset, saved by an editor as UTF-16 and as UTF-8."""
    bad, good = (examples("unreadable-file")[kind] for kind in ("bad", "good"))
    (tmp_path / "rulesets").mkdir()
    for example, code in ((bad, 1), (good, 0)):
        name, _, encoding = re.split(r",| as ", example.strip())
        (tmp_path / name).write_text(COMPLETE, encoding=encoding)
        said = crossdock(tmp_path, "validate")
        assert said.code == code
        assert ("error[unreadable-file]" in said.out) == bool(code)
