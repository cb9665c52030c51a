"""The door to Jinja2: a template of a ruleset is checked once and rendered many times.

Only what is listed here may stand in a template: values, comparisons, `if`, `~`, filters. Nothing
is called, nothing is an attribute of a Python object, nothing repeats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

from jinja2 import StrictUndefined, Undefined, exceptions, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.compiler.references import Path, shortest
from engine.compiler.template_filters import FILTERS, FilterError, as_text, bounded
from engine.compiler.wording import did_you_mean, within
from engine.diagnostics import Diagnostic, Place
from engine.errors import CrossdockError
from engine.model.ruleset import Template

MAX_LENGTH = 4_000
MAX_NODES = 500
MAX_DEPTH = 30

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Add,
    nodes.And,
    nodes.Compare,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.Keyword,
    nodes.Name,
    nodes.Neg,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Slice,
    nodes.Sub,
    nodes.Template,
    nodes.TemplateData,
    nodes.Test,
)
_TESTS = ("defined", "none", "number", "string")
_WRITTEN = {
    "Assign": "set",
    "AssignBlock": "set",
    "Div": "/",
    "FloorDiv": "//",
    "FromImport": "import",
    "Mod": "%",
    "Mul": "*",
    "Pow": "**",
}
_FILTER_NAMES = frozenset([*FILTERS, "default"])
# What concatenation wraps its operands in; no template can write this name.
_TEXT = "as text"


Chain: TypeAlias = tuple[str | int, ...]
"""The names and the indexes of `lines[0].sku`."""


class TemplateError(CrossdockError):
    """A template gives no text for this record; the message holds nothing of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """A template that has been checked; `references` are the paths that it reads.

    `chains` are the same with their indexes. Of them `printed` become text as they are; `filtered`
    are pairs of a filter that refuses null and what goes into it.
    """

    source: Template
    references: frozenset[Path]
    chains: frozenset[Chain]
    printed: frozenset[Chain]
    filtered: frozenset[tuple[str, Chain]]
    compiled: JinjaTemplate = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The template as it was written."""
        return self.source.text

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.source.place

    def render(self, scope: Mapping[str, Any]) -> str:
        """The text for a scope of plain data.

        Raises TemplateError for a member that is not there, for null, and above 64 KiB.
        """
        try:
            text = self.compiled.render(scope)
            bounded(len(text.encode()))
        except (FilterError, exceptions.UndefinedError) as error:
            raise TemplateError(str(error)) from None
        except (exceptions.TemplateError, ArithmeticError, TypeError, ValueError):
            # Their texts may quote the record.
            raise TemplateError("its values do not fit what is done with them") from None
        return text


def compile_template(
    template: Template, roots: frozenset[str]
) -> tuple[CompiledTemplate | None, list[Diagnostic]]:
    """Checks a template that will be rendered with scopes with the members `roots`.

    Returns it, or None and every problem found, each with its place.
    """
    if len(template.text) > MAX_LENGTH:
        return None, [_forbidden(template, f"more than {MAX_LENGTH} characters", None)]
    sound = _sound(template.text, roots)
    return _compiled(template, roots) if sound is None else (replace(sound, source=template), [])


@lru_cache(maxsize=1_024)
def _sound(text: str, roots: frozenset[str]) -> CompiledTemplate | None:
    """A template in which nothing is wrong, wherever it stands: customers have many in common."""
    return _compiled(Template(text, Place("", 1, 1)), roots)[0]


def _compiled(
    template: Template, roots: frozenset[str]
) -> tuple[CompiledTemplate | None, list[Diagnostic]]:
    tree = _parse(template)
    if isinstance(tree, Diagnostic):
        return None, [tree]
    too_much = _budget(template, tree)
    if too_much is not None:
        return None, [too_much]
    problems = _check(template, tree, roots)
    if problems:
        return None, problems
    references, chains = shortest(_paths(tree)), _chains(tree)
    printed, filtered = _printed(tree), _filtered(tree)
    code = _environment().compile(_make_strict(tree))
    made = CompiledTemplate(
        source=template,
        references=references,
        chains=chains,
        printed=printed,
        filtered=filtered,
        compiled=JinjaTemplate.from_code(_environment(), code, {}),
    )
    return made, []


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox where a dot is a member of the record and nothing else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, dict) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | str) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except LookupError:
                pass
        return self.undefined(hint=f"there is no `{argument}` where the template reads it")


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, finalize=as_text, cache_size=0)
    environment.globals.clear()
    environment.filters = {**FILTERS, "default": _default, _TEXT: as_text}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _default(value: Any, instead: Any = "") -> Any:
    return instead if value is None or isinstance(value, Undefined) else value


def _make_strict(tree: nodes.Template) -> nodes.Template:
    """Makes `~` as strict as printing: null is an error and not the text `None`."""
    for concat in list(tree.find_all(nodes.Concat)):
        concat.nodes = [
            nodes.Filter(operand, _TEXT, [], [], None, None, lineno=concat.lineno)
            for operand in concat.nodes
        ]
    return tree


def _parse(template: Template) -> nodes.Template | Diagnostic:
    try:
        return _environment().parse(template.text)
    except exceptions.TemplateSyntaxError as error:
        return Diagnostic(
            id="template-syntax",
            message=f"The template cannot be read: {(error.message or '').rstrip('.')}",
            place=template.place,
            help="Values stand in `{{ }}`, conditions in `{% if %} ... {% endif %}`.",
        )
    except RecursionError:
        return _forbidden(template, f"nesting deeper than {MAX_DEPTH} levels", None)


def _budget(template: Template, tree: nodes.Node) -> Diagnostic | None:
    count = 0
    waiting = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        count += 1
        if level > MAX_DEPTH:
            return _forbidden(template, f"nesting deeper than {MAX_DEPTH} levels", None)
        if count > MAX_NODES:
            return _forbidden(template, f"more than {MAX_NODES} parts", None)
        waiting.extend((child, level + 1) for child in node.iter_child_nodes())
    return None


def _check(template: Template, tree: nodes.Node, roots: frozenset[str]) -> list[Diagnostic]:
    names = list(tree.find_all(nodes.Name))
    # A name that the template sets itself is no stranger: the `set` is what is refused.
    known = roots | {name.name for name in names if name.ctx != "load"}
    problems: list[Diagnostic | None] = [
        _strange_name(template, name.name, roots) for name in names if name.name not in known
    ]
    problems += [_strange_filter(template, used) for used in tree.find_all(nodes.Filter)]
    problems += [_strange_test(template, used) for used in tree.find_all(nodes.Test)]
    problems += [_strange_part(template, part) for part in tree.find_all(nodes.Node)]
    found = {problem.message: problem for problem in problems if problem is not None}
    return list(found.values())


def _strange_name(template: Template, name: str, roots: frozenset[str]) -> Diagnostic:
    return Diagnostic(
        id="unknown-root",
        message=f'There is no "{name}" here',
        place=_at(template, name),
        found=name,
        expected=f"one of {', '.join(sorted(roots))}",
        help=did_you_mean(name, roots),
    )


def _strange_filter(template: Template, used: nodes.Filter) -> Diagnostic | None:
    if used.name not in _FILTER_NAMES:
        advice = did_you_mean(used.name, _FILTER_NAMES)
        listed = f"There are: {', '.join(sorted(_FILTER_NAMES))}."
        return _forbidden(template, f"the filter {used.name}", used.name, advice or listed)
    if used.kwargs or used.dyn_args or used.dyn_kwargs:
        return _forbidden(template, f"named arguments of the filter {used.name}", used.name)
    return None


def _strange_test(template: Template, used: nodes.Test) -> Diagnostic | None:
    if used.name in _TESTS:
        return None
    advice = f"There are: {', '.join(_TESTS)}."
    return _forbidden(template, f"the test `is {used.name}`", used.name, advice)


def _strange_part(template: Template, part: nodes.Node) -> Diagnostic | None:
    if isinstance(part, nodes.Call):
        return _forbidden(template, "a call", None, "Use a filter, such as `{{ site | upper }}`.")
    if isinstance(part, nodes.Getattr) and part.attr.startswith("_"):
        return _forbidden(template, f"`.{part.attr}`", part.attr)
    if isinstance(part, nodes.Getitem) and not _is_plain_index(part.arg):
        return _forbidden(template, "an index that is not written out", None)
    if isinstance(part, _ALLOWED):
        return None
    kind = type(part).__name__
    return _forbidden(template, f"`{_WRITTEN.get(kind, kind.lower())}`", None)


def _is_plain_index(index: nodes.Node) -> bool:
    if isinstance(index, nodes.Slice):
        bounds = (index.start, index.stop, index.step)
        return all(bound is None or _is_plain_index(bound) for bound in bounds)
    if isinstance(index, nodes.Neg):
        return _is_plain_index(index.node)
    if not isinstance(index, nodes.Const):
        return False
    return not (isinstance(index.value, str) and index.value.startswith("_"))


def _paths(tree: nodes.Node) -> set[Path]:
    """The paths of all chains, each up to its first index."""
    return {_names_of(chain) for chain in _chains(tree)}


def _chains(tree: nodes.Node) -> frozenset[Chain]:
    """All chains that start with a name, each up to its first slice."""
    kinds: tuple[type[nodes.Expr], ...] = (nodes.Name, nodes.Getattr, nodes.Getitem)
    covered = {id(one.node) for one in tree.find_all(nodes.Getattr)}
    covered |= {id(one.node) for one in tree.find_all(nodes.Getitem)}
    found = [one for one in tree.find_all(kinds) if id(one) not in covered]
    return frozenset(_chain(one) for one in found) - {()}


def _printed(tree: nodes.Node) -> frozenset[Chain]:
    """The chains that are written out, joined to a text or added, as they are."""
    found = [one for output in tree.find_all(nodes.Output) for one in output.nodes]
    found += [one for joined in tree.find_all(nodes.Concat) for one in joined.nodes]
    for added in (*tree.find_all(nodes.Add), *tree.find_all(nodes.Sub)):
        found += [added.left, added.right]
    return _not_asked(tree, found)


def _filtered(tree: nodes.Node) -> frozenset[tuple[str, Chain]]:
    """Each filter with the chain that goes into it as it is; `default` alone takes null."""
    used = [(one.name, one.node) for one in tree.find_all(nodes.Filter) if one.name != "default"]
    return frozenset(
        (name, chain)
        for name, node in used
        if node is not None
        for chain in _not_asked(tree, [node])
    )


def _not_asked(tree: nodes.Node, found: list[nodes.Expr]) -> frozenset[Chain]:
    """The chains among these nodes but those that an `if` of the template asks for."""
    tests: list[nodes.Node] = [one.test for one in tree.find_all(nodes.If)]
    tests += [one.test for one in tree.find_all(nodes.CondExpr)]
    alone = {_chain(test) for test in tests if isinstance(test, nodes.Expr)}
    asked = alone | {chain for test in tests for chain in _chains(test)}
    return frozenset(_chain(one) for one in found if _is_whole(one)) - asked - {()}


def _is_whole(node: nodes.Node) -> bool:
    """Whether nothing but names and indexes stands in it."""
    while isinstance(node, nodes.Getattr | nodes.Getitem) and _step(node) is not None:
        node = node.node
    return isinstance(node, nodes.Name)


def _chain(node: nodes.Expr) -> Chain:
    """The chain of a node up to its first slice; empty for what starts with no name."""
    steps: list[str | int | None] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        steps.append(_step(node))
        node = node.node
    if not isinstance(node, nodes.Name):
        return ()
    steps.append(node.name)
    steps.reverse()
    certain = steps.index(None) if None in steps else len(steps)
    return tuple(step for step in steps[:certain] if step is not None)


def _names_of(chain: Chain) -> Path:
    stop = next((at for at, step in enumerate(chain) if isinstance(step, int)), len(chain))
    return tuple(str(step) for step in chain[:stop])


def _step(node: nodes.Getattr | nodes.Getitem) -> str | int | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    value = node.arg.value if isinstance(node.arg, nodes.Const) else None
    return value if isinstance(value, str | int) else None


def _forbidden(
    template: Template, what: str, word: str | None, advice: str | None = None
) -> Diagnostic:
    return Diagnostic(
        id="template-forbidden",
        message=f"A template may not have {what}",
        place=_at(template, word) if word else template.place,
        found=word,
        help=advice or "Write it as an expression instead (`from:`), or map it in a table.",
    )


def _at(template: Template, word: str) -> Place:
    """The place of a word's first use behind the first brace; Jinja2 itself counts only lines."""
    opening = max(0, template.text.find("{"))
    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(template.text, opening)
    return (
        within(template.place, template.text, found.start(), len(word)) if found else template.place
    )
