"""A typed view of a site profile: how one WarehouseOS site speaks. No I/O.

Nearly every name on the wire is an assumption until somebody has seen a site's own API pages, so
nothing outside the profile may know one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from engine.errors import ConfigurationError

NESTED = "shipTo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call: `query` maps our word to the site's query member; `{word}` may stand in `path`."""

    method: str
    path: str
    query: Mapping[str, str]

    def target(self, **arguments: str) -> str:
        """Path and query with these arguments, encoded."""
        path = self.path.format_map({k: quote(v, safe="") for k, v in arguments.items()})
        members = {self.query[k]: v for k, v in arguments.items() if k in self.query}
        return f"{path}?{urlencode(members, quote_via=quote)}" if members else path


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """How the site says one thing: `code` in the body, with `status`."""

    status: int | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One site. Members map our words to the site's; statuses likewise, to several spellings."""

    name: str
    key_in: str
    key_name: str
    unique: bool
    endpoints: Mapping[str, Endpoint]
    order: Mapping[str, str]
    ship_to: Mapping[str, str]
    line: Mapping[str, str]
    item: Mapping[str, str]
    error: Mapping[str, str]
    buyer: tuple[str, ...]
    statuses: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, KnownAnswer]

    def endpoint(self, name: str) -> Endpoint:
        """The call of this name; raises ConfigurationError where the site has none."""
        if name not in self.endpoints:
            raise ConfigurationError(
                f"site profile {self.name!r} has no endpoint {name!r}",
                "Add it to the profile: the site's API pages name its method and path.",
            )
        return self.endpoints[name]

    def wire_path(self, field: str) -> tuple[str, ...]:
        """The site's member, or member of a member, for a field such as `notes` or `shipTo.city`.

        Raises ConfigurationError for a field that this site does not have.
        """
        head, _, rest = field.partition(".")
        if rest and head == NESTED and rest in self.ship_to and head in self.order:
            return (self.order[head], self.ship_to[rest])
        if not rest and head in self.order and head not in _OWN:
            return (self.order[head],)
        raise ConfigurationError(
            f"site profile {self.name!r} has no order member {field!r}",
            f"Map one of: {', '.join(sorted(self.fields))}.",
        )

    @property
    def fields(self) -> frozenset[str]:
        """The header fields that a ruleset may map to."""
        plain = {word for word in self.order if word not in _OWN}
        return frozenset(plain | {f"{NESTED}.{word}" for word in self.ship_to})

    def state(self, status: str) -> str:
        """Our word for a site's status, read without regard to letter case and blanks."""
        wanted = _flat(status)
        for word, spellings in self.statuses.items():
            if wanted in {_flat(spelling) for spelling in spellings}:
                return word
        return "unknown"


# What the adapter writes itself, from the order's own members and not from its fields.
_OWN = frozenset(("number", "status", "area", "lines", "locked", NESTED))


def profile_of(document: object) -> Profile:
    """The view of a loaded profile document; raises ConfigurationError where it lacks a part."""
    if not isinstance(document, Mapping):
        raise ConfigurationError("the connection's site profile is not loaded")
    try:
        return _profile(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"site profile {document.get('profile')!r} lacks {error}",
            "Compare it with one of the shipped profiles.",
        ) from None


def _profile(document: Mapping[str, Any]) -> Profile:
    members = document["members"]
    return Profile(
        name=document["profile"],
        key_in=document["auth"]["in"],
        key_name=document["auth"]["name"],
        unique=bool(document["numbers"]["unique"]),
        endpoints={
            name: Endpoint(method=e["method"], path=e["path"], query=e.get("query") or {})
            for name, e in document["endpoints"].items()
        },
        order={**members["order"], **_custom_fields(document["customFields"])},
        ship_to=members[NESTED],
        line=members["line"],
        item=members["item"],
        error=members["error"],
        buyer=tuple(document["buyer"]),
        statuses={word: tuple(spellings) for word, spellings in document["statuses"].items()},
        answers={
            name: KnownAnswer(status=a.get("status"), code=a.get("code"))
            for name, a in document["answers"].items()
        },
    )


def _custom_fields(given: Mapping[str, Any]) -> dict[str, str]:
    """Documented: numbered ones; how many there are is not."""
    numbers = range(1, int(given["count"]) + 1)
    return {f"customField{n}": str(given["name"]).replace("{n}", str(n)) for n in numbers}


def _flat(status: str) -> str:
    return "".join(status.split()).casefold()
