"""What an expression yields, worked out from the shapes of the records before there is one.

The walk follows JMESPath's own rules, node by node; what it meets on the way that cannot be meant
goes to the findings. Where nothing is known it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.compiler.findings import Findings
from engine.compiler.function_shapes import result_of
from engine.compiler.kinds import ANY
from engine.compiler.narrowing import NONE, Facts, where_false, where_true
from engine.compiler.node_text import key_of, written
from engine.compiler.shapes import (
    BOOLEAN,
    NULL,
    OPEN,
    Shape,
    either,
    list_of,
    object_of,
    shape_of_value,
    union,
)
from engine.compiler.syntax_tree import Node, children

_CAN_BE_FALSE = frozenset(["array", "boolean", "null", "object", "string"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a node is searched: in a value of this shape, of which `facts` are known.

    `label` is how a person would write that value; empty for the scope itself.
    """

    here: Shape
    facts: Facts = NONE
    label: str = ""

    def named(self, node: Node) -> str:
        """How a person would write the node's value; empty where nobody would."""
        name = written(node)
        return f"{self.label}.{name}" if self.label and name else name


@dataclass(slots=True)
class Walker:
    """One walk. `lost` are the calls that make numbers of texts that must stay texts."""

    findings: Findings
    lost: list[Node] = field(default_factory=list)

    def shape(self, node: Node, at: Spot) -> Shape:
        """The shape of what the node yields there."""
        found = _RULES[node["type"]](self, node, at)
        return found.present if found.nullable and key_of(node) in at.facts else found

    def member(self, base: Shape, step: Node, label: str) -> Shape:
        """The shape of a member of a value that reads as `label`."""
        name = step["value"]
        if "object" not in base.kinds:
            if base.kinds != NULL.kinds:
                self.findings.no_members(step, base, label)
            return OPEN
        found = base.members.get(name) or base.others
        if base.free and name not in base.members:
            self.findings.free(step, base.free, name)
        elif found is None and (base.closed or base.members):
            self.findings.unknown_field(step, base, label)
        if found is None:
            return OPEN
        return found if base.kinds == {"object"} and not base.free else found.or_null

    def elements(self, node: Node, base: Shape, label: str, kind: str = "array") -> Shape:
        """The shape of the elements of a list, or the values of an object, that is projected."""
        if kind not in base.kinds:
            if base.kinds - {"null"}:
                self.findings.no_elements(node, base, label)
            return OPEN
        if kind == "object":
            return union(list(base.members.values())) if base.closed else base.others or OPEN
        return base.items


def _current(_walker: Walker, _node: Node, at: Spot) -> Shape:
    return at.here


def _field(walker: Walker, node: Node, at: Spot) -> Shape:
    return walker.member(at.here, node, at.label)


def _subexpression(walker: Walker, node: Node, at: Spot) -> Shape:
    first, *rest = children(node)
    found, label = walker.shape(first, at), at.named(first)
    for stop, step in enumerate(rest, start=2):
        if step["type"] == "field":
            found = walker.member(found, step, label)
        else:
            below = walker.shape(step, Spot(here=found.present, label=label))
            found = below.or_null if found.nullable else below
        part = {**node, "children": [first, *rest[: stop - 1]]}
        label = at.named(part)
        found = found.present if found.nullable and key_of(part) in at.facts else found
    return found


def _index_expression(walker: Walker, node: Node, at: Spot) -> Shape:
    base, *steps = children(node)
    found = walker.shape(base, at)
    for step in steps:
        walker.elements(base, found, at.named(base))
        if step["type"] != "index":
            found = replace(found, filled=False)
        else:
            found = found.at(step["value"]) if "array" in found.kinds else OPEN
    return found


def _projection(walker: Walker, node: Node, at: Spot) -> Shape:
    """`list[*].right`: what is null is left out of the result."""
    left, right = children(node)
    kind = "object" if node["type"] == "value_projection" else "array"
    base = walker.shape(left, at)
    element = walker.elements(left, base, at.named(left), kind)
    here = Spot(here=element.present, label=_of_each(left, at))
    return _listed(walker.shape(right, here), base, kind)


def _filter(walker: Walker, node: Node, at: Spot) -> Shape:
    left, right, condition = children(node)
    base = walker.shape(left, at)
    element = walker.elements(left, base, at.named(left))
    here = Spot(here=element.present, label=_of_each(left, at))
    walker.shape(condition, here)
    return _listed(walker.shape(right, replace(here, facts=where_true(condition))), base, "array")


def _of_each(left: Node, at: Spot) -> str:
    """How a person would write each element of what is projected."""
    base = children(left)[0] if left["type"] in ("flatten", "index_expression") else left
    name = at.named(base)
    return f"{name}[*]" if name else ""


