"""The job with jmespath.py, which interprets every expression anew for every order."""

from __future__ import annotations

from typing import Any

import jmespath
import orjson

from tests.bench.jobs.lines import play
from tests.bench.rules import FIELDS, FILTERS, nested

_FILTERS = [jmespath.compile(text) for text in FILTERS]
_FIELDS = {name: jmespath.compile(text) for name, text in FIELDS.items()}


def _mapped(order: dict[str, Any]) -> dict[str, Any] | None:
    if not all(rule.search(order) for rule in _FILTERS):
        return None
    return nested({name: field.search(order) for name, field in _FIELDS.items()})


play(_mapped, orjson.loads, orjson.dumps)
