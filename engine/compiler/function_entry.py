"""One function as it is described to people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of an expression.

    `takes` are its arguments as their kinds, with a name before the kind where there are several of
    one kind (`old: text`). `result` is what `example` yields over the record of docs/functions.md,
    as JSON; `null_result` is what `of_null` yields, None where that is an error of the record.
    """

    name: str
    takes: str
    gives: str
    says: str
    example: str
    result: str
    of_null: str
    null_result: str | None = None

    @property
    def signature(self) -> str:
        """How it is called: `split(text, separator: text) -> list of texts`."""
        return f"{self.name}({self.takes}) -> {self.gives}"
