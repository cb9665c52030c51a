"""How one site speaks: its profile turned into look-ups. Nothing here names a member by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from engine.sandbox.wire import SandboxRequest

_SLOT = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request understood: the endpoint's name and its arguments under our words."""

    endpoint: str
    arguments: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    name: str
    method: str
    path: re.Pattern[str]
    query: Mapping[str, str]


class Dialect:
    """A site profile (a loaded document of `mappings/profiles/`), asked by our words."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.auth: Mapping[str, str] = profile["auth"]
        self.answers: Mapping[str, Mapping[str, Any]] = profile["answers"]
        self.policy: Mapping[str, Any] = profile["orderCreate"]
        self.upsert: Mapping[str, Any] = profile.get("itemUpsert", {})
        self.triggers: Mapping[str, Any] = profile.get("triggers", {})
        self.queue: Mapping[str, Any] = profile.get("queue", {})
        self.changeable = _changeable(profile)
        self._members = _members(profile)
        self._by_wire = {
            section: {wire.lower(): word for word, wire in names.items()}
            for section, names in self._members.items()
        }
        self._statuses: Mapping[str, list[str]] = profile["statuses"]
        self._endpoints = [_endpoint(name, entry) for name, entry in profile["endpoints"].items()]

    @property
    def says_no_with_200(self) -> bool:
        """True where this site answers refusals with 200 and success=false."""
        return all(answer["status"] < 400 for answer in self.answers.values())

    def key(self, request: SandboxRequest) -> str | None:
        """The key as this site takes it, from a header or from the query."""
        name = self.auth["name"].lower()
        given = request.headers if self.auth["in"] == "header" else request.query
        return next((value for member, value in given.items() if member.lower() == name), None)

    def call(self, request: SandboxRequest, now: datetime) -> Call | None:
        """The endpoint that the request means; None where there is none of that method and path.

        The path is matched before it is decoded: a number may hold an encoded slash.
        """
        path = re.sub("/{2,}", "/", request.target.partition("?")[0])
        for endpoint in self._endpoints:
            found = endpoint.path.fullmatch(path)
            if found and endpoint.method == request.method:
                slots = {word: unquote(text) for word, text in found.groupdict().items()}
                return Call(
                    endpoint=endpoint.name,
                    arguments=slots | _arguments(endpoint.query, request.query),
                    body=request.body,
                    now=now,
                )
        return None

    def understand(self, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """A wire object under our words. Letter case does not count, unknown members are left."""
        words = self._by_wire.get(section, {})
        return {words[name.lower()]: item for name, item in value.items() if name.lower() in words}

    def speak(self, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Our words as a wire object; a word that this site has no member for is left out."""
        names = self._members.get(section, {})
        return {names[word]: item for word, item in value.items() if word in names}

    def has(self, section: str, word: str) -> bool:
        """Whether this site has a member for that word."""
        return word in self._members.get(section, {})

    def asks(self, endpoint: str, word: str) -> bool:
        """Whether an endpoint's query has a parameter for that word."""
        return any(one.name == endpoint and word in one.query for one in self._endpoints)

    def transaction(self, word: str) -> str:
        """How this site writes one of our transactions."""
        return str(self.triggers["transactions"][word][0])

    def name(self, section: str, word: str) -> str:
        """The wire's name of one member."""
        return self._members[section][word]

    def status(self, text: str) -> str | None:
        """Our word for a status, read without regard to letter case and spaces."""
        wanted = text.replace(" ", "").lower()
        for word, spellings in self._statuses.items():
            if wanted in {spelling.replace(" ", "").lower() for spelling in spellings}:
                return word
        return None

    def status_word(self, status: str) -> str:
        """How this site writes one of our statuses."""
        return self._statuses[status][0]


def _members(profile: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The profile's sections with the numbered fields put in where they belong."""
    sections = {section: dict(names) for section, names in profile["members"].items()}
    of_orders = _numbered(profile, "customFields", "customField{n}")
    sections["order"] |= of_orders
    sections["item"] |= _numbered(profile, "itemCustomFields", "customField{n}")
    status = sections.get("orderStatus", {})
    sections["header"] = sections["order"] | {k: v for k, v in status.items() if k == "tracking"}
    triggers = profile.get("triggers", {})
    if triggers.get("orderFields") == "all":
        for event in ("pick", "pack"):
            sections.setdefault(event, {}).update(of_orders)
    if "itemFields" in triggers:
        for event in ("adjustment", "move", "putaway"):
            told = _numbered(profile, "itemCustomFields", "itemField{n}", triggers["itemFields"])
            sections.setdefault(event, {}).update(told)
    return sections


def _numbered(
    profile: Mapping[str, Any], key: str, word: str, wire: str | None = None
) -> dict[str, str]:
    """Our numbered words -> the wire's, as many as the profile says."""
    fields = profile.get(key, {"count": 0, "name": ""})
    name = wire or fields["name"]
    numbers = map(str, range(1, fields["count"] + 1))
    return {word.replace("{n}", n): name.replace("{n}", n) for n in numbers}


def _changeable(profile: Mapping[str, Any]) -> frozenset[str]:
    """Our words for what may change in an order's header."""
    fields = set(profile.get("orderUpdate", {"fields": []})["fields"])
    custom = _numbered(profile, "customFields", "customField{n}")
    return frozenset(
        fields - {"customFields"} | (custom.keys() if "customFields" in fields else set())
    )


def _endpoint(name: str, entry: Mapping[str, Any]) -> _Endpoint:
    path = _SLOT.sub(r"(?P<\1>[^/]+)", re.escape(entry["path"]))
    return _Endpoint(
        name=name,
        method=entry["method"],
        path=re.compile(path, re.IGNORECASE),
        query=entry.get("query", {}),
    )


def _arguments(words: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
    given = {name.lower(): value for name, value in query.items()}
    return {word: given[wire.lower()] for word, wire in words.items() if wire.lower() in given}
