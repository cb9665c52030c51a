"""A ruleset and the bases that it extends, read and merged into one tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.config.document import parse, parse_shared
from engine.config.library import Text, did_you_mean, is_safe
from engine.config.merge import merge
from engine.config.nodes import Entry, MapNode, Node, text_of
from engine.diagnostics import Diagnostic, Note, Place

CHAIN_BREAKS = frozenset(["unknown-base", "base-cycle", "unsafe-name"])

Read = Callable[[str], Text | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The merged tree (None where nothing could be read), without its `extends`.

    `documents` are the trees of the single files, the customer's first; `sources` their texts by
    file name. `complete` is False when a file is missing from the chain or could not be read.
    """

    tree: Node | None
    problems: list[Diagnostic]
    sources: dict[str, str]
    documents: list[Node] = field(default_factory=list)
    complete: bool = True


def read_layers(top: Text, read: Read, names: list[str]) -> Layers:
    """Reads `top`, then what it extends, then what that extends.

    `read` finds a base by name; `names` are the known bases, for suggestions. A base that is
    missing, unreadable or extends itself is a located problem, and the rest is merged all the same.
    """
    chain: list[Node] = []
    problems: list[Diagnostic] = []
    sources: dict[str, str] = {}
    seen: dict[str, Place] = {}
    text: Text | None = top
    while text is not None:
        sources[text.file] = text.text
        node, found = (parse if text is top else parse_shared)(text.text, text.file)
        problems += found
        if node is not None:
            chain.append(node)
        text = _next(node, read, names, seen, problems)
    complete = len(chain) == len(sources) and not any(p.id in CHAIN_BREAKS for p in problems)
    tree = _merged(chain, problems)
    return Layers(tree=tree, problems=problems, sources=sources, documents=chain, complete=complete)


def _next(
    node: Node | None,
    read: Read,
    names: list[str],
    seen: dict[str, Place],
    problems: list[Diagnostic],
) -> Text | None:
    """The text of the base that this layer extends, if it names one that can be read."""
    if not isinstance(node, MapNode) or "extends" not in node.entries:
        return None
    entry = node.entries["extends"]
    name = text_of(entry.node)
    text = read(name) if name and is_safe(name) and name not in seen else None
    if text is None:
        problems.append(_unusable(name, entry, names, seen))
    seen[name or ""] = entry.node.place
    return text


def _unusable(
    name: str | None, entry: Entry, names: list[str], seen: dict[str, Place]
) -> Diagnostic:
    place = entry.node.place
    if name is None:
        return Diagnostic(
            id="wrong-type",
            message="'extends' is not a text",
            place=place,
            expected="the name of a base, such as ca-to-wos/standard",
        )
    if name in seen:
        chain = [*seen]
        cycle = " -> ".join([*chain[chain.index(name) :], name])
        return Diagnostic(
            id="base-cycle",
            message=f"the bases extend each other: {cycle}",
            place=place,
            help="take one 'extends' out",
            note=Note(message="it was extended here already", place=seen[name]),
        )
    if not is_safe(name):
        return Diagnostic(
            id="unsafe-name",
            message="not a name of a base",
            place=place,
            expected="words of letters, digits and '-', with '/' between them",
            help="a base lies under mappings/: no leading '/', no '..'",
        )
    return Diagnostic(
        id="unknown-base",
        message=f"there is no base '{name}'",
        place=place,
        help=did_you_mean(name, names),
    )


def _merged(chain: list[Node], problems: list[Diagnostic]) -> Node | None:
    tree: Node | None = None
    for layer in reversed(chain):
        without = _without_extends(layer)
        result = merge(tree if tree is not None else MapNode(place=layer.place), without)
        problems += result.problems
        tree = result.node
    return tree


def _without_extends(node: Node) -> Node:
    if not isinstance(node, MapNode):
        return node
    entries = {key: entry for key, entry in node.entries.items() if key != "extends"}
    return MapNode(entries=entries, place=node.place)
