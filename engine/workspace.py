"""A workspace on disk: rulesets, mappings and schemas by name, and the state folder.

`rulesets/` belongs to the workspace; bases, profiles and schemas are looked for there first and
then among what comes with the engine. Names never lead out of their folder, not by symlink either.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from engine.config.library import MAX_BYTES, Kind, Text, is_safe
from engine.errors import ConfigurationError, PlanFileError
from engine.shipped import Folder, shipped

STATE = ".crossdock"
CASE_ENDINGS = (".yaml", ".yml")
PLAN = re.compile(r"\d{8}T\d{12}Z(-[a-z-]+)?\.jsonl(\.\w+\.part)?")
"""What follows the customer's name and a dash in the name of a plan file, or of one that a killed
process left unfinished.
"""
PASS = re.compile(r"\d{12}Z-[a-z-]+\.jsonl$")
"""How the name of a plan file ends that `run` made."""
_WRITTEN_BY_PLAN = "Name a file that `crossdock plan CUSTOMER --out FILE` wrote."
ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class StoredPlan:
    """A plan file on disk; `lines` starts from the top each time.

    It is read several times, and what was inspected must be what is sent: a file that is another
    one by then is refused.
    """

    path: Path
    _mark: tuple[int, ...] | None = field(default=None, init=False, repr=False)

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def is_of_a_pass(self) -> bool:
        """Whether `run` made it, which plans anew each time, and nobody waits to apply it."""
        return PASS.search(self.path.name) is not None

    def lines(self) -> Iterator[str]:
        """Raises PlanFileError where the file can't be read as text."""
        if self.path.exists() and not self.path.is_file():
            raise PlanFileError(f"{self.path} is no file", _WRITTEN_BY_PLAN)
        try:
            with self.path.open(encoding="utf-8", newline="\n") as stream:
                self._must_be_the_same(os.fstat(stream.fileno()))
                yield from stream
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise PlanFileError(
                f"{self.path} cannot be read: {reason}", _WRITTEN_BY_PLAN
            ) from error

    def _must_be_the_same(self, found: os.stat_result) -> None:
        mark = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if self._mark not in (None, mark):
            raise PlanFileError(
                f"{self.path} was written anew while it was read",
                "Apply it again: what was sent already is on record and is not sent twice.",
            )
        self._mark = mark


