"""A workspace as an editor shows it: what is open there holds, saved or not."""

from __future__ import annotations

from pathlib import Path

from engine.config.layers import Layers, read_layers
from engine.config.library import Text
from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.workspace import Workspace


class Desk(Workspace):
    """The files of a workspace; those that are open, with the texts that the editor shows."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.root.resolve(), tuple(workspace.names("adapters")))
        self._open: dict[Path, str] = {}

    def show(self, path: Path, text: str) -> None:
        """A file is open with this text."""
        self._open[path.resolve()] = text

    def close(self, path: Path) -> None:
        """A file is not open any more: what is on disk holds."""
        self._open.pop(path.resolve(), None)

    def is_open(self, path: Path) -> bool:
        """Whether the editor shows this file."""
        return path.resolve() in self._open

    def content(self, path: Path) -> str:
        shown = self._open.get(path.resolve())
        return super().content(path) if shown is None else shown

    def customer_of(self, path: Path) -> str | None:
        """The customer whose ruleset a file is."""
        folder, file = self.root / "rulesets", path.resolve()
        name = file.parent.name if file.name == "ruleset.yaml" else file.stem
        inside = file in (folder / name / "ruleset.yaml", folder / f"{name}.yaml")
        return name if inside else None

    def touched_by(self, path: Path) -> list[str]:
        """The customers to look at again when a file changes: its own, or all that are open, as a
        base or a site profile may be theirs.
        """
        own = self.customer_of(path)
        if own is not None:
            return [own]
        found = {self.customer_of(one) for one in self._open}
        return sorted(name for name in found if name is not None)

    def problems(self, customer: str) -> dict[Path, list[Diagnostic]]:
        """Every problem of a customer, by the file where it stands; of files without one, none."""
        found: dict[Path, list[Diagnostic]] = {}
        for file in self.layers(customer).sources:
            found[self.path_of(file)] = []
        for one in load_customer(self, customer, "draft")[1]:
            if one.place is not None:
                found.setdefault(self.path_of(one.place.file), []).append(one)
        return found

    def layers(self, customer: str) -> Layers:
        """A customer's ruleset and its bases; without any where there is no such ruleset."""
        top = self.ruleset(customer)
        if top is None:
            return Layers(tree=None, problems=[], sources={})
        return read_layers(top, self.base, self.names("bases"))

    def text_of(self, path: Path) -> Text | None:
        """A file of the workspace, under the name that places give it."""
        if not path.is_file():
            return None
        return Text(self._shown(path.resolve()), self.content(path))

    def path_of(self, file: str) -> Path:
        """Where a file is that a place names."""
        return self.root / file
