"""A session at a command line: what a page tells to type is typed, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.docs.pages import ROOT, Block, Command

# The command of the environment that runs the tests, wherever a page says that it lies.
CROSSDOCK = Path(sys.executable).with_name("crossdock")
KEEP = 'code=$?; pwd >"$KEPT/folder"; env -0 >"$KEPT/environment"; exit $code'
PRIVATE = ("KEPT", "_", "SHLVL", "PWD", "OLDPWD")
EXPORT = "export "
SECONDS = 120


class Session:
    """One shell that is never closed: folder and exported variables stay from line to line."""

    def __init__(self, root: Path) -> None:
        self._kept = root / "kept"
        self._kept.mkdir(parents=True)
        self.folder = make_checkout(root / "checkout")
        tools = make_tools(root / "tools")
        self._environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
        self._started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._started:
            process.terminate()
            process.communicate()

    def run(self, command: str) -> tuple[int, str]:
        """Runs one line as a shell would; returns its exit code and all that it printed."""
        if command.startswith("crossdock sandbox"):
            return self._start(command)
        done = subprocess.run(
            ["bash", "-c", f"{command}\n{KEEP}"],
            cwd=self.folder,
            env={**self._environment, "KEPT": str(self._kept)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        self._remember()
        return done.returncode, done.stdout

    def save(self, block: Block) -> None:
        """Writes what a page shows into the file that its first line names."""
        first, _, rest = block.text.partition("\n")
        (self.folder / first.removeprefix("# ")).write_text(rest, encoding="utf-8")

    def complaint(self, command: Command) -> str:
        """Runs a command of a page; what went otherwise than the page says, or nothing."""
        code, printed = self.run(command.text)
        if code != command.exits:
            return f"{command.place}: exit {code}, not {command.exits}\n{printed}"
        rest = printed
        for line in command.output:
            _, found, rest = rest.partition(line)
            if not found:
                return f"{command.place}: no {line!r} in its place in\n{printed}"
        return ""

    def _start(self, command: str) -> tuple[int, str]:
        """Leaves a sandbox running and exports what it says."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(process)
        printed = ""
        for line in _until_ready(process):
            printed += line
            if line.startswith(EXPORT):
                name, _, value = line.removeprefix(EXPORT).strip().partition("=")
                self._environment[name] = value
        return 0, printed

    def _remember(self) -> None:
        self.folder = Path((self._kept / "folder").read_text("utf-8").strip())
        pairs = (self._kept / "environment").read_text("utf-8").split("\0")
        kept = dict(pair.split("=", maxsplit=1) for pair in pairs if "=" in pair)
        self._environment = {name: v for name, v in kept.items() if name not in PRIVATE}


def _until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines of a sandbox up to the last one before it waits."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if "Ctrl-C" in line:
            return
    raise AssertionError("the sandbox ended by itself")


def make_checkout(folder: Path) -> Path:
    """A checkout as the pages need it; bootstrap has tests of its own and is a stand-in here."""
    (folder / "script").mkdir(parents=True)
    shutil.copy(ROOT / "script" / "demo", folder / "script" / "demo")
    shutil.copytree(ROOT / "mappings", folder / "mappings")
    bootstrap = folder / "script" / "bootstrap"
    bootstrap.write_text("#!/bin/sh\n", encoding="utf-8")
    bootstrap.chmod(0o755)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "crossdock").symlink_to(CROSSDOCK)
    return folder


def make_tools(folder: Path) -> Path:
    """`crossdock`, and a `curl` that needs none on this machine."""
    folder.mkdir()
    (folder / "crossdock").symlink_to(CROSSDOCK)
    curl = folder / "curl"
    script = Path(__file__).with_name("curl.py")
    curl.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    curl.chmod(0o755)
    return folder
