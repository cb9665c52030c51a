"""A new case from a real record: without its buyer, trimmed to what the ruleset makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.cases.case import Case
from engine.cases.playing import play
from engine.cases.reading import moment, read_case
from engine.cases.redacting import redacted
from engine.cases.showing import shown
from engine.cases.stage import open_stage
from engine.cases.trimming import trimmed
from engine.cases.yaml_text import block, scalar
from engine.customers import Customer
from engine.errors import ConfigurationError
from engine.sandbox.casting.orders import SAID, said_of
from engine.sandbox.casting.town import KEY

AFTER = timedelta(hours=1)
"""A case plays so long after its record was last touched."""


def case_text(
    customer: Customer, raw: Mapping[str, Any], codes: Mapping[int, str], schema: str
) -> str:
    """The text of a case about this order, whose expectation nobody has confirmed yet.

    `raw` is the whole record as the channel gives it, `codes` are the DCs' codes by id, as far as
    they are known. Raises ConfigurationError for what is no order of the channel.
    """
    rules = customer.compiled.rules
    said = said_of(dict(raw))
    if said is None:
        raise ConfigurationError(
            "that is no order as the channel gives it", "Give one whole order, as JSON."
        )
    rest = {name: value for name, value in raw.items() if name not in SAID}
    bare = redacted(rest, customer.adapters[rules.source].buyer_members)
    draft = _Draft(customer, said, codes)
    case = draft.read(bare, schema)
    with open_stage(KEY) as stage:

        def outcome(record: Mapping[str, Any]) -> Mapping[str, Any]:
            return shown(play(customer, replace(case, given=draft.given(record)), stage))

        whole = outcome(bare)
        reads = frozenset(path[1] for path in customer.compiled.reads if len(path) > 1)
        return draft.text(trimmed(bare, reads, lambda record: outcome(record) == whole))


class _Draft:
    """A case that is being written: everything but the members of its record."""

    def __init__(
        self, customer: Customer, said: Mapping[str, Any], codes: Mapping[int, str]
    ) -> None:
        self._customer = customer
        self._said = said
        self._at = moment(str(said["updated"])).replace(microsecond=0) + AFTER
        self._centers = [
            {"code": codes.get(number, str(number)), "id": number} for number in said["centers"]
        ]

    def read(self, record: Mapping[str, Any], schema: str) -> Case:
        """The case of this record, read as it will be; raises ConfigurationError where that is
        none.
        """
        name = self._customer.ruleset.customer
        case, faults = read_case(name, "a new case", self.text(record), schema)
        if case is None:
            raise ConfigurationError(
                f"that order makes no case: {faults[0].message}", "Give one whole order, as JSON."
            )
        return case

    def given(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """What the case gives."""
        order = {"id": self._said["id"], "profile": self._said["profile"], "raw": record}
        centers = {"centers": self._centers} if self._centers else {}
        return {"orders": [order], **centers}

    def text(self, record: Mapping[str, Any]) -> str:
        """The whole file."""
        number = self._said["id"]
        lines = [
            "# yaml-language-server: $schema=../../../schemas/case.schema.json",
            f"# Taken from order {number} by `crossdock test new`: its buyer is invented, and what",
            "# makes no difference is left out. Say in the title what it shows.",
            f"title: {scalar(f'Order {number}.')}",
            f"at: {self._at:%Y-%m-%dT%H:%M:%SZ}",
            "confirmed: false",
            *block({"given": self.given(record)}),
        ]
        return "\n".join(lines) + "\n"
