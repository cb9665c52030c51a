"""A case that is being written of a real record: everything but the members of that record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.cases.case import Case
from engine.cases.playing import play
from engine.cases.reading import EVERYBODYS, read_case
from engine.cases.showing import shown
from engine.cases.stage import open_stage
from engine.cases.trimming import trimmed
from engine.cases.yaml_text import block, scalar
from engine.customers import Customer
from engine.errors import ConfigurationError
from engine.sandbox.casting.town import KEY

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the case is of (`order 1001`), and what it gives of such a record (`given`).

    `notes` are words for the comment on top; `at` None is the usual time of cases.
    """

    customer: Customer
    what: str
    given: Callable[[Record], dict[str, Any]]
    at: datetime | None
    flow: str = EVERYBODYS
    note: str = "what makes no difference is left out"

    def taken(self, record: Record, kept: frozenset[str], schema: str) -> str:
        """The text of the case, without the members that make no difference and are not `kept`.

        Raises ConfigurationError where the record makes no case.
        """
        case = self._read(record, schema)
        with open_stage(KEY) as stage:

            def outcome(one: Record) -> Mapping[str, Any]:
                return shown(play(self.customer, replace(case, given=self.given(one)), stage))

            whole = outcome(record)
            return self._text(trimmed(record, kept, lambda one: outcome(one) == whole))

    def _read(self, record: Record, schema: str) -> Case:
        name = self.customer.ruleset.customer
        case, faults = read_case(name, "a new case", self._text(record), schema)
        if case is None:
            raise ConfigurationError(
                f"{self.what} makes no case: {faults[0].message}", "Give one whole record, as JSON."
            )
        return case

    def _text(self, record: Record) -> str:
        title = f"{self.what[:1].upper()}{self.what[1:]}."
        lines = [
            "# yaml-language-server: $schema=../../../schemas/case.schema.json",
            f"# Taken from {self.what} by `crossdock test new`:",
            f"# {self.note}. Say in the title what it shows.",
            f"title: {scalar(title)}",
            *([f"flow: {self.flow}"] if self.flow != EVERYBODYS else []),
            *([f"at: {self.at:%Y-%m-%dT%H:%M:%SZ}"] if self.at is not None else []),
            "confirmed: false",
            *block({"given": self.given(record)}),
        ]
        return "\n".join(lines) + "\n"
