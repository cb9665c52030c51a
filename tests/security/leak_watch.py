"""The part of pytest that looks for leaks: in all that is logged, and, when the tests are over, in
every file that they made.

tests/conftest.py loads it. With xdist each worker looks through what it made; the run fails either
way, and says where, at which byte and what kind of thing leaked.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.security.leaks import Leak, leaks_below, leaks_in_file, leaks_in_text

REPORTS = "crossdock-fault-*.txt"


class LogWatch(logging.Handler):
    """Reads every record that reaches the root logger, its exception too."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Leak] = []
        self.heard: set[str] = set()
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.add(record.name)
        self.found += leaks_in_text(self.format(record), f"the log of {record.name}")


class LeakWatch:
    """Of one process: `leaks` is what it or its workers found."""

    def __init__(self) -> None:
        self.log = LogWatch()
        self.leaks: list[str] = []
        self.before = frozenset(fault_reports())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Runs before pytest tidies up and before a worker reports to its controller."""
        logging.getLogger().removeHandler(self.log)
        found = [*self.log.found, *leaks_below(made_by(session.config))]
        for report in sorted(set(fault_reports()) - self.before):
            found += leaks_in_file(report)
        self.leaks += map(str, found)
        outcome = getattr(session.config, "workeroutput", None)
        if outcome is not None:
            outcome["leaks"] = self.leaks
        elif self.leaks:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist is done."""
        self.leaks += getattr(node, "workeroutput", {}).get("leaks", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.leaks:
            terminalreporter.section("leaks", red=True)
            for leak in self.leaks:
                terminalreporter.line(leak)


def made_by(config: pytest.Config) -> Iterator[Path]:
    """The folder of this process's temporary files, if any test asked for one."""
    factory = getattr(config, "_tmp_path_factory", None)
    base = getattr(factory, "_basetemp", None)
    if base is not None:
        yield Path(base)


def fault_reports() -> list[Path]:
    """Reports of internal faults, which are written beside all others' temporary files."""
    return list(Path(tempfile.gettempdir()).glob(REPORTS))


def pytest_configure(config: pytest.Config) -> None:
    """Where this module is a plugin of its own, as in its tests, it watches as well."""
    if not config.pluginmanager.has_plugin("leak-watch"):
        watch = LeakWatch()
        logging.getLogger().addHandler(watch.log)
        config.pluginmanager.register(watch, "leak-watch")
