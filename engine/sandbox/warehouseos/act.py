"""Something that people do on the floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The members that the control was sent, and when it is done."""

    members: Mapping[str, Any]
    now: datetime
