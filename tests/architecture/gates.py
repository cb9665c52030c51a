"""The gates that no tool on the shelf has: each takes sources and returns what is wrong with them.

A problem is a line `file:line what`. Nothing here knows where the project lies, so the tests can
run each gate over the tree, where it must find nothing, and over a planted fault, which it must
find.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_TEST_LINES = 60
MAX_PARAMETERS = 6

FORBIDDEN_WORDS = frozenset(
    ["manager", "helper", "helpers", "util", "utils", "common", "misc", "data", "handler"]
)
WORLD_CALLS = frozenset(["open", "print", "input", "exec", "eval", "breakpoint", "__import__"])
CLOCK_CALLS = frozenset(
    [
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.monotonic",
        "time.perf_counter",
        "time.sleep",
    ]
)
# The reason stands behind the codes: `noqa: S603 - our own command`.
SUPPRESSION = re.compile(
    r"#\s*(?P<kind>noqa|type:\s*ignore|pragma:\s*no\s+\w+)"
    r"(?P<codes>:[\s,A-Z0-9]*(?=\s|$|-|#)|\[[\w\s,-]*\])?(?P<reason>.*)",
    re.IGNORECASE,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: `name` is its path from the root, with slashes."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def at(self, place: ast.stmt | ast.expr | int, what: str) -> str:
        line = place if isinstance(place, int) else place.lineno
        return f"{self.name}:{line} {what}"


Gate = Callable[[Source], Iterator[str]]


def functions(tree: ast.Module) -> Iterator[Function]:
    """All functions and methods, nested ones too."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def file_size(source: Source) -> Iterator[str]:
    """A file has at most 400 lines."""
    count = len(source.text.splitlines())
    if count > MAX_FILE_LINES:
        yield source.at(1, f"has {count} lines, at most {MAX_FILE_LINES}")


def _length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = function.end_lineno - function.lineno + 1 if function.end_lineno else 0
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def function_size(source: Source) -> Iterator[str]:
    """A function has at most 40 lines, a test at most 60."""
    for function in functions(source.tree):
        is_test = function.name.startswith("test_") and source.name.startswith("tests/")
        most = MAX_TEST_LINES if is_test else MAX_FUNCTION_LINES
        if _length(function) > most:
            yield source.at(function, f"{function.name} has {_length(function)} lines, most {most}")


def parameters(source: Source) -> Iterator[str]:
    """A function has at most 6 parameters, `self` and `cls` apart."""
    for function in functions(source.tree):
        args = function.args
        names = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        count = len([n for n in names if n not in ("self", "cls")])
        if count > MAX_PARAMETERS:
            yield source.at(function, f"{function.name} has {count} parameters, at most 6")


def _words(name: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def forbidden_names(source: Source) -> Iterator[str]:
    """No module, class or function is named by a word that says nothing."""
    for part in source.name.removesuffix(".py").split("/"):
        if _words(part) & FORBIDDEN_WORDS:
            yield source.at(1, f"the name {part!r} says nothing")
    for node in ast.walk(source.tree):
        if isinstance(node, Function | ast.ClassDef) and _words(node.name) & FORBIDDEN_WORDS:
            yield source.at(node, f"the name {node.name!r} says nothing")


def _aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `from datetime import datetime as d` -> d: both."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({a.asname or a.name: a.name for a in node.names})
        elif isinstance(node, ast.ImportFrom):
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return found


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, aliases)}.{node.attr}"
    return aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _references(source: Source) -> Iterator[tuple[ast.expr, str]]:
    """Every name that is used, called or not, with what it really stands for."""
    tree = source.tree
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node, _dotted(node, aliases)


def touches_world(source: Source) -> Iterator[str]:
    """Pure code opens, prints and asks nothing."""
    for node, name in _references(source):
        if name.removeprefix("builtins.") in WORLD_CALLS:
            yield source.at(node, f"{name} touches the world")


def reads_clock(source: Source) -> Iterator[str]:
    """Nobody looks at the machine's clock or waits by it, under whatever name it was imported."""
    for node, name in _references(source):
        if name in CLOCK_CALLS:
            yield source.at(node, f"{name} is the machine's clock")


def docstrings_of_tests(source: Source) -> Iterator[str]:
    """Every test says in one sentence what it promises."""
    for function in functions(source.tree):
        if not function.name.startswith("test_"):
            continue
        text = " ".join((ast.get_docstring(function) or "").split())
        if not text.endswith(".") or re.search(r"[.!?] [A-Z]", text):
            yield source.at(function, f"{function.name} has no docstring of one sentence")


