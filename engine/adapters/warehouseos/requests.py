"""What is written to WarehouseOS beside new orders: items, deletions, headers. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.adapters.warehouseos.profile import Endpoint, Profile
from engine.adapters.warehouseos.protocol import json_object
from engine.adapters.warehouseos.records import aliases_of, tracking_in
from engine.adapters.warehouseos.wire import text, view
from engine.errors import BadRecordError, ConfigurationError
from engine.model.desired import PreparedRequest
from engine.model.pointer import pointer_to
from engine.model.product import Alias, DesiredItem

JSON = "application/json; charset=utf-8"
UPSERT, PATCH = "items.upsertMany", "items.patchMany"
_SETTABLE = ("available", "hold")
_APART = ("number", "bundle", "aliases")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer:
    """What the site says of one record of a bulk call; `success` None where it does not say."""

    number: str
    success: bool | None
    message: str


def item(profile: Profile, desired: DesiredItem, endpoint: str) -> PreparedRequest:
    """One item's record as the whole body. Raises ConfigurationError for a member that the site's
    items do not have. Documented: aliases that are sent replace all, left out they stay.
    """
    call = profile.endpoint(endpoint)
    record: dict[str, Any] = {profile.item["number"]: desired.number}
    for word, value in desired.fields.items():
        record[_item_member(profile, word)] = value
    if desired.aliases is not None:
        member = _aliases_member(profile)
        record[member] = [_alias(profile, alias) for alias in desired.aliases]
    return PreparedRequest(
        method=call.method, path=call.target(), body=_json(record), content_type=JSON
    )


def bulk_body(profile: Profile, requests: Sequence[PreparedRequest]) -> str:
    """Many records as one body, each to the byte as it was planned."""
    listed = f"[{','.join(request.body or '{}' for request in requests)}]"
    return listed if profile.wrap is None else f"{{{json.dumps(profile.wrap)}:{listed}}}"


def results_in(profile: Profile, body: Any) -> list[RecordAnswer] | None:
    """The results of a bulk call; None for an answer without any."""
    listed = view(profile.section("bulk"), body).get("results") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return None
    views = [view(profile.section("result"), one) for one in listed if isinstance(one, dict)]
    return [
        RecordAnswer(
            number=text(one.get("number")) or "",
            success=one["success"] if isinstance(one.get("success"), bool) else None,
            message=str(one.get("message") or ""),
        )
        for one in views
    ]


def matched(numbers: Sequence[str], results: Sequence[RecordAnswer]) -> list[RecordAnswer | None]:
    """The result of each number: by place where the results are in order (a refused record may
    lack its number), else by number. None where there is no result, or more than one.
    """
    in_order = len(results) == len(numbers) and all(
        result.number in ("", number) for number, result in zip(numbers, results, strict=True)
    )
    if in_order:
        return list(results)
    found = {number: [one for one in results if one.number == number] for number in numbers}
    return [found[number][0] if len(found[number]) == 1 else None for number in numbers]


def record_number(profile: Profile, request: PreparedRequest) -> str:
    """The item number that a record is about."""
    return str(json_object(request.body or "{}").get(profile.item["number"], ""))


def item_difference(profile: Profile, request: PreparedRequest, stored: Any) -> str | None:
    """Our word for the first member that was sent and is stored otherwise; None where all is so."""
    sent, there = (
        view(profile.item, json_object(request.body or "{}")),
        view(profile.item, stored),
    )
    for word, value in sent.items():
        if word not in _APART and not _same(value, there.get(word)):
            return word
    try:
        aliases = (aliases_of(profile, one.get("aliases")) for one in (sent, there))
        asked, kept = (frozenset(found) for found in aliases)
    except BadRecordError:
        return "aliases"
    return "aliases" if "aliases" in sent and asked != kept else None


def deletion(profile: Profile, number: str) -> PreparedRequest:
    """The call that deletes an order."""
    return _about(profile, "orders.delete", number, {})


def header(profile: Profile, number: str, fields: Mapping[str, str]) -> PreparedRequest:
    """The call that sets members of an order's header.

    Raises ConfigurationError for a member that the profile's orderUpdate does not name, and for a
    status that nobody may set.
    """
    body = {}
    for word, value in fields.items():
        if word not in profile.changeable:
            raise ConfigurationError(
                f"site profile {profile.name!r} does not let {word!r} of an order change",
                "Name it in the profile's orderUpdate.fields, if the site really allows it.",
            )
        body[_header_member(profile, word)] = _header_value(profile, word, value)
    return _about(profile, "orders.setHeader", number, body)


def header_difference(profile: Profile, request: PreparedRequest, stored: Any) -> str | None:
    """Our word for the first header member that is not as it was sent; None where all are."""
    names = _header_names(profile)
    sent, there = view(names, json_object(request.body or "{}")), view(names, stored)
    for word in sorted(sent.keys() - {"number"}):
        asked, kept = sent[word], there.get(word)
        if word == "tracking":
            asked, kept = tracking_in(asked), tracking_in(kept)
            kept = tuple(number for number in kept if number in asked)
        if word == "status":
            asked, kept = profile.state(str(asked)), profile.state(str(kept or ""))
        if not _same(asked, kept):
            return word
    return None


def _about(
    profile: Profile, endpoint: str, number: str, members: Mapping[str, Any]
) -> PreparedRequest:
    """A call about one order, its number where the call has a place for it, else in the body."""
    call: Endpoint = profile.endpoint(endpoint)
    body = dict(members)
    if not call.takes("number"):
        body = {profile.order["number"]: number, **body}
    private = {profile.order[word] for word in profile.buyer if word in profile.order}
    return PreparedRequest(
        method=call.method,
        path=call.target(number=number),
        body=_json(body) if body else None,
        content_type=JSON,
        private=tuple(pointer_to((name,)) for name in body if name in private),
    )


def _header_names(profile: Profile) -> dict[str, str]:
    tracking = profile.section("orderStatus").get("tracking")
    return {**profile.order, **({"tracking": tracking} if tracking else {})}


def _header_member(profile: Profile, word: str) -> str:
    names = _header_names(profile)
    if word not in names:
        raise ConfigurationError(
            f"site profile {profile.name!r} has no order member {word!r}",
            "Name it in the profile's members.",
        )
    return names[word]


def _header_value(profile: Profile, word: str, value: str) -> Any:
    if word == "tracking":
        return [value]
    if word != "status":
        return value
    if value not in _SETTABLE:
        raise ConfigurationError(
            f"an order cannot be made {value!r}", f"Set one of: {', '.join(_SETTABLE)}."
        )
    return profile.statuses[value][0]


def _item_member(profile: Profile, word: str) -> str:
    if word in profile.item and word not in _APART:
        return profile.item[word]
    known = sorted(profile.item.keys() - set(_APART))
    raise ConfigurationError(
        f"site profile {profile.name!r} has no item member {word!r}",
        f"Map one of: {', '.join(known)}.",
    )


def _aliases_member(profile: Profile) -> str:
    if "aliases" not in profile.item or "alias" not in profile.section("alias"):
        raise ConfigurationError(
            f"site profile {profile.name!r} has no place for an item's aliases",
            "Name members.item.aliases and members.alias, or leave aliases out of the ruleset.",
        )
    return profile.item["aliases"]


def _alias(profile: Profile, alias: Alias) -> dict[str, Any]:
    names = profile.section("alias")
    told: dict[str, Any] = {names["alias"]: alias.alias}
    if "quantity" in names:
        told[names["quantity"]] = alias.quantity
    elif alias.quantity != 1:
        raise ConfigurationError(
            f"site profile {profile.name!r} has no place for the quantity of an alias",
            "Name members.alias.quantity, or give aliases of one unit only.",
        )
    return told


def _same(asked: Any, kept: Any) -> bool:
    """A site may keep a number as a text or the other way, and an empty text as nothing."""
    if asked == kept:
        return True
    if isinstance(asked, bool) or isinstance(kept, bool):
        return False
    if isinstance(asked, str) and isinstance(kept, str):
        return asked.strip() == kept.strip()
    try:
        return float(asked) == float(kept)
    except (TypeError, ValueError):
        return not asked and kept is None


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
