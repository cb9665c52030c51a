"""The engines that play the job: how each is called, where it is looked for, and what it writes."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.frame import ROOT

JOBS = ROOT / "tests" / "bench" / "jobs"
PEERS = Path(os.environ.get("CROSSDOCK_BENCH_VENV", ROOT / ".venv-bench"))
"""Where `script/bench` installs the extra `bench`, and below it the packages for Node."""
NOT_INSTALLED = "not run: `script/bench --install` has not installed it"
_MOMENT = re.compile(r"000\+00:00$")

Plain = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine: the program with its arguments before the two files, and what it is run with.

    `goal` is how many times as long as crossdock it should take at least. `stdout` says that it
    writes the result there. `plain` takes back what an engine adds to a line, to compare it.
    """

    name: str
    command: tuple[str, ...]
    needs: str = ""
    goal: float | None = 1.0
    environment: Mapping[str, str] = field(default_factory=dict)
    stdout: bool = False
    plain: Plain = dict

    def missing(self) -> str:
        """Why it cannot be run here; empty if it can."""
        program = self.command[0]
        if shutil.which(program) is None:
            return f"not run: this machine has no `{Path(program).name}` with it"
        if self.needs and not any(PEERS.glob(self.needs)):
            return NOT_INSTALLED
        return ""

    def arguments(self, source: Path, target: Path) -> list[str]:
        """The command line of the job from file to file."""
        if self.stdout:
            line = '"$@" "$0" >"$TARGET"'
            return ["env", f"TARGET={target}", "sh", "-c", line, str(source), *self.command]
        return [*self.command, str(source), str(target)]


def _peer(module: str, package: str, name: str, **more: Any) -> Engine:
    program = str(PEERS / "bin" / "python")
    command = (program, "-m", f"tests.bench.jobs.{module}")
    needs = f"lib/python*/site-packages/{package}"
    return Engine(name=name, command=command, needs=needs, **more)


def _without_dlt(line: dict[str, Any]) -> dict[str, Any]:
    """dlt marks each line, leaves out what is null, and writes a time with its zone."""
    found = {"gift": None, "notes": None}
    found.update({name: value for name, value in line.items() if not name.startswith("_dlt")})
    times = {name: _MOMENT.sub("Z", str(found[name])) for name in ("placed", "paid", "due")}
    return {**found, **times}


OURS = Engine(name="crossdock", command=(sys.executable, "-m", "tests.bench.jobs.crossdock"))
HAND = _peer("hand", "orjson", "Python by hand, orjson", goal=None)
ENGINES = (
    HAND,
    _peer("jmespath_py", "jmespath", "jmespath.py, orjson"),
    _peer("glom_py", "glom", "glom, orjson"),
    _peer("singer", "singer_sdk", "singer-sdk stream map"),
    _peer(
        "dlt_py",
        "dlt",
        "dlt (mapping by hand)",
        environment={
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "EXTRACT__WORKERS": "1",
            "NORMALIZE__WORKERS": "1",
            "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
        },
        plain=_without_dlt,
    ),
    _peer("duck", "duckdb", "DuckDB, one thread"),
    _peer("polars_py", "polars", "polars, one thread", environment={"POLARS_MAX_THREADS": "1"}),
    _peer("airbyte", "airbyte_cdk", "Airbyte CDK, low-code", goal=40.0),
    Engine(name="jq", command=("jq", "-c", "-f", str(JOBS / "map.jq")), stdout=True),
    Engine(name="gojq", command=("gojq", "-c", "-f", str(JOBS / "map.jq")), stdout=True),
    Engine(name="Node by hand", command=("node", str(JOBS / "hand.js"))),
    Engine(
        name="Node, JSONata",
        command=("node", str(JOBS / "jsonata.js")),
        needs="node_modules/jsonata",
        environment={"CROSSDOCK_BENCH_NODE": str(PEERS)},
    ),
)


def same(one: object, other: object) -> bool:
    """Whether two values are one as JSON: 1 is 1.0, and true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def read_lines(path: Path, plain: Plain = dict) -> Iterator[dict[str, Any]]:
    """What an engine has written."""
    with path.open("rb") as lines:
        for line in lines:
            yield plain(json.loads(line))


def difference(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> str:
    """What is wrong with an engine's result; empty where nothing is."""
    if len(found) != len(wanted):
        return f"{len(found)} lines instead of {len(wanted)}"
    for number, (one, other) in enumerate(zip(found, wanted, strict=True), start=1):
        wrong = sorted(key for key in one | other if not same(one.get(key), other.get(key)))
        if wrong:
            return f"line {number} differs in {', '.join(wrong)}"
    return ""
