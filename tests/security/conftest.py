"""Both twins for the tests of this folder."""

from __future__ import annotations

from tests.adapters.conftest import rig

__all__ = ["rig"]
