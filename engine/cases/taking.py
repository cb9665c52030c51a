"""A new case from a real record: without its buyer, trimmed to what the ruleset makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.cases.playing import play
from engine.cases.reading import moment, read_case
from engine.cases.redacting import redacted
from engine.cases.showing import shown
from engine.cases.stage import Stage, open_stage
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
    draft = _Draft(customer, said, codes, schema)
    with open_stage(KEY) as stage:
        whole = draft.outcome(bare, stage)
        reads = frozenset(path[1] for path in customer.compiled.reads if len(path) > 1)
        short = trimmed(bare, reads, lambda record: draft.outcome(record, stage) == whole)
    return draft.text(short)


class _Draft:
    """A case that is being written: everything but the members of its record."""

    def __init__(
        self, customer: Customer, said: Mapping[str, Any], codes: Mapping[int, str], schema: str
    ) -> None:
        self._customer = customer
        self._said = said
        self._schema = schema
        self._at = moment(str(said["updated"])).replace(microsecond=0) + AFTER
        self._centers = [
            {"code": codes.get(number, str(number)), "id": number} for number in said["centers"]
        ]

    def outcome(self, record: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
        """What the ruleset makes of such a record."""
        case, faults = read_case("", "a new case", self.text(record), self._schema)
        if case is None:
            raise ConfigurationError(
                f"that order makes no case: {faults[0].message}", "Give one whole order, as JSON."
            )
        return shown(play(self._customer, case, stage))

    def text(self, record: Mapping[str, Any]) -> str:
        """The whole file."""
        number = self._said["id"]
        order = {"id": number, "profile": self._said["profile"], "raw": record}
        given: dict[str, Any] = {"orders": [order]}
        if self._centers:
            given["centers"] = self._centers
        lines = [
            "# yaml-language-server: $schema=../../../schemas/case.schema.json",
            f"# Taken from order {number} by `crossdock test new`: its buyer is invented, and what",
            "# makes no difference is left out. Say in the title what it shows.",
            f"title: {scalar(f'Order {number}.')}",
            f"at: {self._at:%Y-%m-%dT%H:%M:%SZ}",
            "confirmed: false",
            *block({"given": given}),
        ]
        return "\n".join(lines) + "\n"
