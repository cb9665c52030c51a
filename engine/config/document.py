"""YAML text -> nodes that know their place. The only door to the YAML library.

What makes YAML dangerous or ambiguous is refused with its place: aliases, merge keys, tags,
duplicate keys, several documents, and anything too large, too deep or too long. The tree is built
from the parser's events, one by one, so that a bomb ends the reading instead of the process.

What the fast parser (libyaml) reads without a remark is taken from it: seven times the speed. The
careful one, in Python, has the last word on all else, and on the signs that they read differently.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import yaml
from yaml.reader import ReaderError

from engine.config.blocks import pieces_of
from engine.config.excerpts import lines_of, place_at
from engine.config.library import MAX_BYTES
from engine.config.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from engine.config.scalars import quoted, resolve
from engine.diagnostics import Diagnostic, Fix, Note, Place

MAX_DEPTH = 50
MAX_NODES = 100_000
MERGE_KEY = "<<"
BLOCKS = ("|", ">")
FAST = getattr(yaml, "CSafeLoader", None)
"""The fast parser; PyYAML may be built without it."""
ODD = re.compile(r"[^\n -~\xa1-\u1fff]|[?]|[|>][-+0-9]*#")
"""What the two parsers may read differently: tabs, marks of order, a `?` in braces, `|#`."""
TEMPLATE = re.compile(
    r"""\{\{[^{}"\\]*\}\}"""
    r"""(?:[^{}"\\,\[\]#\s]*\{\{[^{}"\\]*\}\})*[^{}"\\,\[\]#\s]*(?=\s*(?:[,}\]#]|$))"""
)
"""Values in braces with text around them, up to where a value ends."""


class _TooMuchError(Exception):
    """The text goes past a limit: reading stops here, the diagnostic is already noted."""


class _Frame:
    """A list or map that is still open; in a map `key` is what waits for its value."""

    __slots__ = ("entries", "is_map", "items", "key", "key_place", "place")

    def __init__(self, place: Place, *, is_map: bool) -> None:
        self.is_map = is_map
        self.place = place
        self.items: list[Node] = []
        self.entries: dict[str, Entry] = {}
        self.key: str | None = None
        self.key_place = place

    def node(self) -> Node:
        if self.is_map:
            return MapNode(entries=self.entries, place=self.place)
        return ListNode(items=tuple(self.items), place=self.place)


class _Builder:
    """Takes events, keeps the open frames, ends with `root` and `problems`."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.file = file
        self.root: Node | None = None
        self.problems: list[Diagnostic] = []
        self.frames: list[_Frame] = []
        self.count = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.on_scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.on_open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._put(self.frames.pop().node())
        elif isinstance(event, yaml.AliasEvent):
            self.on_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.on_document(event)

    def report(
        self,
        rule: str,
        message: str,
        place: Place,
        advice: str | None = None,
        note: Note | None = None,
    ) -> None:
        self.problems.append(
            Diagnostic(id=rule, message=message, place=place, help=advice, note=note)
        )

    def place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return Place(self.file, 1, 1)
        same_line = start.line == end.line
        stop = end.column if same_line else len(self.lines[start.line].rstrip())
        return Place(self.file, start.line + 1, start.column + 1, max(1, stop - start.column))

    def place_of_text(self, event: yaml.ScalarEvent) -> Place:
        """The place of a scalar; of a block with those of its lines."""
        place = self.place(event)
        if event.style not in BLOCKS:
            return place
        return replace(place, pieces=tuple(pieces_of(self.lines, place.line, event.value)))

    def word(self, event: yaml.Event) -> Place:
        """The place of what stands before a value, an anchor or a tag, up to the next space."""
        place = self.place(event)
        found = self.lines[place.line - 1][place.column - 1 :].split()
        return replace(place, length=len(found[0]) if found else 1)

    def written(self, place: Place) -> str:
        """What stands at a place."""
        return self.lines[place.line - 1][place.column - 1 : place.column - 1 + place.length]

    def on_document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self.report(
                "yaml-documents",
                "a second document starts here",
                self.place(event),
                "keep one document per file: take this '---' and what follows out",
            )
            raise _TooMuchError

    def on_open(self, event: yaml.CollectionStartEvent) -> None:
        self._extras(event)
        self._limit(event)
        place = self.place(event)
        self.frames.append(_Frame(place, is_map=isinstance(event, yaml.MappingStartEvent)))
        if len(self.frames) > MAX_DEPTH:
            self.report("yaml-too-large", f"nested deeper than {MAX_DEPTH} levels", place)
            raise _TooMuchError

    def on_alias(self, event: yaml.AliasEvent) -> None:
        self._limit(event)
        place = self.place(event)
        if not (self.frames and self.frames[-1].key == MERGE_KEY):
            self.report(
                "yaml-alias",
                "an alias repeats another part of the file",
                place,
                "write the value out, or move what is shared into a base",
            )
        self._put(ScalarNode(value=None, text="", place=place))

    def on_scalar(self, event: yaml.ScalarEvent) -> None:
        self._extras(event)
        self._limit(event)
        plain = not event.style and event.tag is None
        value = resolve(event.value) if plain else event.value
        self._put(
            ScalarNode(
                value=value,
                text=event.value,
                place=self.place_of_text(event),
                quoted=event.style in ("'", '"'),
            )
        )

    def _extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self.report(
                "yaml-alias",
                f"the anchor {event.anchor!r} is not allowed",
                self.word(event),
                "take the '&name' out; nothing may refer to it",
            )
        if event.tag is not None:
            self.report(
                "yaml-tag",
                f"the tag {self.written(self.word(event))!r} is not allowed",
                self.word(event),
                "take the tag out; quote the value where it must stay a text",
            )

    def _limit(self, event: yaml.Event) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            self.report("yaml-too-large", f"more than {MAX_NODES} values", self.place(event))
            raise _TooMuchError

    def _put(self, node: Node) -> None:
        if not self.frames:
            self.root = node
        elif not self.frames[-1].is_map:
            self.frames[-1].items.append(node)
        elif self.frames[-1].key is None:
            self._put_key(self.frames[-1], node)
        else:
            self._put_value(self.frames[-1], node)

    def _put_key(self, frame: _Frame, node: Node) -> None:
        frame.key_place = node.place
        if isinstance(node, ScalarNode):
            frame.key = node.text
            return
        frame.key = ""
        place, fix = node.place, None
        if place == replace(frame.place, column=frame.place.column + 1):
            place, fix = self._template(frame.place)
        self.problems.append(
            Diagnostic(
                id="yaml-key",
                message="a key must be a text",
                place=place,
                help='quote a template: "{{ ... }}"',
                fix=fix,
            )
        )

    def _template(self, start: Place) -> tuple[Place, Fix | None]:
        """A template that stands there without quotes, and the same with them."""
        found = TEMPLATE.match(self.lines[start.line - 1], start.column - 1)
        if found is None:
            return start, None
        place = replace(start, length=len(found[0]))
        return place, Fix(place=place, was=found[0], text=f'"{found[0]}"')

    def _put_value(self, frame: _Frame, node: Node) -> None:
        key, frame.key = frame.key or "", None
        known = frame.entries.get(key)
        if key == MERGE_KEY:
            self.report(
                "yaml-merge-key",
                "the merge key '<<' is not allowed",
                frame.key_place,
                "write the members out, or move what is shared into a base",
            )
        elif known:
            self.report(
                "duplicate-key",
                f"the key {quoted(key)} stands twice in this map",
                frame.key_place,
                "take one of the two out",
                Note(message="the first one stands here", place=known.key_place),
            )
        else:
            frame.entries[key] = Entry(key_place=frame.key_place, node=node)


def parse(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a text and every problem found; None where no tree could be built.

    `file` is the name as the user gave it; it goes into every place. Never raises for bad input.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        whole = Place(file, 1, 1)
        return None, [Diagnostic(id="yaml-too-large", place=whole, message="larger than 1 MiB")]
    quick = _quickly(text, file)
    if quick is not None:
        return quick, []
    builder = _Builder(text, file)
    complete = _feed(builder)
    if complete and builder.root is None:
        builder.report("yaml-syntax", "the file is empty", Place(file, 1, 1))
    return (builder.root if complete else None), builder.problems


@lru_cache(maxsize=32)
def parse_shared(text: str, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The same for what many rulesets have in common, a base or a site profile: it is read once."""
    node, problems = parse(text, file)
    return node, tuple(problems)


def _quickly(text: str, file: str) -> Node | None:
    """The tree of a text in which nothing is wrong or odd, else None."""
    if FAST is None or ODD.search(text):
        return None
    builder = _Builder(text, file)
    try:
        for event in yaml.parse(text, Loader=FAST):
            if isinstance(event, yaml.ScalarEvent) and not (event.value or event.style):
                return None  # The parsers place what is not there differently.
            builder.take(event)
    except (_TooMuchError, yaml.YAMLError):
        return None
    return None if builder.problems else builder.root


def _feed(builder: _Builder) -> bool:
    try:
        for event in yaml.parse(builder.text, Loader=yaml.SafeLoader):
            builder.take(event)
    except _TooMuchError:
        return False
    except yaml.MarkedYAMLError as error:
        found = _syntax(error, builder.file)
        if not _follows(found, builder.problems):
            builder.problems.append(found)
        return False
    except ReaderError as error:
        place = place_at(builder.text, builder.file, error.position)
        builder.report("yaml-syntax", "a character that YAML does not allow", place)
        return False
    return True


def _follows(found: Diagnostic, earlier: list[Diagnostic]) -> bool:
    """Whether a text cannot be read only because a template on this line has no quotes."""
    lines = [one.place.line for one in earlier if one.id == "yaml-key" and one.place]
    return found.place is not None and found.place.line in lines


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    opened = error.context_mark
    start = Place(file, opened.line + 1, opened.column + 1) if opened else None
    note = Note(message=error.context, place=start) if error.context and start else None
    return Diagnostic(id="yaml-syntax", message=error.problem or "not YAML", place=place, note=note)
