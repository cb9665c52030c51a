"""ProductExport: started, asked after by token, downloaded as a zip file of tab-separated text.

Seen in client code: the answers, the token with its `+`, the pairs AttributeNName and
AttributeNValue, `True` and `False`, US dates; no quantity per DC. Inferred: the other columns,
that the rows are those of the start, and that only starts count against the limit.
"""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.sandbox.archive import zipped
from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.answers import not_found, odata_error, web_error
from engine.sandbox.channeladvisor.options import Options
from engine.sandbox.channeladvisor.pages import Placed
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.stamps import moment, stamp, ticks
from engine.sandbox.wire import SandboxRequest, SandboxResponse

FILES = "/files/"
_KINDS = schema.PRODUCT.kinds
_COLUMNS = [name for name in _KINDS if not name.endswith("Pooled")]
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export: when it was started, and its text."""

    token: str
    application: str
    started: datetime
    text: str

    @property
    def name(self) -> str:
        """The file's name, without its ending."""
        return "export-" + hashlib.sha256(self.token.encode()).hexdigest()[:16]


class Exports:
    """The exports of all applications, by token."""

    def __init__(self) -> None:
        self._exports: dict[str, Export] = {}
        self._starts: dict[str, deque[datetime]] = {}

    def start(
        self, application: str, text: str, settings: ChannelAdvisorSettings, now: datetime
    ) -> Export:
        """A new export. Raises RefusedError (429) where too many were started in a minute."""
        starts = self._starts.setdefault(application, deque())
        while starts and now - starts[0] >= _MINUTE:
            starts.popleft()
        limit = settings.exports_per_minute
        if limit is not None and len(starts) >= limit:
            raise web_error(429, "Too many requests")
        starts.append(now)
        token = _token(application, len(self._exports))
        export = Export(token=token, application=application, started=now, text=text)
        self._exports[token] = export
        return export

    def find(self, application: str, request: SandboxRequest) -> Export:
        """The export that the query asks after. Raises RefusedError (404)."""
        export = self._exports.get(request.query.get("token", ""))
        if export is None or export.application != application:
            raise not_found(request.origin + request.path)
        return export

    def download(
        self, request: SandboxRequest, settings: ChannelAdvisorSettings, now: datetime
    ) -> SandboxResponse:
        """The file at its address, which needs no token. Raises RefusedError (404)."""
        for export in self._exports.values():
            if request.path == f"{FILES}{export.name}.zip" and ended(export, settings, now):
                body = zipped(f"{export.name}.txt", export.text, export.started)
                headers = {"Content-Type": "application/zip"}
                return SandboxResponse(status=200, headers=headers, body=body)
        raise not_found(request.origin + request.path)


def ended(export: Export, settings: ChannelAdvisorSettings, now: datetime) -> bool:
    """Whether the export is complete."""
    return now - export.started >= timedelta(seconds=settings.export_seconds)


def shown(
    export: Export, settings: ChannelAdvisorSettings, now: datetime, origin: str
) -> SandboxResponse:
    """The answer to a start and to every question after it (recorded member set)."""
    complete = ended(export, settings, now)
    answer = {
        "$id": "1",
        "Token": export.token,
        "Status": "Complete" if complete else "InProgress",
        "StartedOnUtc": stamp(export.started),
        "ResponseFileUrl": f"{origin}{FILES}{export.name}.zip" if complete else None,
    }
    return SandboxResponse.json(200, answer)


def profiles_of(request: SandboxRequest, profiles: frozenset[int]) -> frozenset[int]:
    """The profiles to export: the one that is asked for, else all. Raises RefusedError (400)."""
    members = {name.lower(): text for name, text in request.query.items()}
    text = members.get("profileid")
    if text is None:
        return profiles
    if not text.isdecimal() or int(text) not in profiles:
        raise web_error(400, "The profile is not one of this application's.")
    return frozenset({int(text)})


def table(rows: Iterable[Placed], options: Options, wanted: str) -> str:
    """The tab-separated text of the products that the filter lets through.

    `wanted` are column names between commas; where there are none, all columns and attributes.
    """
    accepts = options.accepts
    products = [row for row, top in rows if accepts is None or accepts(row, top)]
    names = [_column(name.strip()) for name in wanted.split(",")] if wanted.strip() else _COLUMNS
    pairs = 0 if wanted.strip() else max((len(row["Attributes"]) for row in products), default=0)
    head = [f"Attribute{at}{part}" for at in range(1, pairs + 1) for part in ("Name", "Value")]
    lines = [[*names, *head]]
    lines += [[*_cells(row, names), *_attributes(row, pairs)] for row in products]
    return "".join("\t".join(line) + "\r\n" for line in lines)


def _column(name: str) -> str:
    found = schema.PRODUCT.canonical(name)
    if found not in _COLUMNS:
        raise odata_error(f"There is no column '{name}'.")
    return found


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    return [_cell(row[name], _KINDS[name]) for name in names]


def _attributes(row: Row, pairs: int) -> list[str]:
    cells = [_cell(child[part], "string") for child in row["Attributes"] for part in _PARTS]
    return [*cells, *[""] * (2 * pairs - len(cells))]


_PARTS = ("Name", "Value")


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "date":
        point = moment(ticks(value))
        hour = point.hour % 12 or 12
        return f"{point.month}/{point.day}/{point.year} {hour}:{point:%M:%S %p}"
    return " ".join(str(value).split()) if kind == "string" else str(value)


def _token(application: str, number: int) -> str:
    """A token that differs from all others, and has to be encoded in a query."""
    digest = hashlib.sha256(f"{application}/{number}".encode()).digest()
    text = base64.b64encode(digest[:15]).decode()
    return f"{text[:4]}+{text[4:8]}/{text[8:]}=="
