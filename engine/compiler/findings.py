"""What is found on the walk through an expression: each kind of mistake, in words for a person."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.compiler import functions
from engine.compiler.kinds import ANY, PLURAL, SPOKEN, listed
from engine.compiler.node_text import key_of, name_of, sign_of, span_of, written
from engine.compiler.seen import Seen, suggestion, unseen_word
from engine.compiler.shapes import NUMBER, Shape
from engine.compiler.syntax_tree import Node, children
from engine.compiler.wording import fix_of, near, within
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import Expression

_NULL = frozenset(["null"])
_DATES = "Dates are compared as numbers: to_number(date_format(..., '%Y%m%d'))."
_INSTEAD = {"string": "''", "array": "`[]`", "number": "`0`"}


@dataclass(slots=True)
class Findings:
    """The problems of one expression. The same is said once, where it is met first.

    `seen` are names that given records show.
    """

    expression: Expression
    seen: Seen = field(default_factory=Seen)
    found: dict[Hashable, Diagnostic] = field(default_factory=dict)

    def sorted(self) -> list[Diagnostic]:
        """All of them in the order of the text."""
        return sorted(self.found.values(), key=lambda one: one.place.column if one.place else 0)

    def unknown_field(self, step: Node, base: Shape, label: str) -> None:
        """A member that the record does not have. A service may have got members that its
        description lacks, so that it is sure only where another one is near.
        """
        name, place = step["value"], self._at(step)
        guess = near(name, base.members, 0.6)
        sure = base.closed or name in base.absent or near(name, base.members, 0.8) is not None
        self._add(
            step,
            Diagnostic(
                id="unknown-field",
                message=f'{label or "The value"} has no member "{name}": it is always null',
                place=place,
                found=name,
                help=_advice(name, guess, base),
                fix=fix_of(place, name, guess) if guess and _same(guess, name) else None,
            )
            if sure
            else Diagnostic(
                id="undescribed-field",
                message=f'No member "{name}" of {label or "the value"} is known: it may be null'
                " for every record",
                place=place,
                severity="warning",
                found=name,
                help=_advice(name, guess, base),
            ),
        )

    def free(self, step: Node, what: str, name: object) -> None:
        """A member that the seller named: only a record can tell whether there is one."""
        known = self.seen.of(what)
        if str(name) in known:
            return
        help_, note = suggestion(str(name), known)
        self._add(
            step,
            Diagnostic(
                id="free-member",
                message=f"{name} is {what} that the seller named: nothing tells here whether it"
                " is there",
                place=self._at(step),
                severity="warning",
                found=str(name),
                help=help_
                or "Where it is not there it is null: compare the spelling with a real record.",
                note=note,
            ),
        )

    def no_members(self, step: Node, base: Shape, label: str) -> None:
        """A member of something that is no object: null for every record."""
        name = name_of(step["value"])
        one, all_ = f"{label}[0].{name}", f"{label}[*].{name}"
        is_list = "array" in base.kinds
        self._add(
            step,
            Diagnostic(
                id="no-members",
                message=f"{label or 'The value'} is {listed(base.kinds - _NULL)} and has no member"
                f' "{step["value"]}": this is always null',
                place=self._at(step),
                found=step["value"],
                expected=f"{one} or {all_}" if is_list else None,
                help="[0] is the first element, [*] all of them." if is_list else None,
            ),
        )

    def no_elements(self, node: Node, base: Shape, label: str) -> None:
        """An index or a filter on something that is no list: null for every record."""
        self._add(
            node,
            Diagnostic(
                id="no-elements",
                message=f"{label or 'The value'} is {listed(base.kinds - _NULL)},"
                " not a list: this is always null",
                place=self._at(node),
                found=listed(base.kinds - _NULL),
                expected="a list",
            ),
        )

    def comparison(self, node: Node, left: Shape, right: Shape) -> None:
        """A comparison whose answer no record can change."""
        if node["value"] not in ("eq", "ne"):
            self._order(node, left, right)
            return
        if _strangers(left, right):
            self._kinds(node, left, right)
            return
        sides = children(node)
        for shape, other in ((left, sides[1]), (right, sides[0])):
            if _is_literal(other) and isinstance(other["value"], str):
                self._word(other, shape, other["value"])
                self._unseen(other, shape, other["value"])
            if shape.free and _is_literal(other):
                self.free(other, shape.free, other["value"])

    def call(self, node: Node, given: Sequence[Shape]) -> None:
        """A call of a function with what it refuses, for every record or for some."""
        arguments = children(node)
        wanted = functions.takes(node["value"], len(given))
        for argument, shape, kinds in zip(arguments, given, wanted, strict=True):
            self._argument(node, argument, shape, kinds)
        if node["value"].endswith("_by"):
            self._argument(node, children(arguments[1])[0], given[1].items, ("string", "number"))
        if node["value"] == "contains":
            for one, text in _listed_texts(arguments[0]):
                self._word(one, given[1], text)
                self._unseen(one, given[1], text)
            if isinstance(arguments[1].get("value"), str) and _is_literal(arguments[1]):
                self._word(arguments[1], given[0].items, arguments[1]["value"])
                self._unseen(arguments[1], given[0].items, arguments[1]["value"])

    def _argument(self, call: Node, node: Node, shape: Shape, kinds: tuple[str, ...]) -> None:
        plain = frozenset(kind.partition("-")[0] for kind in kinds)
        if not kinds or shape.kinds == ANY:
            return
        if not shape.kinds & plain and shape.kinds != _NULL:
            self._refused(call, node, listed(shape.kinds - _NULL), _spoken(kinds))
        elif "null" in shape.kinds and "null" not in plain:
            self._null(call, node, shape.kinds & plain)
        elif "array" in plain and shape.element is not None:
            self._of_elements(call, node, shape.element, kinds)

    def _of_elements(self, call: Node, node: Node, element: Shape, kinds: tuple[str, ...]) -> None:
        plain = frozenset(kind.partition("-")[2] for kind in kinds) - {""}
        if not plain or element.kinds == ANY:
            return
        if not element.kinds & plain:
            given = " or ".join(PLURAL[kind] for kind in sorted(element.kinds))
            self._refused(call, node, f"a list of {given}", _spoken(kinds))
        elif "null" in element.kinds:
            self._null(call, node, frozenset())

    def _refused(self, call: Node, node: Node, given: str, wanted: str) -> None:
        name = call["value"]
        self._add(
            node,
            Diagnostic(
                id="wrong-argument",
                message=f"{name}() is given {given}: it fails for every record",
                place=self._at(node),
                found=given,
                expected=wanted,
                help="to_string() makes a text of a number." if "a text" in wanted else None,
            ),
        )

    def _null(self, call: Node, node: Node, plain: frozenset[str]) -> None:
        what = written(node)
        instead = next((_INSTEAD[kind] for kind in sorted(plain) if kind in _INSTEAD), "''")
        is_path = plain and what and not what.endswith(")")
        advice = f"coalesce({what if is_path else '...'}, {instead})"
        self._add(
            node,
            Diagnostic(
                id="null-into-function",
                message=f"{call['value']}() fails where {_where(what, plain)} is null,"
                " and the record is held",
                place=self._at(node),
                severity="warning",
                found=what or None,
                help=f"Say what null means: {advice}.",
            ),
        )

    def _word(self, node: Node, shape: Shape, text: str) -> None:
        """A text that is none of the words that the value can be."""
        if shape.words is not None and text not in shape.words:
            place = self._at(node)
            exact = place.length == len(text) + 2
            marked = f"'{text}'" if exact else ""
            problem = unknown_word(text, shape.words, place, marked=marked, fixed=shape.fixed)
            self._add({**node, "value": text}, problem)

    def _unseen(self, node: Node, shape: Shape, text: str) -> None:
        """A text that the seller chose, of which a record shows another spelling."""
        known = self.seen.of(shape.named) if shape.named else {}
        problem = unseen_word(text, shape.named, known, self._at(node))
        if problem is not None:
            self._add({**node, "value": text}, problem)

    def _kinds(self, node: Node, left: Shape, right: Shape) -> None:
        pair = f"{listed(left.kinds - _NULL)} with {listed(right.kinds - _NULL)}"
        sides = children(node)
        wrong = _mistaken(sides[0], right) or _mistaken(sides[1], left)
        self._add(
            node,
            Diagnostic(
                id="compare-kinds",
                message=f"This compares {pair}: the answer is the same for every record",
                place=self._at(node),
                help=wrong.advice if wrong else "Compare values of one kind.",
                fix=fix_of(self._at(wrong.node), wrong.was, wrong.text) if wrong else None,
            ),
        )

    def _order(self, node: Node, left: Shape, right: Shape) -> None:
        """Only numbers have an order in JMESPath; of anything else the answer is null."""
        for shape, side in zip((left, right), children(node), strict=True):
            if shape.kinds != ANY and "number" not in shape.kinds and shape.kinds != _NULL:
                wrong = _mistaken(side, NUMBER)
                problem = Diagnostic(
                    id="compare-kinds",
                    message=f"`{sign_of(node)}` compares numbers, and this is"
                    f" {listed(shape.kinds - _NULL)}: the answer is always null",
                    place=self._at(side),
                    expected="a number",
                    help=wrong.advice if wrong else _DATES,
                    fix=fix_of(self._at(side), wrong.was, wrong.text) if wrong else None,
                )
                self._add(node, problem)

    def _add(self, node: Node, problem: Diagnostic) -> None:
        self.found.setdefault((problem.id, key_of(node)), problem)

    def _at(self, node: Node) -> Place:
        start, length = span_of(node, self.expression.text)
        return within(self.expression.place, self.expression.text, start, length)


def unknown_word(
    text: str, words: Iterable[str], place: Place, *, marked: str = "", fixed: bool = False
) -> Diagnostic:
    """A text that is none of these words. The service may have got new ones, so that it is sure
    only where another one is near, or where the words are our own and `fixed`. `marked` is the
    text as it stands at the place, with its quotes.
    """
    known = sorted(words)
    guess = near(text, known, 0.8)
    if guess is None and not fixed:
        return Diagnostic(
            id="undescribed-word",
            message=f"'{text}' is not among the words that this is known to be",
            place=place,
            severity="warning",
            found=text,
            expected=f"one of {', '.join(known)}",
        )
    certain = guess is not None and marked and _same(guess, text)
    return Diagnostic(
        id="unknown-word",
        message=f"There is no '{text}' among the words that this can be",
        place=place,
        found=text,
        expected=f"one of {', '.join(known)}",
        help=f"Did you mean '{guess}'?" if guess else None,
        fix=fix_of(place, marked, marked.replace(text, guess or text)) if certain else None,
    )


def _where(what: str, plain: frozenset[str]) -> str:
    return (what or "this") if plain else f"an element of {what or 'the list'}"


def _same(guess: str, name: str) -> bool:
    return guess.casefold() == name.casefold()


def _advice(name: str, guess: str | None, base: Shape) -> str | None:
    if name in base.absent:
        return "The service has this list, but it is not read with the record."
    if guess is None and len(base.members) <= 12:
        return f"It has: {', '.join(sorted(base.members))}."
    return f"Did you mean `{guess}`?" if guess else None


def _listed_texts(node: Node) -> Iterator[tuple[Node, str]]:
    """The texts that are written out in a list, each with the literal in which it stands."""
    whole = _is_literal(node) and isinstance(node["value"], list)
    listed = [(node, one) for one in node["value"]] if whole else []
    if node["type"] == "multi_select_list":
        listed = [(one, one["value"]) for one in children(node) if _is_literal(one)]
    yield from ((one, text) for one, text in listed if isinstance(text, str))


def _is_literal(node: Node) -> bool:
    return bool(node["type"] == "literal")


def _strangers(left: Shape, right: Shape) -> bool:
    """Whether two values can never be the same; whether something is null may always be asked."""
    kinds = (left.kinds - _NULL, right.kinds - _NULL)
    return ANY not in (left.kinds, right.kinds) and all(kinds) and not kinds[0] & kinds[1]


@dataclass(frozen=True, slots=True)
class _Literal:
    """A literal of the wrong kind as it is written, and as it is meant."""

    node: Node
    was: str
    text: str

    @property
    def advice(self) -> str:
        """What to write instead."""
        kind = "A number stands in backticks" if "`" in self.text else "A text in single quotes"
        return f"{kind}: {self.text}"


def _mistaken(node: Node, other: Shape) -> _Literal | None:
    """A number that is written as a text and compared with a number, or the other way round."""
    value = node.get("value")
    if not _is_literal(node) or isinstance(value, bool):
        return None
    if isinstance(value, int) and "string" in other.kinds:
        return _Literal(node, f"`{value}`", f"'{value}'")
    whole = isinstance(value, str) and value.isdecimal() and value == str(int(value))
    return _Literal(node, f"'{value}'", f"`{value}`") if whole and "number" in other.kinds else None


def _spoken(kinds: Sequence[str]) -> str:
    names = [kind.partition("-") for kind in kinds]
    return " or ".join(f"a list of {PLURAL[of]}" if of else SPOKEN[kind] for kind, _, of in names)
