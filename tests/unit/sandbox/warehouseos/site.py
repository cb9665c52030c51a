"""One WarehouseOS twin and how to speak to it, for every test of this folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import yaml

from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import SandboxRequest, SandboxResponse

PROFILES = Path(__file__).parents[4] / "mappings" / "profiles"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
STATE = {
    "areas": ["Main", "Bulk"],
    "items": [
        {"number": "LAMP-01", "aliases": ["0123", "SHARED"]},
        {"number": "ROPE-10", "aliases": ["SHARED"]},
        {"number": "ROD 1/2"},
        {"number": "KIT-BOTH"},
    ],
    "bundles": {
        "KIT-CAMP": [{"item": "LAMP-01", "quantity": 1}, {"item": "ROPE-10", "quantity": 2}],
        "KIT-BOTH": [{"item": "LAMP-01", "quantity": 9}],
    },
    "orders": [],
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its JSON read."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML in which only true and false are booleans: one profile has a member called `No`."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if not (tag.endswith(":bool") and first in "yYnNoO")
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def shipped_profile(name: str) -> dict[str, Any]:
    """A fresh copy of one of the two site profiles."""
    text = (PROFILES / f"{name}.yaml").read_text(encoding="utf-8")
    profile: dict[str, Any] = yaml.load(text, _Loader)
    return profile


class Site:
    """A twin on one of the shipped profiles, spoken to by our words."""

    def __init__(self, profile: str, settings: WarehouseOSSettings | None = None) -> None:
        self.profile = shipped_profile(profile)
        self.twin = WarehouseOSSandbox(STATE, self.profile, settings)
        self.key: str | None = self.twin.floor.settings.api_key
        self.now = NOW

    def names(self, section: str) -> dict[str, str]:
        """Our words -> the wire's."""
        return dict(self.profile["members"][section])

    def call(self, endpoint: str, body: bytes = b"", **arguments: str) -> Reply:
        """Calls an endpoint of the profile with these arguments."""
        entry = self.profile["endpoints"][endpoint]
        path = entry["path"]
        query = {}
        for word, value in arguments.items():
            if f"{{{word}}}" in path:
                path = path.replace(f"{{{word}}}", quote(value, safe=""))
            else:
                query[entry["query"][word]] = value
        return self.send(entry["method"], path, query, body)

    def send(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Sends a request with the key where the profile wants it."""
        auth, members, headers = self.profile["auth"], dict(query or {}), {}
        if self.key is not None and auth["in"] == "query":
            members[auth["name"]] = self.key
        elif self.key is not None:
            headers[auth["name"].lower()] = self.key
        target = f"{path}?{urlencode(members)}" if members else path
        request = SandboxRequest(method=method, target=target, headers=headers, body=body)
        return _reply(self.twin.handle(request, self.now))

    def create(self, number: str, *lines: Mapping[str, Any], **header: Any) -> Reply:
        """Creates an order; lines and header are given by our words."""
        line_names, names = self.names("line"), self.names("order")
        body: dict[str, Any] = {names.get(word, word): value for word, value in header.items()}
        body[names["number"]] = number
        body[names["lines"]] = [
            {line_names[word]: value for word, value in line.items()} for line in lines
        ]
        return self.call("orders.create", json.dumps(body).encode())

    def floor(self, control: str, members: Mapping[str, Any]) -> Reply:
        """Uses a floor control."""
        return self.send("POST", f"/_floor/{control}", body=json.dumps(members).encode())

    def problem(self, reply: Reply) -> str:
        """The code of a refusal in the site's own shape."""
        names = self.names("error")
        assert reply.body[names["success"]] is False
        return str(reply.body[names["errors"]][0][names["code"]])

    def stored(self, number: str) -> list[tuple[str | None, str, int, str | None]]:
        """The lines of an order as `get` shows them: host id, item, quantity, bundle."""
        names = self.names("line")
        order = self.call("orders.get", number=number).body
        return [
            (
                line[names["hostId"]],
                line[names["item"]],
                line[names["requested"]],
                line[names["bundle"]],
            )
            for line in order[self.names("order")["lines"]]
        ]


def _reply(response: SandboxResponse) -> Reply:
    body = json.loads(response.body) if response.body else None
    return Reply(response.status, body, response.headers)
