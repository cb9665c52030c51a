"""The life of one process of the engine: every boundary at which it may die, or sleep too long."""

from __future__ import annotations

from collections.abc import Callable


class Death(BaseException):
    """The process is gone. It is no Exception, so that no code under test survives it."""


class Life:
    """Told at each boundary, and dead for ever once `fate` says so.

    A boundary is `before:WHAT` or `after:WHAT`, where WHAT is `commit claim`, `request GET
    channel /v1/Orders` and the like. `finally` blocks still run in a process that only raises:
    whatever they touch asks here first, and is refused. So they leave no trace.
    """

    def __init__(self, fate: Callable[[str], bool] = lambda _: False) -> None:
        self._fate = fate
        self.dead = False
        self.passed: list[str] = []

    def boundary(self, name: str) -> None:
        """Raises Death where the process dies here, or has died before."""
        if self.dead:
            raise Death(name)
        self.passed.append(name)
        if self._fate(name):
            self.dead = True
            raise Death(name)