class Workspace:
    """The files under one folder; implements the config stages' Library."""

    def __init__(self, root: Path, adapters: tuple[str, ...]) -> None:
        self.root = root
        self._adapters = adapters

    def ruleset(self, customer: str) -> Text | None:
        folder = self.root / "rulesets"
        if not is_safe(customer):
            return None
        return self._read(folder, f"{customer}/ruleset.yaml") or self._read(
            folder, f"{customer}.yaml"
        )

    def cases(self, customer: str) -> list[Text]:
        """The texts of a customer's cases, by name. What cannot be read is not among them: it is
        told by whoever plays them.
        """
        folder = self.root / "rulesets" / customer / "cases"
        found = sorted(path for path in folder.rglob("*") if path.suffix in CASE_ENDINGS)
        texts: list[Text] = []
        for path in found:
            with suppress(ConfigurationError):
                text = self._read(folder, path.relative_to(folder).as_posix())
                texts += [text] if text is not None else []
        return texts

    def base(self, name: str) -> Text | None:
        return self._find("mappings", f"{name}.yaml") if is_safe(name) else None

    def profile(self, name: str) -> Text | None:
        return self._find("mappings", f"profiles/{name}.yaml") if is_safe(name) else None

    def schema(self, name: str) -> Text | None:
        """The engine's own: a workspace's `schemas/` is for editors, and may be older than this."""
        return self._read(shipped("schemas"), f"{name}.schema.json") if is_safe(name) else None

    def names(self, kind: Kind) -> list[str]:
        if kind == "adapters":
            return list(self._adapters)
        if kind == "rulesets":
            return self.customers()
        folders = [self.root / "mappings", shipped("mappings")]
        found = {
            path.relative_to(folder).with_suffix("").as_posix()
            for folder in folders
            for path in folder.rglob("*.yaml")
        }
        profiles = {
            name.removeprefix("profiles/") for name in found if name.startswith("profiles/")
        }
        bases = {name for name in found if not name.startswith("profiles/")}
        return sorted(profiles if kind == "profiles" else bases)

    def customers(self) -> list[str]:
        """The customers of this workspace, sorted."""
        folder = self.root / "rulesets"
        nested = {path.parent.name for path in folder.glob("*/ruleset.yaml")}
        return sorted(nested | {path.stem for path in folder.glob("*.yaml")})

    @property
    def state(self) -> Path:
        """The folder of the ledger and the plans, not made yet."""
        return self.root / STATE

    def ledger_url(self) -> str:
        """Where the memory of this workspace is."""
        return f"sqlite:///{self.state / 'ledger.db'}"

    @contextmanager
    def new_plan(self, path: Path) -> Iterator[TextIO]:
        """Opens a plan file for its owner alone: it holds buyers' names and addresses.

        It is written beside its place and put there once it is whole, so that an earlier file stays
        until then, for whoever applies it too. One that is not finished is removed. Raises
        ConfigurationError where nothing can be written, and where a link or a device is.
        """
        with _must_be_writable(path):
            stream, part = _beside(path)
        try:
            with stream:
                yield stream
            with _must_be_writable(path):
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def forget_plans(self, customer: str, before: datetime) -> int:
        """Removes the customer's plan files here that were made before then; returns how many.

        Their names tell when, by the engine's clock. Files that `--out` put elsewhere are their
        owner's to remove.
        """
        oldest_kept = self.plan_path(customer, before).name
        old = [path for path in self._plans(customer) if path.name < oldest_kept]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def plans_of_order(self, customer: str, order: str) -> list[StoredPlan]:
        """The customer's plan files here, unfinished ones too, that hold a request of this order
        of the channel, oldest first. One that cannot be read may, and is among them.
        """
        plans = map(StoredPlan, sorted(self._plans(customer)))
        return [plan for plan in plans if _names(plan, order)]

    def _plans(self, customer: str) -> list[Path]:
        found = (self.state / "plans").glob(f"{customer}-*.jsonl*")
        return [path for path in found if PLAN.fullmatch(path.name.removeprefix(f"{customer}-"))]

    def plan_path(self, customer: str, made: datetime, flow: str = "") -> Path:
        """Where a plan lies that nobody gave another place; `flow` tells a pass's apart."""
        of_flow = f"-{flow}" if flow else ""
        return self.state / "plans" / f"{customer}-{made:%Y%m%dT%H%M%S%fZ}{of_flow}.jsonl"

    def content(self, path: Path) -> str:
        """What a file says. Raises OSError and UnicodeDecodeError."""
        with path.open(encoding="utf-8") as stream:
            # One more than is allowed: then the reader of YAML says that it is too large.
            return stream.read(MAX_BYTES + 1)

    def own_text(self, file: str) -> str | None:
        """The text of a file that problems name, with its own line ends; None for one that is not
        this workspace's: outside of its folder, behind a link, or shipped with the engine.
        """
        path = self.root.resolve() / file
        if path.resolve() != path or not path.is_relative_to(self.root.resolve()):
            return None
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def rewrite(self, file: str, was: str, text: str) -> None:
        """Writes a file of this workspace anew, whole or not at all, with the rights it had.

        Raises ConfigurationError where it is no longer what it was, or cannot be written.
        """
        if self.own_text(file) != was:
            raise ConfigurationError(
                f"{file} was changed meanwhile", "Nothing was written to it: validate again."
            )
        path = self.root / file
        try:
            number, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            Path(part).chmod(stat.S_IMODE(path.stat().st_mode))
            Path(part).replace(path)
        except OSError as error:
            raise ConfigurationError(
                f"{file} cannot be written: {error.strerror}", "Its rights may forbid it."
            ) from error

    def _find(self, folder: Folder, name: str) -> Text | None:
        return self._read(self.root / folder, name) or self._read(shipped(folder), name)

    def _read(self, folder: Path, name: str) -> Text | None:
        path = folder / name
        if not path.is_file():
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ConfigurationError(
                f"{self._shown(path)} leads out of its folder", "Put the file itself there."
            )
        try:
            return Text(self._shown(path), self.content(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{self._shown(path)} cannot be read as UTF-8 text", "Save it as UTF-8."
            ) from error

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


class ReleasedWorkspace(Workspace):
    """The same folder with one customer's ruleset and site profiles as they were released.

    `document` is what was released: under `ruleset` the merged tree without any base, under
    `profiles` the site profiles by name. Written as JSON, which is YAML to us.
    """

    def __init__(self, workspace: Workspace, document: Mapping[str, Any]) -> None:
        super().__init__(workspace.root, tuple(workspace.names("adapters")))
        self._document = document

    def ruleset(self, customer: str) -> Text | None:
        return Text("released ruleset", _as_text(self._document["ruleset"]))

    def profile(self, name: str) -> Text | None:
        found = self._document["profiles"].get(name)
        return None if found is None else Text(f"released profile {name}", _as_text(found))


class EditedWorkspace(Workspace):
    """The same folder with some files as they would be: `texts` are read instead of theirs."""

    def __init__(self, workspace: Workspace, texts: Mapping[str, str]) -> None:
        super().__init__(workspace.root, tuple(workspace.names("adapters")))
        self._texts = texts

    def _read(self, folder: Path, name: str) -> Text | None:
        found = super()._read(folder, name)
        if found is None or found.file not in self._texts:
            return found
        return Text(found.file, io.StringIO(self._texts[found.file], newline=None).read())


def _names(plan: StoredPlan, order: str) -> bool:
    try:
        return any(_says_of(line, order) for line in plan.lines())
    except PlanFileError:
        return True


def _says_of(line: str, order: str) -> bool:
    """Whether a line of a plan file has a request of this order; one that was cut short may."""
    if order not in line:
        return False
    try:
        decision = json.loads(line)
    except ValueError:
        return True
    return bool(decision.get("order") == order and decision.get("changes"))


def _as_text(value: Any) -> str:
    """JSON whose texts YAML reads as they are: what it forbids, or would fold, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _beside(path: Path) -> tuple[TextIO, Path]:
    """A new file beside this one, under a name that nothing had: no link is followed to it."""
    _make_private(path.parent)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(errno.EINVAL, "it is no file of its own")
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    os.fchmod(number, 0o600)
    return os.fdopen(number, "w", encoding="utf-8", newline="\n"), Path(name)


@contextmanager
def _must_be_writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}", "Give another --out FILE."
        ) from error


def _make_private(folder: Path) -> None:
    """Makes what is missing of a folder's path for its owner alone: `mkdir` would make only the
    last part so.
    """
    for part in reversed([folder, *folder.parents]):
        if not part.exists():
            part.mkdir(mode=0o700)
