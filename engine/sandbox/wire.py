"""What a sandbox sees of HTTP: plain values, no sockets. A sandbox is `handle(request, now)`."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRequest:
    """One request as it came in.

    `target` is path and query as sent, header names are lower-case, `origin` is scheme://host:port.
    `in_flight` counts the requests of the same credentials not yet answered, this one included.
    """

    method: str
    target: str
    origin: str = "http://127.0.0.1"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    in_flight: int = 1

    @property
    def path(self) -> str:
        """The path, decoded, with doubled slashes made single (a known client sends `//v1/`)."""
        path = self.target.partition("?")[0]
        if "://" in path:
            path = urlsplit(path, allow_fragments=False).path
        path = unquote(path)
        while "//" in path:
            path = path.replace("//", "/")
        return path

    @property
    def query(self) -> dict[str, str]:
        """The query's members, decoded; the last of a repeated one counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxResponse:
    """Status, headers and body bytes, and what the server does with them.

    `delay` are seconds to wait before the answer. `delivery` is `whole`; `half`, where the
    connection is closed in the middle of the body; or `none`, where it is closed without an answer.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    delivery: str = "whole"

    @classmethod
    def json(cls, status: int, value: Any, **headers: str) -> SandboxResponse:
        """A JSON answer of this value."""
        return cls(
            status=status,
            headers={"Content-Type": "application/json", **headers},
            body=json.dumps(value, ensure_ascii=False).encode(),
        )


class Sandbox(ABC):
    """A twin of one system: state and rules, no sockets, no clock of its own."""

    @abstractmethod
    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse: ...
