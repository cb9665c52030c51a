"""The calls about items."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from engine.sandbox.warehouseos.arguments import count_of, page_of
from engine.sandbox.warehouseos.catalog import StoredItem
from engine.sandbox.warehouseos.dialect import Call, Dialect
from engine.sandbox.warehouseos.intake import MalformedError, json_value
from engine.sandbox.warehouseos.refusals import RefusedError
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.views import list_view
from engine.sandbox.wire import SandboxResponse

_APART = {"number", "bundle", "aliases"}


def upsert_many(site: Site, call: Call) -> Any:
    """Adds or changes items, every record by itself, and says what became of each."""
    return _each(site, _records(site, call.body), patch=False)


def patch_many(site: Site, call: Call) -> Any:
    """Changes the given members of items that are there; nothing else is touched."""
    return _each(site, _records(site, call.body), patch=True)


def get(site: Site, call: Call) -> Any:
    """An item; where only a bundle has that number, the bundle."""
    number = call.arguments.get("number", "")
    item = site.store.items.get(number)
    if item is not None:
        return _view(site.dialect, item)
    if number not in site.store.bundles:
        raise RefusedError("not-found", f"There is no item {number}")
    shown = {"number": number, "description": number, "bundle": True}
    return site.dialect.speak("item", shown)


def list_items(site: Site, call: Call) -> Any:
    """A page of items, by age; bundles are not among them."""
    number, size = count_of(call, "page", 1), page_of(call, site.settings)
    first = (number - 1) * size
    rows = islice(site.store.items.values(), first, first + size)
    shown = [_view(site.dialect, item) for item in rows]
    return list_view(site.dialect, "itemList", shown, (number, size, len(site.store.items)))


def _records(site: Site, body: bytes) -> list[Any]:
    """The records of a bulk call, bare or wrapped as the profile says."""
    value, wrap = json_value(body), site.dialect.upsert.get("wrap")
    if wrap is not None and isinstance(value, dict):
        given = {str(name).lower(): member for name, member in value.items()}
        value = given.get(wrap.lower())
    elif wrap is not None:
        value = None
    if not isinstance(value, list):
        raise MalformedError("The body has no list of records.")
    most = site.settings.items_most
    if most is not None and len(value) > most:
        raise RefusedError("TOO_MANY_RECORDS", f"{len(value)} records, at most {most} a call")
    return value


def _each(site: Site, records: list[Any], *, patch: bool) -> SandboxResponse:
    """Documented: all is processed whether or not the caller still waits for the answer."""
    results = [_one(site, record, patch=patch) for record in records]
    spoken = [site.dialect.speak("result", result) for result in results]
    success = all(result["success"] for result in results)
    words = {"success": success, "processed": len(results), "results": spoken}
    answer = SandboxResponse.json(200, site.dialect.speak("bulk", words))
    return SandboxResponse(
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        delay=site.settings.item_seconds * len(records),
    )


def _one(site: Site, record: Any, *, patch: bool) -> dict[str, Any]:
    given = site.dialect.understand("item", record) if isinstance(record, dict) else {}
    number = str(given.get("number") or "").strip()
    result = {"number": number, "success": False, "action": None, "message": None}
    known = number in site.store.items
    if not number:
        return result | {"message": "Item Number is required"}
    if patch and not known:
        return result | {"message": f"There is no item {number}"}
    try:
        aliases = _aliases(site.dialect, given)
    except ValueError as problem:
        return result | {"message": str(problem)}
    _write(site, number, given, aliases, patch=patch)
    return result | {"success": True, "action": "Updated" if known else "Added"}


def _write(
    site: Site,
    number: str,
    given: Mapping[str, Any],
    aliases: list[dict[str, Any]] | None,
    *,
    patch: bool,
) -> None:
    """Aliases that are left out stay (documented); of other members the profile says it."""
    item = site.store.put_item(number, aliases)
    if not patch and site.dialect.upsert.get("absent") == "blank":
        item.members = {}
    item.members |= {word: value for word, value in given.items() if word not in _APART}


def _aliases(dialect: Dialect, given: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The list to replace the present one with; None where the member is left out.

    Not documented is what null means; here it empties the list, so that nobody leans on it.
    """
    if "aliases" not in given:
        return None
    aliases = [] if given["aliases"] is None else given["aliases"]
    if not isinstance(aliases, list) or not all(isinstance(one, dict) for one in aliases):
        raise ValueError("The aliases are a list of objects")
    spoken = [dialect.understand("alias", one) for one in aliases]
    if not all(one.get("alias") for one in spoken):
        raise ValueError("An alias is empty")
    return spoken


def _view(dialect: Dialect, item: StoredItem) -> dict[str, Any]:
    words = {
        "description": item.number,
        **item.members,
        "number": item.number,
        "bundle": False,
        "aliases": [dialect.speak("alias", alias) for alias in item.aliases],
    }
    return dialect.speak("item", words)


ITEM_CALLS: Mapping[str, Any] = {
    "items.get": get,
    "items.list": list_items,
    "items.upsertMany": upsert_many,
    "items.patchMany": patch_many,
}
