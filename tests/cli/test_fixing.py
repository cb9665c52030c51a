"""`validate --fix`: what is certain is mended where it stands, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.town import crossdock
from tests.planted.planting import RULESET, Mistake, mistakes, plant, told, workspace

CERTAIN = {
    "a misspelled key",
    "a misspelled key deep inside",
    "a misspelled word",
    "a word of another letter case",
    "a text where a list is wanted",
    "a number where a text is wanted",
    "true where a text is wanted",
    "a number in quotes",
    "a template without quotes",
    "templates and text without quotes",
    "a bare null",
    "a comparison of a number with a text",
    "a member that the site has not",
    "a time zone that there is not",
    "a mistake on a line of a literal block",
    "a negation that takes too little",
    "a duration in a unit that there is not",
}
"""The planted mistakes that have one remedy; of the others a person must say what was meant."""


def files_of(root: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def of_kind(kind: str) -> Mistake:
    """A planted mistake."""
    return next(one for one in mistakes() if one.kind == kind)


@pytest.mark.parametrize("kind", sorted(CERTAIN))
def test_what_is_certain_is_mended_on_its_line_alone(kind: str, tmp_path: Path) -> None:
    """The ruleset is right afterwards, one line differs, and a second time there is nothing."""
    mistake = of_kind(kind)
    place = plant(tmp_path, mistake)
    before = (tmp_path / mistake.file).read_text("utf-8").split("\n")
    said = crossdock(tmp_path, "validate", "--fix")
    after = files_of(tmp_path)
    lines = after[mistake.file].decode().split("\n")
    pairs = enumerate(zip(before, lines, strict=True), start=1)
    changed = [number for number, (was, now) in pairs if was != now]

    assert (said.code, told(tmp_path)) == (0, [])
    assert changed == [place.line]
    assert f"fixed[{mistake.id}]: {mistake.file}:{place.line}:" in said.out
    assert f"  - {before[place.line - 1]}\n  + {lines[place.line - 1]}\n" in said.out
    assert "Nothing to fix" in crossdock(tmp_path, "validate", "--fix").out
    assert files_of(tmp_path) == after


def test_nothing_else_is_mended(tmp_path: Path) -> None:
    """Of all that is planted no other kind is changed, and each is told as before."""
    others = [one for one in mistakes() if one.kind not in CERTAIN and one.strictness == "preview"]
    for number, mistake in enumerate(others):
        root = tmp_path / str(number)
        plant(root, mistake)
        before = files_of(root)
        said = crossdock(root, "validate", "--fix")
        assert f"[{mistake.id}]" in said.out
        assert files_of(root) == before, mistake.kind


def test_mistakes_of_one_file_are_mended_together(tmp_path: Path) -> None:
    """Several on one line too, also one that is only seen once another one is mended."""
    workspace(tmp_path)
    path = tmp_path / RULESET
    good = path.read_text("utf-8")
    bad = good.replace("payment: [Cleared, Deposited]", "paymnt: [Cleard, depositd] # paid")
    bad = bad.replace("timezone:", "timezon:").replace("at: packing", "at: Packing")
    path.write_text(bad, encoding="utf-8")
    said = crossdock(tmp_path, "validate", "--fix")

    assert said.code == 0
    assert path.read_text("utf-8") == good.replace("Deposited]\n", "Deposited] # paid\n")
    assert "5 fixes written to rulesets/acme.yaml." in said.out


def test_comments_line_ends_and_rights_stay(tmp_path: Path) -> None:
    """A file from another system keeps its mark, its line ends and its rights."""
    workspace(tmp_path)
    path = tmp_path / RULESET
    text = "\ufeff" + path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(text.replace("timezone:", "timezon:").encode())
    path.chmod(0o640)
    said = crossdock(tmp_path, "validate", "--fix")

    assert said.code == 0
    assert path.read_bytes() == text.encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_behind_a_link_is_not_written(tmp_path: Path) -> None:
    """A ruleset that is a link, to a file in the workspace or out of it, is left alone."""
    root, outside = tmp_path / "inside", tmp_path / "outside.yaml"
    workspace(root)
    own = root / "rulesets" / "real.yaml"
    own.write_text((root / RULESET).read_text("utf-8").replace("timezone:", "timezon:"), "utf-8")
    outside.write_bytes(own.read_bytes())
    (root / RULESET).unlink()
    (root / RULESET).symlink_to("real.yaml")
    (root / "rulesets" / "out.yaml").symlink_to(outside)
    before = files_of(tmp_path)
    said = crossdock(root, "validate", "acme", "out", "--fix")

    assert said.code == 1
    assert "error[unknown-key]: unknown key 'timezon'" in said.out
    assert "rulesets/out.yaml leads out of its folder" in said.out
    assert "Nothing to fix" in said.out
    assert files_of(tmp_path) == before


def test_a_shipped_base_is_not_written(tmp_path: Path) -> None:
    """What comes with the engine is no file of the workspace, whatever is wrong with it."""
    workspace(tmp_path)
    before = files_of(tmp_path)
    path = tmp_path / RULESET
    path.write_text(path.read_text("utf-8").replace("in-flight: 3", "in-flight: 0"), "utf-8")

    assert crossdock(tmp_path, "validate", "--fix").code == 1
    assert files_of(tmp_path).keys() == before.keys()


def test_a_fix_that_breaks_something_is_not_made(tmp_path: Path) -> None:
    """A key that must keep its quotes, as in {"a":1}, is left for a person."""
    workspace(tmp_path)
    path = tmp_path / RULESET
    text = path.read_text("utf-8").replace("{max: 300}", '{"maxx":300}')
    path.write_text(text, encoding="utf-8")
    said = crossdock(tmp_path, "validate", "--fix")

    assert said.code == 1
    assert path.read_text("utf-8") == text
    assert "unknown key 'maxx'" in said.out


def test_a_base_of_the_workspace_is_mended_for_all_who_extend_it(tmp_path: Path) -> None:
    """Its mistake is told and mended once, and then each ruleset is right."""
    workspace(tmp_path)
    base = tmp_path / "mappings" / "own" / "every-flow.yaml"
    good = base.read_text("utf-8")
    base.write_text(good.replace("retention", "retentoin"), encoding="utf-8")
    text = (tmp_path / RULESET).read_text("utf-8")
    other = text.replace("12000123", "12000125").replace("12000124", "12000126")
    (tmp_path / "rulesets" / "other.yaml").write_text(other, encoding="utf-8")
    told_before = crossdock(tmp_path, "validate").out
    said = crossdock(tmp_path, "validate", "--fix")

    assert told_before.count("unknown key 'retentoin'") == 1
    assert (said.code, base.read_text("utf-8")) == (0, good)
    assert said.out.count("fixed[") == 1
    assert "acme: ok\nother: ok\n" in said.out


def test_json_has_what_was_mended(tmp_path: Path) -> None:
    """By customer, each with its place and the text; people's words go to stderr."""
    place = plant(tmp_path, of_kind("a misspelled key"))
    said = crossdock(tmp_path, "validate", "--fix", "--format", "json")
    (mended,) = said.json["fixed"]["acme"]

    assert said.json["customers"] == {"acme": []}
    assert (mended["fix"]["line"], mended["fix"]["text"]) == (place.line, "timezone")
    assert "fixed[unknown-key]" in said.err


def test_a_secret_is_not_shown_by_a_fix(tmp_path: Path) -> None:
    """The line of a misspelled `secret` is shown without what it holds."""
    workspace(tmp_path)
    path = tmp_path / RULESET
    text = path.read_text("utf-8")
    path.write_text(text.replace("ca: {limits", "ca: {secrt: 2f6c1e90ab, limits"), "utf-8")
    said = crossdock(tmp_path, "validate", "--fix")

    assert "fixed[unknown-key]" in said.out
    assert "2f6c1e90ab" not in said.out + said.err
    assert "error[literal-secret]" in said.out
