"""A folder here is an adapter: the engine finds it by the name that a connection gives.

Nothing is imported before a ruleset names it, so a broken system cannot break another customer.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil

from engine.errors import ConfigurationError
from engine.ports.systems import Adapter


def names() -> tuple[str, ...]:
    """The adapters there are, sorted: the names of the folders beside this file."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg))


def find(name: str) -> Adapter:
    """The adapter of this name; raises ConfigurationError with the nearest name otherwise."""
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"Did you mean {near[0]!r}?" if near else f"Choose one of: {', '.join(known)}."
        raise ConfigurationError(f"there is no adapter {name!r}", advice)
    adapter: Adapter = importlib.import_module(f"{__name__}.{name}").ADAPTER
    return adapter
