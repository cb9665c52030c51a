"""Compiled templates against the shapes of the records: names that are not there, nulls, lists."""

from __future__ import annotations

import re

from engine.compiler.findings import Findings
from engine.compiler.inference import Walker
from engine.compiler.seen import Seen
from engine.compiler.shapes import TEXT, Shape
from engine.compiler.syntax_tree import Node
from engine.compiler.templates import Chain, CompiledTemplate
from engine.compiler.wording import within
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import Expression

_LISTS = frozenset(["array", "object"])


def check_template(
    template: CompiledTemplate, scope: Shape, seen: Seen | None = None
) -> list[Diagnostic]:
    """What is wrong with a template that is rendered in this scope."""
    walker = Walker(findings=Findings(Expression(template.text, template.place), seen or Seen()))
    chains = sorted(template.chains, key=_written)
    shapes = [(chain, _follow(walker, template, chain, scope)) for chain in chains]
    problems = walker.findings.sorted()
    if problems:
        return problems
    strict = template.printed | {chain for _, chain in template.filtered}
    kept = [c for c, shape in shapes if ("int", c) in template.filtered and shape.keeps]
    listed = [c for c, shape in shapes if c in template.printed and shape.kinds <= _LISTS]
    null = [c for c, shape in shapes if c in strict and shape.nullable and c not in kept]
    found = [_number(template, chain) for chain in kept]
    found += [_list(template, chain) for chain in listed]
    return found + [_null(template, chain) for chain in null]


def _follow(walker: Walker, template: CompiledTemplate, chain: Chain, scope: Shape) -> Shape:
    """The shape of what a chain leads to; what is wrong on the way goes to the findings."""
    found = scope
    for stop, step in enumerate(chain, start=1):
        start, before = _start(template, chain[:stop]), _written(chain[: stop - 1])
        node: Node = {"type": "field", "children": [], "value": str(step), "start": start}
        if isinstance(step, str):
            found = walker.member(found, node, before)
        elif "string" in found.kinds:
            found = TEXT.or_null
        else:
            walker.elements(node, found, before)
            found = found.at(step)
    return found


def _written(chain: Chain) -> str:
    """A chain as a person writes it: `lines[0].sku`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in chain]
    return "".join(steps).removeprefix(".")


def _start(template: CompiledTemplate, chain: Chain) -> int:
    """The offset of a chain's last step: where the chain is written so, else where it is at all."""
    last, steps = str(chain[-1]), [re.escape(str(step)) for step in chain]
    whole = r"\W+".join(steps)
    opening = max(0, template.text.find("{"))
    patterns = (rf"(?<![\w.]){whole}(?!\w)", rf"(?<!\w){re.escape(last)}(?!\w)")
    found = (re.compile(pattern).search(template.text, opening) for pattern in patterns)
    return next((one.end() - len(last) for one in found if one), 0)


def _place(template: CompiledTemplate, chain: Chain) -> Place:
    start = _start(template, chain[:1])
    written = _written(chain)
    length = len(written) if template.text.startswith(written, start) else 1
    return within(template.place, template.text, start, length)


def _list(template: CompiledTemplate, chain: Chain) -> Diagnostic:
    return Diagnostic(
        id="list-for-value",
        message=f"{_written(chain)} is a list or an object, and a text is wanted",
        place=_place(template, chain),
        found=_written(chain),
        expected="a text, a number, true or false",
        help=f"{_written(chain)} | join(', ') makes one text of a list.",
    )


def _number(template: CompiledTemplate, chain: Chain) -> Diagnostic:
    return Diagnostic(
        id="number-for-text",
        message=f"{_written(chain)} must stay a text: as a number it loses zeros in front",
        place=_place(template, chain),
        found=f"{_written(chain)} | int",
        expected=_written(chain),
        help="Take the filter `int` out.",
    )


def _null(template: CompiledTemplate, chain: Chain) -> Diagnostic:
    name = _written(chain)
    return Diagnostic(
        id="null-into-text",
        message=f"{name} may be null, which is no text: such a record is held",
        place=_place(template, chain),
        severity="warning",
        found=name,
        help=f"Say what to write then: {{{{ {name} or '' }}}}.",
    )
