"""Quantities written to ChannelAdvisor. They leave no mark, so nothing of them is read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.adapters.channeladvisor.writing import Write
from engine.model.effect import Evidence, Proof

_ADDRESS = re.compile(r"/v1/Products\((-?\d+)\)/UpdateQuantity")


class Adjust(Write):
    """Changes quantities by so many units: sent at most once, whatever happens."""

    address = _ADDRESS

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """Unclear: sales and others move the same figures, so that none of them proves anything."""
        return Evidence(proof=Proof.UNCLEAR, detail="a relative change leaves no trace")


class SetQuantity(Write):
    """Sets quantities: one that may or may not be set is set again, to the newest number."""

    address = _ADDRESS

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """Always absent, because it does not matter.

        Reading can't prove it, as sales go on; and it need not, as setting again is harmless once
        the first try can't come any more. Absent makes the flow plan it anew, with today's number;
        a doubt would ask a person for nothing, and the old bytes would set yesterday's number.
        """
        detail = "what is set leaves no trace; the number of today is sent instead"
        return Evidence(proof=Proof.ABSENT, detail=detail)