def mocks(source: Source) -> Iterator[str]:
    """No mock library, and no patching of our own modules from behind."""
    for node, name in _references(source):
        if name.startswith(("unittest.mock", "mock.")) or "pytest_mock" in name:
            yield source.at(node, "a fake is a subclass of a port, not a mock")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _dotted(node.func, {}).endswith(".setattr") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and str(first.value).startswith("engine"):
                yield source.at(node, "patches a module of ours: hand in a fake")


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if isinstance(node, ast.Call):
        name = _dotted(node.func, {}).rpartition(".")[2]
        return name in ("raises", "warns", "fail") or name.startswith(
            ("assert_", "check_", "expect_")
        )
    return False


def tests_that_cannot_fail(source: Source) -> Iterator[str]:
    """Every test asserts something, itself or by a function that is named so."""
    for function in functions(source.tree):
        if function.name.startswith("test_") and not any(map(_asserts, ast.walk(function))):
            yield source.at(function, f"{function.name} asserts nothing")


def _is_stub(function: Function) -> bool:
    """A body of `...` alone, or one that only says that it is not implemented."""
    body = [n for n in function.body if not isinstance(n, ast.Expr | ast.Pass)]
    if not body:
        last = function.body[-1]
        return isinstance(last, ast.Expr) and ast.unparse(last) == "..."
    return isinstance(body[0], ast.Raise) and "NotImplemented" in ast.unparse(body[0])


def _protocol_methods(tree: ast.Module) -> set[int]:
    """The lines at which methods of protocols begin."""
    return {
        method.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "Protocol" in {ast.unparse(b) for b in node.bases}
        for method in node.body
        if isinstance(method, Function)
    }


def stubs(source: Source) -> Iterator[str]:
    """Every function does something, but for a port's and a protocol's, which only promise."""
    promises = _protocol_methods(source.tree)
    for function in functions(source.tree):
        said = {ast.unparse(d).rpartition(".")[2] for d in function.decorator_list}
        promised = function.lineno in promises or said & {"abstractmethod", "overload"}
        if _is_stub(function) and not promised:
            yield source.at(function, f"{function.name} does nothing")


def strangers(source: Source) -> Iterator[str]:
    """Invented people live at example.com."""
    for number, line in enumerate(source.text.splitlines(), 1):
        for found in re.findall(r"(?<![\w.+:-])[\w.+-]+@(?:[\w-]+\.)+[a-zA-Z]{2,}\b", line):
            ours = found.endswith(("@example.com", ".example.com"))
            if not ours and "@odata." not in found:  # OData's annotations look like addresses.
                yield source.at(number, f"{found} may be somebody: use example.com")


def suppressions(source: Source) -> Iterator[tuple[int, str, str]]:
    """Every comment that silences a tool: line, kind, and the reason that it gives."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        found = SUPPRESSION.search(token.string) if token.type == tokenize.COMMENT else None
        if found:
            yield token.start[0], found["kind"].lower(), found["reason"].strip(" #-:")


def unreasoned(source: Source) -> Iterator[str]:
    """What silences a tool says why, in words, on its own line."""
    for line, kind, reason in suppressions(source):
        if len(re.findall(r"\w+", reason)) < 2:
            yield source.at(line, f"{kind} without a reason beside it")


def over_budget(sources: Iterable[Source], most: Mapping[str, int]) -> dict[str, int]:
    """What silences tools more often than agreed: kind -> how often; a new kind counts at once."""
    found = Counter(kind for source in sources for _, kind, _ in suppressions(source))
    return {kind: count for kind, count in found.items() if count > most.get(kind, 0)}


def words_found(words: Collection[str], what: str, *, whole: bool = True) -> Gate:
    """Makes the gate that finds any of these words anywhere in a text, letter case apart or not."""
    body = "|".join(map(re.escape, sorted(words)))
    pattern = re.compile(rf"\b(?:{body})\b") if whole else re.compile(body, re.IGNORECASE)

    def gate(source: Source) -> Iterator[str]:
        for number, line in enumerate(source.text.splitlines(), 1):
            for found in pattern.findall(line):
                yield source.at(number, f"{found}: {what}")

    return gate
