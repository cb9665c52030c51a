"""The whole way from a customer's name to a Ruleset, with every problem that there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from engine.config.build import build
from engine.config.document import parse
from engine.config.excerpts import with_excerpts
from engine.config.fitting import validate
from engine.config.layers import Layers, read_layers
from engine.config.library import Library, Text, did_you_mean, is_safe
from engine.config.literals import meant_duration
from engine.config.nodes import Node, entries, leaves
from engine.config.outline import outline
from engine.config.readiness import of_go_live, placeholders
from engine.config.references import check
from engine.config.scalars import quoted, replacing
from engine.config.strictness import Strictness, judge
from engine.diagnostics import Diagnostic, Place, has_errors
from engine.errors import LibraryFaultError
from engine.model.ruleset import Ruleset

# What a base that could not be read would have said: not the customer's mistake.
OF_THE_BASE = frozenset(
    ["missing-key", "nothing-to-change", "nothing-to-remove", "empty-value", "unknown-connection"]
)
# Without these a Ruleset can't be made, whatever the schema says.
UNBUILDABLE = frozenset(["bad-date", "unknown-timezone", "unknown-connection", "unknown-adapter"])
OPEN_SETTINGS = frozenset(
    ["adapter", "profile", "paging", "letter-case", "read", "write", "limits", "timing"]
)
REFERENCES = ("env:", "file:", "keyring:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A ruleset (None where it could not be built), and all that was found on the way, judged.

    `tree` is the merged tree whose nodes know their origin. Without a ruleset, `outline` has what
    there is of its expressions, for the compiler's diagnostics alone. `with_more` puts those to
    its own.
    """

    ruleset: Ruleset | None
    diagnostics: list[Diagnostic]
    outline: Ruleset | None = None
    tree: Node | None = None
    sources: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[Place] = frozenset()
    strictness: Strictness = "preview"
    is_sound: bool = True

    def is_sound_with(self, more: Iterable[Diagnostic]) -> bool:
        """Whether nothing of it, and of these, is an error before a plan, however strict."""
        return self.is_sound and not has_errors(judge(more, "preview"))

    def with_more(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Its diagnostics and these, which were found later, in the order of their places.

        One mistake is told once: of two at one place the earlier, but an error for a warning.
        """
        more = self.excerpted(judge(found, self.strictness))
        wrong = {_spot(one) for one in self.diagnostics if one.severity == "error"}
        new = [one for one in more if one.place is None or _spot(one) not in wrong]
        worse = {_spot(one) for one in new if one.severity == "error"}
        kept = [one for one in self.diagnostics if _spot(one) not in worse - wrong]
        return _ordered([*kept, *new], [*self.sources])

    def excerpted(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics with the text of their lines, literal secrets blotted out."""
        return with_excerpts(diagnostics, self.sources, self.hidden)


def load(customer: str, library: Library) -> tuple[Ruleset | None, list[Diagnostic]]:
    """The ruleset of a customer and every problem; it may be there in spite of problems.

    The schema stage must be clean for it, and connections and times must exist; the other
    disagreements between sections do not hinder it, so that the compiler can add what it finds.
    Whoever runs it looks for errors first.
    """
    loaded = load_with_origins(customer, library)
    return loaded.ruleset, loaded.diagnostics


def load_with_origins(
    customer: str, library: Library, strictness: Strictness = "preview"
) -> Loaded:
    """The same with the merged tree and the texts that it came from."""
    top = library.ruleset(customer) if is_safe(customer) else None
    if top is None:
        return Loaded(ruleset=None, diagnostics=[_no_customer(customer, library)])
    layers = read_layers(top, library.base, library.names("bases"))
    read = [one for one in layers.problems if layers.complete or one.id not in OF_THE_BASE]
    shape = [*read, *_shape(layers, library)]
    rest = [*_references(layers, library, shape), *_of_go_live(layers, shape)]
    ruleset = _built(customer, layers.tree, shape, rest)
    loaded = Loaded(
        ruleset=ruleset,
        diagnostics=[],
        outline=outline(customer, layers.tree) if ruleset is None else None,
        tree=layers.tree,
        sources=layers.sources,
        hidden=frozenset(place for node in layers.documents for place in _private(node)),
        strictness=strictness,
    )
    found = _ordered([*shape, *rest], [*layers.sources])
    return replace(
        loaded,
        diagnostics=loaded.excerpted(judge(found, strictness)),
        is_sound=not has_errors(judge(found, "preview")),
    )


def load_profile(
    name: str, library: Library, place: Place | None = None
) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """A site profile as plain values, or None with what is wrong; `place` is where it is named."""
    text = library.profile(name) if is_safe(name) else None
    if text is None:
        return None, [_no_profile(name, library, place)]
    node, found = _profile(text, _schema("site-profile", library))
    plain = node.plain() if node is not None and not found else None
    return (plain if isinstance(plain, dict) else None), list(found)


@lru_cache(maxsize=32)
def _profile(text: Text, schema: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a site profile, which many rulesets name, and what is wrong with it."""
    node, problems = parse(text.text, text.file)
    if node is not None:
        problems = problems + validate(node, schema)
    return node, tuple(with_excerpts(problems, {text.file: text.text}))


def _shape(layers: Layers, library: Library) -> list[Diagnostic]:
    if layers.tree is None:
        return []
    marks = list(placeholders(layers.tree))
    earlier = [*layers.problems, *marks]
    found = _new(validate(layers.tree, _schema("ruleset", library)), earlier, layers)
    told = (_in_the_overlay(problem, layers) for problem in found)
    return [*marks, *(_with_duration(problem, layers.tree) for problem in told)]


def _with_duration(problem: Diagnostic, tree: Node) -> Diagnostic:
    """A duration whose unit is written out is mended."""
    if problem.id != "bad-duration":
        return problem
    written = (one for one in leaves(tree) if one.place == problem.place)
    fixes = [replacing(one.place, one.text, meant_duration(one.text)) for one in written]
    return replace(problem, fix=next(iter(fixes), None))


def _in_the_overlay(problem: Diagnostic, layers: Layers) -> Diagnostic:
    """A base leaves some keys to its customers: they are added in the customer's own file."""
    own = next(iter(layers.sources), "")
    if problem.id != "missing-key" or problem.place is None or problem.place.file == own:
        return problem
    return replace(problem, help=f"add it to {own}: the base leaves it to each customer")


def _references(layers: Layers, library: Library, earlier: list[Diagnostic]) -> list[Diagnostic]:
    if layers.tree is None:
        return []
    return _new(check(layers.tree, library.names("adapters")), earlier, layers)


def _of_go_live(layers: Layers, shape: list[Diagnostic]) -> list[Diagnostic]:
    return [] if layers.tree is None else _new(list(of_go_live(layers.tree)), shape, layers)


def _new(found: list[Diagnostic], earlier: list[Diagnostic], layers: Layers) -> list[Diagnostic]:
    """Without what only follows from an earlier problem: one mistake is told once."""
    broken = {_spot(problem) for problem in earlier}
    return [
        problem
        for problem in found
        if _spot(problem) not in broken and (layers.complete or problem.id not in OF_THE_BASE)
    ]


def _spot(problem: Diagnostic) -> Place | None:
    """Where a problem starts: of two that start at one place, one follows from the other."""
    return replace(problem.place, length=1) if problem.place is not None else None


def _built(
    customer: str, tree: Node | None, shape: list[Diagnostic], rest: list[Diagnostic]
) -> Ruleset | None:
    shapeless = has_errors(judge(shape, "preview"))
    blocked = shapeless or any(problem.id in UNBUILDABLE for problem in rest)
    return None if tree is None or blocked else build(customer, tree)


def _ordered(found: list[Diagnostic], files: list[str]) -> list[Diagnostic]:
    """By file (the customer's own first), line and column; a repeated one once."""
    ranks = {file: rank for rank, file in enumerate(files)}

    def rank(problem: Diagnostic) -> tuple[int, int, int]:
        place = problem.place
        if place is None:
            return (-1, 0, 0)
        return (ranks.get(place.file, len(ranks)), place.line, place.column)

    return sorted(dict.fromkeys(found), key=rank)


def _private(node: Node) -> Iterator[Place]:
    """Where a connection's literal values stand that could be secrets under a misspelled key."""
    for name, _ in entries(node, "connections"):
        for key, entry in entries(node, "connections", name):
            scalars = leaves(entry.node) if key not in OPEN_SETTINGS else ()
            yield from (one.place for one in scalars if not one.text.startswith(REFERENCES))


def _schema(name: str, library: Library) -> str:
    text = library.schema(name)
    if text is None:
        raise LibraryFaultError(
            f"the schema {name} is missing", "Install crossdock again: its own files are gone."
        )
    return text.text


def _no_customer(customer: str, library: Library) -> Diagnostic:
    return Diagnostic(
        id="unknown-customer",
        message=f"there is no ruleset for {quoted(customer)}",
        help=did_you_mean(customer, library.names("rulesets")),
    )


def _no_profile(name: str, library: Library, place: Place | None) -> Diagnostic:
    return Diagnostic(
        id="unknown-site-profile",
        message=f"there is no site profile {quoted(name)}",
        place=place,
        help=did_you_mean(name, library.names("profiles")),
    )
