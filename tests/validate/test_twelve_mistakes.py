"""One reading of a ruleset names everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from engine.compiler.collecting import Surroundings
from engine.compiler.orders import compile_orders
from engine.config.load import load_with_origins
from engine.report.diagnostics import to_text
from engine.workspace import Workspace

WORKSPACE = Path(__file__).parent / "workspace"
MISTAKES = {
    ("literal-secret", 4, 14),
    ("area-in-two-links", 8, 34),
    ("duplicate-key", 12, 3),
    ("not-one-of", 13, 35),
    ("unknown-key", 13, 44),
    ("negated-member", 15, 22),
    ("bare-literal", 17, 35),
    ("template-syntax", 18, 12),
    ("yaml-alias", 20, 19),
    ("yaml-merge-key", 22, 13),
    ("typed-scalar", 23, 41),
    ("unknown-table", 24, 26),
}


def test_twelve_mistakes_are_named_with_their_places() -> None:
    """Twelve mistakes of twelve kinds give twelve diagnostics with line, column and excerpt."""
    workspace = Workspace(WORKSPACE, ("channeladvisor", "warehouseos", "files"))
    loaded = load_with_origins("twelve", workspace)
    assert loaded.ruleset is None
    assert loaded.outline is not None
    compiled = loaded.excerpted(compile_orders(loaded.outline, Surroundings())[1])

    found = [*loaded.diagnostics, *compiled]

    places = [(d.id, d.place.line, d.place.column) for d in found if d.place]
    lines = (WORKSPACE / "rulesets" / "twelve.yaml").read_text("utf-8").split("\n")
    written = [lines[line - 1] for rule, line, _ in places if rule != "literal-secret"]
    assert sorted(places) == sorted(MISTAKES)
    assert [d.excerpt for d in found if d.id != "literal-secret"] == written
    assert "2f6c1e90" not in "\n".join(to_text(problem) for problem in found)
