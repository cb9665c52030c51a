"""Reads: lists, single entities, children behind a navigation, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.accounts import Application
from engine.sandbox.channeladvisor.answers import not_found, odata, web_error
from engine.sandbox.channeladvisor.options import Options, Pairs, options_of
from engine.sandbox.channeladvisor.pages import Asked, Placed, chosen, collection, single
from engine.sandbox.channeladvisor.predicates import Rules
from engine.sandbox.channeladvisor.schema import EntityType
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.store import Store, visible
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_PLAIN = {"Content-Type": "text/plain", "OData-Version": "4.0"}
_REMEMBERED = 8
_NOT_ECHOED = ("access_token", "$skip", "$top")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted call: who calls, and the address taken apart."""

    request: SandboxRequest
    query: Mapping[str, str]
    application: Application
    entity: EntityType
    key: int | None
    member: str
    counts: bool


class Recall:
    """The last lists, so that a walk over pages filters and sorts only once.

    They are forgotten as soon as a row or a setting is another.
    """

    def __init__(self) -> None:
        self._lists: dict[Any, Sequence[Placed]] = {}
        self._state: tuple[int, ChannelAdvisorSettings] | None = None

    def renew(self, version: int, settings: ChannelAdvisorSettings) -> None:
        """Forgets all lists of another version or other settings, or when there are many."""
        if self._state != (version, settings) or len(self._lists) >= _REMEMBERED:
            self._lists.clear()
        self._state = (version, settings)

    def rows(self, key: Any, read: Callable[[], Sequence[Placed]]) -> Sequence[Placed]:
        """The list of this key, read where it is not remembered."""
        if key not in self._lists:
            self._lists[key] = read()
        return self._lists[key]


class Reader:
    """Answers reads of a store under the settings of the moment."""

    def __init__(self, store: Store, settings: ChannelAdvisorSettings, recall: Recall) -> None:
        self.store = store
        self.settings = settings
        self.recall = recall
        recall.renew(store.version, settings)

    def read(self, call: Call) -> SandboxResponse:
        """The answer to a GET. Raises RefusedError."""
        if call.key is None:
            return self._list(call, call.entity, self._listed(call))
        placed = self.found(call)
        if not call.member:
            options = self.options(call.query, call.entity)
            return odata(200, single(placed, options, self._asked(call, None)))
        name = call.entity.canonical(call.member)
        navigation = call.entity.navigations.get(name or "")
        if navigation is None:
            raise not_found(call.request.origin + call.request.path)
        row, top = placed
        children = [(child, top) for child in navigation.rows(row, top)]
        return self._list(call, navigation.target, children)

    def found(self, call: Call) -> Placed:
        """The row with the call's key. Raises RefusedError (404), also for other profiles' rows."""
        entity_set = call.entity.entity_set
        placed = None if call.key is None else self.store.placed(entity_set, call.key)
        if placed is None or not visible(entity_set, placed, call.application.profiles):
            raise not_found(call.request.origin + call.request.path)
        return placed

    def created(self, call: Call, placed: Placed) -> SandboxResponse:
        """The answer to a POST that made a row."""
        options = Options(entity=call.entity)
        return odata(201, single(placed, options, self._asked(call, None)))

    def options(self, query: Mapping[str, str], entity: EntityType) -> Options:
        """The options whose names begin with `$`; others are the system's own or ignored."""
        settings = self.settings
        rules = Rules(
            ignore_case=settings.letter_case == "ignored", drop_null=settings.ne_null == "dropped"
        )
        pairs: Pairs = tuple(pair for pair in query.items() if pair[0].startswith("$"))
        return options_of(entity, pairs, rules)

    def _list(self, call: Call, entity: EntityType, rows: Iterable[Placed]) -> SandboxResponse:
        options = self.options(call.query, entity)
        asked = self._asked(call, self.settings.nested_limit)
        key = (call.application.id, asked.path, asked.pairs)
        found = self.recall.rows(key, lambda: chosen(rows, options, asked))
        if call.counts:
            body = str(len(found)).encode()
            return SandboxResponse(status=200, headers=_PLAIN, body=body)
        size = self.settings.page_size(entity.entity_set, len(options.select))
        return odata(200, collection(found, options, size, asked))

    def _listed(self, call: Call) -> Iterable[Placed]:
        """The rows of a set; orders by their export flag where it is asked for."""
        rows = self.store.listed(call.entity.entity_set, call.application.profiles)
        wanted = self._exported(call)
        if call.entity is not schema.ORDER or wanted is None:
            return rows
        flagged = self.store.exported(call.application.id)
        return (placed for placed in rows if (placed[0]["ID"] in flagged) is wanted)

    def _exported(self, call: Call) -> bool | None:
        text = call.query.get("exported")
        if text is None:
            return self.settings.exported_default
        if text.lower() not in ("true", "false"):
            raise web_error(400, "The request is invalid.")
        return text.lower() == "true"

    def _asked(self, call: Call, nested_limit: int | None) -> Asked:
        pairs = tuple(pair for pair in call.query.items() if pair[0] not in _NOT_ECHOED)
        return Asked(
            origin=call.request.origin,
            path=call.request.path,
            pairs=pairs,
            token=call.query.get("access_token"),
            nested_limit=nested_limit,
            ignore_case=self.settings.letter_case == "ignored",
        )
