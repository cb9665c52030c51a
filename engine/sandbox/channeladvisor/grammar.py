"""The documented `$filter` grammar: text to tree. It knows no member names.

Operators `and or eq ne gt ge lt le`, functions `year month day hour minute second floor ceiling`,
parentheses, `Collection/Any (c: c/Member eq 3)`, and literals: quoted strings with doubled
apostrophes, numbers, booleans, null, and bare dates. All words are matched ignoring letter case
(upper-case `AND` works in production, seen in client code). `not`, `in`, `all`, `contains`,
arithmetic and a bare member as a condition are not documented and are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.stamps import ticks

COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
FUNCTIONS = ("year", "month", "day", "hour", "minute", "second", "floor", "ceiling")
DEEPEST = 40

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<string>'(?:[^']|'')*')"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?(?![\w.:-]))"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>[()/:])"
    r")",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """`kind`: string, number, boolean, null or date (its value is in ticks then)."""

    kind: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member, of the range variable if there is one (`""` is the filtered row itself)."""

    variable: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function of one operand."""

    function: str
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two operands and one of COMPARISONS."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """Conditions joined by `and` or `or`."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """True where at least one row of the collection fulfils the body."""

    collection: Member
    variable: str
    body: Condition


Operand = Literal | Member | Call
Condition = Comparison | Junction | AnyOf


def parse(text: str) -> Condition:
    """The tree of a filter. Raises RefusedError (400, OData's shape) for anything else."""
    parser = _Parser(text)
    condition = parser.junction("or")
    if parser.kind:
        parser.refuse()
    return condition


class _Parser:
    """Recursive descent over the tokens; `kind` and `text` are the next token's ("" at the end)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = 0
        self.kind = self.text = ""
        self.step()

    def step(self) -> str:
        """Goes to the next token; returns the text of the one that was passed."""
        passed = self.text
        found = _TOKEN.match(self.source, self.position)
        if found is None:
            if self.source[self.position :].strip():
                self.refuse()
            self.kind = self.text = ""
            return passed
        self.kind, self.text = str(found.lastgroup), found[str(found.lastgroup)]
        self.position = found.end()
        return passed

    def refuse(self) -> NoReturn:
        raise odata_error(f"Syntax error at position {self.position} in the filter.")

    def expect(self, sign: str) -> None:
        """Passes this sign, and counts how deep the parentheses are."""
        if self.text != sign:
            self.refuse()
        self.depth += {"(": 1, ")": -1}.get(sign, 0)
        if self.depth > DEEPEST:
            raise odata_error("The filter is nested too deeply.")
        self.step()

    def word(self) -> str:
        """The next token, which must be a word."""
        if self.kind != "word":
            self.refuse()
        return self.step()

    def junction(self, joint: str) -> Condition:
        """Conditions joined by `or`, or (one level down) by `and`."""
        parts = [self.part(joint)]
        while self.kind == "word" and self.text.lower() == joint:
            self.step()
            parts.append(self.part(joint))
        return parts[0] if len(parts) == 1 else Junction(word=joint, parts=tuple(parts))

    def part(self, joint: str) -> Condition:
        return self.junction("and") if joint == "or" else self.condition()

    def condition(self) -> Condition:
        """A group, an Any or a comparison."""
        if self.text == "(":
            return self.group()
        left = self.operand()
        if isinstance(left, AnyOf):
            return left
        operator = self.word().lower()
        right = self.operand()
        if operator not in COMPARISONS or isinstance(right, AnyOf):
            self.refuse()
        return Comparison(operator=operator, left=left, right=right)

    def group(self) -> Condition:
        """A condition in parentheses."""
        self.expect("(")
        inner = self.junction("or")
        self.expect(")")
        return inner

    def operand(self) -> Operand | AnyOf:
        """A literal, a function, a member, or an Any (which stands alone)."""
        if self.kind != "word":
            return self.literal()
        path = [self.step()]
        while self.text == "/":
            self.step()
            path.append(self.word())
        if self.text == "(":
            return self.applied(path)
        if len(path) == 1 and path[0].lower() in ("null", "true", "false"):
            return _named_literal(path[0].lower())
        return self.member(path)

    def literal(self) -> Literal:
        kind, text = self.kind, self.text
        if kind not in ("string", "number", "date"):
            self.refuse()
        self.step()
        if kind == "string":
            return Literal(kind=kind, value=text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(kind=kind, value=float(text) if "." in text else int(text))
        try:
            return Literal(kind=kind, value=ticks(text))
        except ValueError:
            self.refuse()

    def member(self, path: list[str]) -> Member:
        if len(path) > 2:
            self.refuse()
        return Member(variable=path[0] if len(path) == 2 else "", name=path[-1])

    def applied(self, path: list[str]) -> Operand | AnyOf:
        """What stands before `(`: a function's name, or a path that ends in Any."""
        word = path[-1].lower()
        if len(path) == 1 and word in FUNCTIONS:
            self.expect("(")
            operand = self.operand()
            self.expect(")")
            if isinstance(operand, AnyOf):
                self.refuse()
            return Call(function=word, operand=operand)
        if len(path) == 1 or word != "any":
            self.refuse()
        return self.lambda_(self.member(path[:-1]))

    def lambda_(self, collection: Member) -> AnyOf:
        self.expect("(")
        variable = self.word()
        self.expect(":")
        body = self.junction("or")
        self.expect(")")
        return AnyOf(collection=collection, variable=variable, body=body)


def _named_literal(word: str) -> Literal:
    if word == "null":
        return Literal(kind="null", value=None)
    return Literal(kind="boolean", value=word == "true")