def _listed(element: Shape, base: Shape, kind: str) -> Shape:
    found = list_of(element.present if element.nullable else element)
    return found if base.kinds == {kind} else found.or_null


def _flatten(walker: Walker, node: Node, at: Spot) -> Shape:
    (left,) = children(node)
    base = walker.shape(left, at)
    element = walker.elements(left, base, at.named(left))
    if element.kinds == {"array"}:
        element = element.items
    elif "array" in element.kinds:
        element = OPEN
    return _listed(element, base, "array")


def _comparator(walker: Walker, node: Node, at: Spot) -> Shape:
    left, right = (walker.shape(child, at) for child in children(node))
    walker.findings.comparison(node, left, right)
    if node["value"] in ("eq", "ne") or left.kinds == right.kinds == {"number"}:
        return BOOLEAN
    return OPEN if ANY in (left.kinds, right.kinds) else BOOLEAN.or_null


def _and(walker: Walker, node: Node, at: Spot) -> Shape:
    left, right = children(node)
    first = walker.shape(left, at)
    second = walker.shape(right, replace(at, facts=at.facts | where_true(left)))
    falsy = replace(first, kinds=first.kinds & _CAN_BE_FALSE)
    return _chosen(first, falsy, second)


def _or(walker: Walker, node: Node, at: Spot) -> Shape:
    left, right = children(node)
    first = walker.shape(left, at)
    second = walker.shape(right, replace(at, facts=at.facts | where_false(left)))
    truthy = replace(first, kinds=first.kinds - {"null"})
    return _chosen(first, truthy, second)


def _chosen(first: Shape, kept: Shape, second: Shape) -> Shape:
    """`kept` is what of the first goes through; where nothing does, it is the second."""
    if first.kinds == ANY:
        return OPEN
    return either(kept, second) if kept.kinds else second


def _not(walker: Walker, node: Node, at: Spot) -> Shape:
    walker.shape(children(node)[0], at)
    return BOOLEAN


def _pipe(walker: Walker, node: Node, at: Spot) -> Shape:
    left, right = children(node)
    return walker.shape(right, Spot(here=walker.shape(left, at), label=at.named(left)))


def _literal(_walker: Walker, node: Node, _at: Spot) -> Shape:
    return shape_of_value(node["value"])


def _multi_list(walker: Walker, node: Node, at: Spot) -> Shape:
    found = list_of(union([walker.shape(child, at) for child in children(node)]))
    return found.or_null if "null" in at.here.kinds else found


def _multi_dict(walker: Walker, node: Node, at: Spot) -> Shape:
    members = {child["value"]: walker.shape(child, at) for child in children(node)}
    found = object_of(members)
    return found.or_null if "null" in at.here.kinds else found


def _pair(walker: Walker, node: Node, at: Spot) -> Shape:
    return walker.shape(children(node)[0], at)


def _reference(_walker: Walker, _node: Node, _at: Spot) -> Shape:
    return Shape(kinds=frozenset(["expref"]))


def _function(walker: Walker, node: Node, at: Spot) -> Shape:
    """The list of `map(&f, list)` is walked before what is done with each of its elements."""
    arguments = children(node)
    shapes = {n: walker.shape(one, at) for n, one in enumerate(arguments) if not _is_ref(one)}
    of = next((n for n, one in shapes.items() if "array" in one.kinds), None)
    listed = shapes[of].items.present if of is not None else OPEN
    label = _of_each(arguments[of], at) if of is not None else ""
    for number, one in enumerate(arguments):
        if _is_ref(one):
            element = Spot(here=listed, label=label)
            inner = walker.shape(children(one)[0], element)
            shapes[number] = Shape(kinds=frozenset(["expref"]), element=inner)
    given = [shapes[number] for number in range(len(arguments))]
    walker.findings.call(node, given)
    found = result_of(node["value"], given)
    if node["value"] == "to_number" and given[0].keeps:
        walker.lost.append(node)
        return replace(found, lost=True)
    return found


def _is_ref(node: Node) -> bool:
    return bool(node["type"] == "expref")


_RULES: dict[str, Callable[[Walker, Node, Spot], Shape]] = {
    "and_expression": _and,
    "comparator": _comparator,
    "current": _current,
    "expref": _reference,
    "field": _field,
    "filter_projection": _filter,
    "flatten": _flatten,
    "function_expression": _function,
    "identity": _current,
    "index_expression": _index_expression,
    "key_val_pair": _pair,
    "literal": _literal,
    "multi_select_dict": _multi_dict,
    "multi_select_list": _multi_list,
    "not_expression": _not,
    "or_expression": _or,
    "pipe": _pipe,
    "projection": _projection,
    "subexpression": _subexpression,
    "value_projection": _projection,
}
