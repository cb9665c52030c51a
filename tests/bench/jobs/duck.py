"""The job as one statement of DuckDB, on one thread."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

connection = duckdb.connect()
connection.execute("SET threads = 1")
statement = (Path(__file__).parent / "map.sql").read_text("utf-8")
source, target = sys.argv[1:3]
connection.execute(statement.replace("SOURCE", source).replace("TARGET", target))
