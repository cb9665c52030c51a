"""Compiled templates against the shapes of the records: names that are not there, nulls, lists."""

from __future__ import annotations

import re

from engine.compiler.findings import Findings
from engine.compiler.inference import Walker
from engine.compiler.references import Path
from engine.compiler.shapes import Shape
from engine.compiler.syntax_tree import Node
from engine.compiler.templates import CompiledTemplate
from engine.compiler.wording import within
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import Expression

_LISTS = frozenset(["array", "object"])


def check_template(template: CompiledTemplate, scope: Shape) -> list[Diagnostic]:
    """What is wrong with a template that is rendered in this scope."""
    walker = Walker(findings=Findings(Expression(template.text, template.place)))
    shapes = {path: _follow(walker, template, path, scope) for path in sorted(template.references)}
    problems = walker.findings.sorted()
    if problems:
        return problems
    strict = template.printed | {path for _, path in template.filtered}
    found = shapes.items()
    listed = [p for p, shape in found if p in template.printed and shape.kinds <= _LISTS]
    null = [p for p, shape in found if p in strict and shape.nullable]
    kept = [p for p, shape in found if ("int", p) in template.filtered and shape.keeps]
    if kept:
        return [_number(template, path) for path in kept]
    return [_list(template, path) for path in listed] + [_null(template, path) for path in null]


def _follow(walker: Walker, template: CompiledTemplate, path: Path, scope: Shape) -> Shape:
    """The shape of what a path leads to; what is wrong on the way goes to the findings."""
    found = scope
    for stop, name in enumerate(path, start=1):
        start = _start(template, path[:stop])
        step: Node = {"type": "field", "children": [], "value": name, "start": start}
        found = walker.member(found, step, ".".join(path[: stop - 1]))
    return found


def _start(template: CompiledTemplate, path: Path) -> int:
    """The offset of a path's last name: where the path is written with dots, else anywhere."""
    dotted = r"\s*\.\s*".join(re.escape(name) for name in path)
    opening = max(0, template.text.find("{"))
    patterns = (rf"(?<![\w.]){dotted}(?!\w)", rf"(?<!\w){re.escape(path[-1])}(?!\w)")
    found = (re.compile(pattern).search(template.text, opening) for pattern in patterns)
    return next((one.end() - len(path[-1]) for one in found if one), 0)


def _place(template: CompiledTemplate, path: Path) -> Place:
    start = _start(template, path[:1])
    written = ".".join(path)
    length = len(written) if template.text.startswith(written, start) else 1
    return within(template.place, template.text, start, length)


def _list(template: CompiledTemplate, path: Path) -> Diagnostic:
    return Diagnostic(
        id="list-for-value",
        message=f"{'.'.join(path)} is a list or an object, and a text is wanted",
        place=_place(template, path),
        found=".".join(path),
        expected="a text, a number, true or false",
        help=f"{'.'.join(path)} | join(', ') makes one text of a list.",
    )


def _number(template: CompiledTemplate, path: Path) -> Diagnostic:
    return Diagnostic(
        id="number-for-text",
        message=f"{'.'.join(path)} must stay a text: as a number it loses zeros in front",
        place=_place(template, path),
        found=f"{'.'.join(path)} | int",
        expected=".".join(path),
        help="Take the filter `int` out.",
    )


def _null(template: CompiledTemplate, path: Path) -> Diagnostic:
    name = ".".join(path)
    return Diagnostic(
        id="null-into-text",
        message=f"{name} may be null, which is no text: such a record is held",
        place=_place(template, path),
        severity="warning",
        found=name,
        help=f"Say what to write then: {{{{ {name} or '' }}}}.",
    )
