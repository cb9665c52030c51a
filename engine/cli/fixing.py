"""`validate --fix`: what is certain is mended, one fix after the other, each proven on a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.config.fixing import fixed
from engine.diagnostics import Diagnostic, Fix
from engine.workspace import EditedWorkspace, Workspace

Validate = Callable[[Workspace, str], list[Diagnostic]]
MOST = 1_000
"""Fixes of one ruleset in one go: beyond it the file is of another kind than we think."""


@dataclass(slots=True)
class Mending:
    """The files of a workspace as they were and as they would be; nothing is written before
    `write`. `done` has what was mended by customer.
    """

    workspace: Workspace
    validate: Validate
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    done: dict[str, list[Diagnostic]] = field(default_factory=dict)

    def mend(self, customer: str, problems: list[Diagnostic]) -> list[Diagnostic]:
        """Mends what is certain of a customer's problems; returns those that are left."""
        refused: set[Fix] = set()
        mended = self.done.setdefault(customer, [])
        while len(mended) < MOST and (first := _first(problems, refused)):
            one, fix = first
            left = self._tried(customer, one, fix, problems)
            if left is None:
                refused.add(fix)
                continue
            mended.append(one)
            problems = left
        return problems

    def again(self, customer: str) -> list[Diagnostic]:
        """The problems of a customer with the files as they would be."""
        return self.validate(EditedWorkspace(self.workspace, self.after), customer)

    @property
    def changed(self) -> list[str]:
        """The names of the files that were mended."""
        return [file for file, text in self.after.items() if text != self.before[file]]

    def write(self) -> None:
        """Writes every file that was mended."""
        for file in self.changed:
            self.workspace.rewrite(file, self.before[file], self.after[file])

    def _tried(
        self, customer: str, one: Diagnostic, fix: Fix, problems: list[Diagnostic]
    ) -> list[Diagnostic] | None:
        """The problems after a fix; None, and nothing is changed, where it is no good."""
        file = fix.place.file
        text = self._text(file)
        new = fixed(text, fix) if text is not None else None
        if new is None:
            return None
        tried = {**self.after, file: new}
        left = self.validate(EditedWorkspace(self.workspace, tried), customer)
        if not _is_better(one, problems, left):
            return None
        self.after = tried
        return left

    def _text(self, file: str) -> str | None:
        """The file's text so far; None where it is not this workspace's to write."""
        if file not in self.before:
            text = self.workspace.own_text(file)
            if text is None:
                return None
            self.before[file] = text
        return self.after.get(file, self.before[file])


def _first(problems: list[Diagnostic], refused: set[Fix]) -> tuple[Diagnostic, Fix] | None:
    """The first problem whose fix was not tried in vain."""
    fixable = ((one, one.fix) for one in problems if one.fix is not None)
    return next((pair for pair in fixable if pair[1] not in refused), None)


def _is_better(one: Diagnostic, before: list[Diagnostic], after: list[Diagnostic]) -> bool:
    """Whether a fix mended its problem, and the file can still be read."""
    unread = {p.id for p in after if p.id.startswith("yaml-")} - {p.id for p in before}
    return _count(one, after) < _count(one, before) and not unread


def _count(one: Diagnostic, problems: Iterable[Diagnostic]) -> int:
    return Counter((p.id, p.message) for p in problems)[one.id, one.message]
