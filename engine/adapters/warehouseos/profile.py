"""A typed view of a site profile: how one WarehouseOS site speaks. No I/O.

Nearly every name on the wire is an assumption until somebody has seen a site's own API pages, so
nothing outside the profile may know one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import ConfigurationError

NESTED = "shipTo"
GUESSED = "guessed"
SURE = ("documented", "seen")
# The parts of a profile that can be marked as a whole.
PARTS = (
    "auth",
    "numbers",
    "members",
    "customFields",
    "itemCustomFields",
    "statuses",
    "answers",
    "orderCreate",
    "orderUpdate",
    "itemUpsert",
    "triggers",
    "queue",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call: `query` maps our word to the site's query member; `{word}` may stand in `path`.

    `mark` is how sure its author is of it: documented, seen, inferred or guessed.
    """

    method: str
    path: str
    query: Mapping[str, str]
    mark: str = GUESSED

    def takes(self, word: str) -> bool:
        """Whether path or query have a place for this argument."""
        return word in self.query or f"{{{word}}}" in self.path

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
class Told:
    """How the site tells what happened, and how its queue behaves.

    `types` are its words for kinds of events -> ours, `transactions` likewise, both flattened as
    `flat` does. `one_way`: a pull of one is 1, not -1. `fields` are our words for an item's custom
    fields -> the members of stock messages. `consecutive`: the ids of the queue count on by one.
    """

    types: Mapping[str, str]
    transactions: Mapping[str, str]
    one_way: bool
    fields: Mapping[str, str]
    read_removes: bool
    most: int
    consecutive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One site. Members map our words to the site's; statuses likewise, to several spellings.

    `sections` are all of its member names, `changeable` the words of an order's header that may
    change after it was created, `per_call` and `wrap` how items are written in bulk, `marks` how
    sure its author is of each part beside the endpoints. `zone` is of times without an offset.
    """

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
    sections: Mapping[str, Mapping[str, str]]
    changeable: frozenset[str]
    per_call: int
    wrap: str | None
    told: Told
    marks: Mapping[str, str]
    zone: ZoneInfo

    def endpoint(self, name: str) -> Endpoint:
        """The call of this name; raises ConfigurationError where the site has none."""
        if name not in self.endpoints:
            raise ConfigurationError(
                f"site profile {self.name!r} has no endpoint {name!r}",
                "Add it to the profile: the site's API pages name its method and path.",
            )
        return self.endpoints[name]

    def section(self, name: str) -> Mapping[str, str]:
        """Our words -> the site's members of one kind of record; empty where it has none."""
        return self.sections.get(name, {})

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
    def refuses_twice(self) -> bool:
        """Whether its author knows that a number exists once, and does not only suppose it."""
        return self.unique and self.marks.get("numbers") in SURE

    @property
    def fields(self) -> frozenset[str]:
        """The header fields that a ruleset may map to."""
        plain = {word for word in self.order if word not in _OWN}
        return frozenset(plain | {f"{NESTED}.{word}" for word in self.ship_to})

    @property
    def item_fields(self) -> frozenset[str]:
        """The members of an item that a ruleset may map to."""
        return frozenset(self.item) - _OF_ITEMS

    def state(self, status: str) -> str:
        """Our word for a site's status, read without regard to letter case and blanks."""
        wanted = flat(status)
        for word, spellings in self.statuses.items():
            if wanted in {flat(spelling) for spelling in spellings}:
                return word
        return "unknown"


# What the adapter writes itself, from the order's own members and not from its fields.
_OWN = frozenset(("number", "status", "area", "lines", "locked", NESTED))
_OF_ITEMS = frozenset(("number", "bundle", "aliases"))
_NO_FIELDS: Mapping[str, Any] = {"count": 0, "name": ""}


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


def flat(word: str) -> str:
    """A site's word without blanks and letter case, in which its spellings differ."""
    return "".join(word.split()).casefold()


def _profile(document: Mapping[str, Any]) -> Profile:
    members = document["members"]
    order_fields = _numbered(document["customFields"])
    item_fields = _numbered(document.get("itemCustomFields") or _NO_FIELDS)
    upsert = document.get("itemUpsert") or {}
    return Profile(
        name=document["profile"],
        key_in=document["auth"]["in"],
        key_name=document["auth"]["name"],
        unique=bool(document["numbers"]["unique"]),
        endpoints={name: _endpoint(e) for name, e in document["endpoints"].items()},
        order={**members["order"], **order_fields},
        ship_to=members[NESTED],
        line=members["line"],
        item={**members["item"], **item_fields},
        error=members["error"],
        buyer=tuple(document["buyer"]),
        statuses={word: tuple(spellings) for word, spellings in document["statuses"].items()},
        answers={
            name: KnownAnswer(status=a.get("status"), code=a.get("code"))
            for name, a in document["answers"].items()
        },
        sections=members,
        changeable=_changeable(document, frozenset(order_fields)),
        per_call=int(upsert.get("perCall", 1)),
        wrap=upsert.get("wrap"),
        told=_told(document, len(item_fields)),
        marks=_marks(document),
        zone=_zone(document.get("timezone", "UTC")),
    )


def _marks(document: Mapping[str, Any]) -> dict[str, str]:
    """The mark of every part that there is; one that nobody has marked is a guess."""
    marks = document.get("marks") or {}
    return {part: marks.get(part, GUESSED) for part in PARTS if part in document}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"the site profile's timezone {name!r} is none",
            "Write it like America/New_York.",
        ) from None


def _endpoint(given: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        method=given["method"],
        path=given["path"],
        query=given.get("query") or {},
        mark=given.get("mark", GUESSED),
    )


def _told(document: Mapping[str, Any], fields: int) -> Told:
    triggers, queue = document.get("triggers") or {}, document.get("queue") or {}
    name = triggers.get("itemFields")
    return Told(
        types={flat(wire): word for word, wire in (triggers.get("types") or {}).items()},
        transactions={
            flat(spelling): word
            for word, spellings in (triggers.get("transactions") or {}).items()
            for spelling in spellings
        },
        one_way=triggers.get("quantities") == "by-transaction",
        fields=_numbered({"count": fields, "name": name}) if name else {},
        read_removes=bool(queue.get("readRemoves", False)),
        most=int(queue.get("max", 50)),
        consecutive=bool(queue.get("consecutive", False)),
    )


def _changeable(document: Mapping[str, Any], custom: frozenset[str]) -> frozenset[str]:
    """What may change in a header; `customFields` stands for all of them."""
    fields = frozenset((document.get("orderUpdate") or {}).get("fields", ()))
    return (fields - {"customFields"}) | (custom if "customFields" in fields else frozenset())


def _numbered(given: Mapping[str, Any]) -> dict[str, str]:
    """Documented: fields are numbered; how many there are is not."""
    numbers = range(1, int(given["count"]) + 1)
    return {f"customField{n}": str(given["name"]).replace("{n}", str(n)) for n in numbers}
