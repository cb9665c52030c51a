"""JMESPath's official compliance suite, through our own compiler with our functions and bounds.

The suite is no part of the project: CROSSDOCK_JMESPATH_COMPLIANCE names a folder with its files.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jmespath.exceptions import JMESPathError
from jmespath.parser import Parser

from engine.compiler.expressions import ExpressionError, compile_expression
from engine.compiler.findings import Findings
from engine.compiler.generated.calls import Compiler
from engine.compiler.inference import Spot, Walker
from engine.compiler.kinds import kind_of
from engine.compiler.shapes import shape_of_value
from engine.compiler.syntax_tree import walk
from tests.unit.compiler.builders import expression
from tests.unit.compiler.differential import generated, judged

FOLDER = os.environ.get("CROSSDOCK_JMESPATH_COMPLIANCE", "")
DEEP = "expression-too-deep"
REFUSED = {
    "sum([z, sum([y, ": DEEP,  # a benchmark: 26 calls, each inside of the last
    "j49|j48|j47|": DEEP,  # a benchmark: 50 pipes
    "a[*].b[*].c[*].d[*].e[*].f[*].g[*].h[*].i[*].j[*].k[*].l[*].m[*].n[*].o[*].p[*].q[*].r[*].s[*].t"
    "[*].u[*].v[*].w[*].x[*].y[*].z[*].a[*].b[*].c": DEEP,  # a benchmark: 104 projections
}
"""How the expressions begin that we refuse although they are right -> the diagnostic that says why.
Nobody reads what is nested more than 30 levels deep; docs/functions.md names the limit.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the suite: an expression over a value, with its result or its kind of error."""

    file: str
    text: str
    given: Any
    expect: dict[str, Any]


def cases() -> Iterator[Case]:
    """Every case of every file; those that only measure time must run without a fault."""
    for path in sorted(Path(FOLDER).glob("*.json")) if FOLDER else ():
        for group in json.loads(path.read_text(encoding="utf-8")):
            for one in group["cases"]:
                yield Case(path.name, one["expression"], group["given"], one)


def names_in(text: str) -> frozenset[str]:
    """All names of an expression, as roots: what a record has is no matter of the language."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = Parser().parse(text).parsed
        except JMESPathError:
            return frozenset()
    return frozenset(node["value"] for node in walk(tree) if node["type"] == "field")


def outcome(case: Case) -> str:
    """Empty where the case holds, else what happens instead."""
    compiled, problems = compile_expression(expression(case.text), names_in(case.text))
    if compiled is None:
        return "" if "error" in case.expect else problems[0].id
    try:
        found = compiled.search(case.given)
    except ExpressionError as error:
        return "" if "error" in case.expect else str(error)
    if "error" in case.expect:
        return f"no {case.expect['error']}"
    wanted = case.expect.get("result", found)
    return "" if same(found, wanted) else "another result"


def same(found: object, wanted: object) -> bool:
    """Whether two plain values are the same as JSON, where true is not 1."""
    return json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def is_refused(case: Case, out: str) -> bool:
    """Whether this is one of the expressions that we refuse, with its diagnostic."""
    return any(case.text.startswith(text) and out == rule for text, rule in REFUSED.items())


@pytest.mark.skipif(not FOLDER, reason="CROSSDOCK_JMESPATH_COMPLIANCE names no folder")
def test_the_suite_passes_but_for_what_is_named() -> None:
    """Every case gives its result or its error, but three benchmarks that are nested too deep."""
    outcomes = [(case, outcome(case)) for case in cases()]
    failing = [(case, out) for case, out in outcomes if out]

    assert len(outcomes) > 800
    assert [(c.file, c.text, out) for c, out in failing if not is_refused(c, out)] == []
    assert len(failing) == len(REFUSED)


@pytest.mark.skipif(not FOLDER, reason="CROSSDOCK_JMESPATH_COMPLIANCE names no folder")
def test_generated_code_passes_the_suite() -> None:
    """What the code of a case gives is its result, and it gives none where there is an error."""
    found = [(case, written(case)) for case in cases()]
    wrong = [(case.file, case.text) for case, said in found if said not in (None, wanted(case))]

    assert sum(said is not None for _, said in found) > 600
    assert wrong == []


def written(case: Case) -> str | None:
    """What its generated code gives, None where it leaves the case to the interpreter."""
    compiled, _ = compile_expression(expression(case.text), names_in(case.text))
    return None if compiled is None else generated(compiled, case.given, Compiler)


def wanted(case: Case) -> str:
    """What the suite says of a case, or, where it only measures time, the interpreter."""
    if case.expect.keys().isdisjoint(["error", "result"]):
        compiled, _ = compile_expression(expression(case.text), names_in(case.text))
        return judged(compiled, case.given) if compiled is not None else ""
    return "an error" if "error" in case.expect else repr(case.expect["result"])


@pytest.mark.skipif(not FOLDER, reason="CROSSDOCK_JMESPATH_COMPLIANCE names no folder")
def test_a_shape_covers_what_an_expression_yields() -> None:
    """Whatever a case yields is of a kind that was foretold from the shape of what is given."""
    wrong = [(case.file, case.text) for case in cases() if not foretold(case)]

    assert wrong == []


def foretold(case: Case) -> bool:
    """Whether the shape of the expression has the kind of its result."""
    compiled, _ = compile_expression(expression(case.text), names_in(case.text))
    if compiled is None or "result" not in case.expect:
        return True
    walker = Walker(findings=Findings(compiled.source))
    found = walker.shape(compiled.tree, Spot(here=shape_of_value(case.given)))
    return kind_of(case.expect["result"]) in found.kinds
