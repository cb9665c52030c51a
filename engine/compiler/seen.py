"""Names that people of the seller chose, as given records show them: what there is, and where.

No schema knows a custom field, an attribute, a tag or a ship class. A record that has one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.compiler.shapes import Shape
from engine.compiler.wording import near
from engine.config.library import certain
from engine.config.nodes import ListNode, MapNode, Node, ScalarNode
from engine.diagnostics import Diagnostic, Note, Place

Names = Mapping[str, Place]
Sighting = tuple[str, str, Place]
"""What is named (`a tag`), its name, and where a record has it."""
MOST = 12
"""Names that are listed where none of them is near."""


def _nothing() -> Iterable[Sighting]:
    return ()


@dataclass(slots=True)
class Seen:
    """What records show, read once it is asked for: most rulesets never ask."""

    read: Callable[[], Iterable[Sighting]] = _nothing
    _names: dict[str, dict[str, Place]] | None = field(default=None, init=False, repr=False)

    def of(self, what: str) -> Names:
        """Name -> where it was met first."""
        if self._names is None:
            self._names = {}
            for kind, name, place in self.read():
                self._names.setdefault(kind, {}).setdefault(name, place)
        return self._names.get(what, {})


def names_in(node: Node | None, shape: Shape) -> Iterator[Sighting]:
    """Every name that the seller chose in a record of this shape, in the order of the text.

    Only what the shape calls so is taken, so that no value of a buyer is ever among them.
    """
    if isinstance(node, MapNode):
        for name, entry in node.entries.items():
            if shape.free and name not in shape.members:
                yield shape.free, name, entry.key_place
            elif name in shape.members:
                yield from names_in(entry.node, shape.members[name])
    elif isinstance(node, ListNode):
        for one in node.items:
            yield from names_in(one, shape.items)
    elif isinstance(node, ScalarNode) and (shape.free or shape.named):
        yield from _of_scalar(node, shape)


def _of_scalar(node: ScalarNode, shape: Shape) -> Iterator[Sighting]:
    """A name; of what is several in one text each."""
    parts = node.text.split(",") if shape.several else [node.text]
    for part in parts:
        if part.strip() and node.value is not None:
            yield shape.free or shape.named, part.strip(), node.place


def suggestion(name: str, known: Names) -> tuple[str | None, Note | None]:
    """What to say of a name that no record has: the near one or all there are, and where."""
    guess = None if name.isdecimal() else near(name, known, 0.6)
    first = guess or next(iter(known), None)
    if first is None:
        return None, None
    listed = ", ".join(f"`{one}`" for one in [*known][:MOST])
    note = Note(message=f"a record of a case has `{first}` here", place=known[first])
    return (f"Did you mean `{guess}`?" if guess else f"Records of the cases have {listed}."), note


def unseen_word(text: str, what: str, known: Names, place: Place) -> Diagnostic | None:
    """That no record has this name and one has a name that is a slip away; None where it is not
    so: without such a one, nobody can tell.
    """
    meant = None if text in known else certain(text, known)
    if meant is None:
        return None
    return Diagnostic(
        id="unseen-word",
        message=f"No record of the cases has {what} '{text}'; one has '{meant}'",
        place=place,
        severity="warning",
        found=text,
        help=f"Did you mean '{meant}'? If both are there, a case that has '{text}' settles it.",
        note=Note(message=f"it has '{meant}' here", place=known[meant]),
    )
