"""WarehouseOS as values: create bodies out, orders and answers in, by a site profile. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.adapters.warehouseos.profile import Profile
from engine.adapters.warehouseos.wire import inner, parsed, text, view, whole
from engine.errors import BadRecordError, ProtocolError
from engine.model.desired import (
    DesiredLine,
    DesiredOrder,
    ExistingLine,
    ExistingOrder,
    ItemState,
    PreparedRequest,
)
from engine.model.pointer import pointer_to, split
from engine.ports.world import Response

LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer says: `kind` is success, refused, duplicate, locked, not-found or unreadable.

    `text` is fit for a log only after private values were taken out of it.
    """

    kind: str
    text: str = ""
    body: Any = None


def creation(profile: Profile, desired: DesiredOrder) -> PreparedRequest:
    """The exact create request. Raises ConfigurationError for a field that the site lacks."""
    body = order_body(profile, desired)
    endpoint = profile.endpoint("orders.create")
    return PreparedRequest(
        method=endpoint.method,
        path=endpoint.target(number=desired.number),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json; charset=utf-8",
        private=_private(profile, desired, body),
    )


def order_body(profile: Profile, desired: DesiredOrder) -> dict[str, Any]:
    """The create call's object, members in a steady order."""
    status = profile.statuses["hold" if desired.hold else "available"][0]
    body: dict[str, Any] = {
        profile.order["number"]: desired.number,
        profile.order["status"]: status,
    }
    if desired.area is not None:
        body[profile.order["area"]] = desired.area
    for field, value in desired.fields.items():
        _put(body, profile.wire_path(field), value)
    names = profile.line
    body[profile.order["lines"]] = [
        {
            names["number"]: line.number,
            names["hostId"]: line.host_id,
            names["item"]: line.item,
            names["quantity"]: line.quantity,
        }
        for line in desired.lines
    ]
    return body


def requested(profile: Profile, request: PreparedRequest, stored: ExistingOrder) -> DesiredOrder:
    """What a create request asked for, read back from its body; raises ProtocolError where it
    holds no order of this profile.

    `stored` tells which lines the site has split: one that names a line's item as its bundle.
    """
    body = json_object(request.body or "")
    number, lines = body.get(profile.order["number"]), body.get(profile.order["lines"])
    if not isinstance(number, str) or not isinstance(lines, list):
        raise ProtocolError("the stored request is no create order call of this site profile")
    names = profile.line
    split = {(line.host_id, line.bundle) for line in stored.lines if line.bundle}
    return DesiredOrder(
        number=number,
        area=body.get(profile.order["area"]),
        hold=False,
        fields={},
        lines=tuple(
            DesiredLine(
                number=line[names["number"]],
                host_id=line[names["hostId"]],
                item=line[names["item"]],
                quantity=line[names["quantity"]],
                expands=not split.isdisjoint(
                    ((line[names["hostId"]], line[names["item"]]), (None, line[names["item"]]))
                ),
            )
            for line in lines
        ),
    )


def number_of(profile: Profile, request: PreparedRequest) -> str:
    """The order number that a create request is about."""
    number = json_object(request.body or "").get(profile.order["number"])
    if not isinstance(number, str):
        raise ProtocolError("the stored request is no create order call of this site profile")
    return number


def existing_of(profile: Profile, body: Any, number: str) -> ExistingOrder:
    """A stored order from the answer to a get; raises BadRecordError where it is another one."""
    order = view(profile.order, body)
    found = order.get("number")
    if not isinstance(found, str) or found.casefold() != number.casefold():
        raise BadRecordError(f"asked for order {number}, the site answered with something else")
    state = profile.state(str(order.get("status") or ""))
    locked = order.get("locked") is True and state in ("available", "hold")
    rows = order.get("lines")
    return ExistingOrder(
        number=number,
        state=LOCKED if locked else state,
        area=text(order.get("area")),
        lines=tuple(_line(profile, row) for row in (rows if isinstance(rows, list) else ())),
    )


def item_state_of(profile: Profile, body: Any) -> ItemState:
    """Whether what was found under a number is an item or a bundle."""
    bundle = view(profile.item, body).get("bundle")
    return ItemState.BUNDLE if bundle is True else ItemState.ITEM


def read_answer(profile: Profile, response: Response) -> Reading:
    """Classifies an answer by its body as well as by its status.

    Two shapes of errors are read: the site's own (`success` false with a list of errors) and the
    default of .NET (`Message`, `ModelState`), whose members are not in any profile. A known code
    decides by itself. A known status decides alone only for a duplicate, which is then proven by
    reading; "not found" without its code may just mean a wrong path.
    """
    body = parsed(response.body)
    refusal = view(profile.error, body) if isinstance(body, Mapping) else {}
    codes, texts = _errors(profile, refusal, body)
    said = "; ".join(texts)
    for kind, known in profile.answers.items():
        if known.code is not None and known.code in codes:
            return Reading(kind=kind, text=said, body=body)
    duplicate = profile.answers.get("duplicate")
    if duplicate and not codes and response.status == duplicate.status != 200:
        return Reading(kind="duplicate", text=said, body=body)
    if not 200 <= response.status < 300 or refusal.get("success") is False:
        return Reading(kind="refused", text=said, body=body)
    if response.body.strip() and body is None:
        return Reading(kind="unreadable", text="the answer is no JSON")
    return Reading(kind="success", body=body)


def private_values(request: PreparedRequest) -> Iterator[str]:
    """The texts at a request's private pointers, so that an answer's echo of them can be masked."""
    body = json_object(request.body or "{}")
    for pointer in request.private:
        value: Any = body
        for name in split(pointer):
            value = value.get(name) if isinstance(value, Mapping) else None
        yield from _texts(value)


def _private(profile: Profile, desired: DesiredOrder, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Pointers of what holds buyer's data: by the profile, and by where a field's value is from."""
    whole = {profile.order[word] for word in profile.buyer if word in profile.order}
    paths: list[tuple[str, ...]] = [(name,) for name in body if name in whole]
    mapped = (profile.wire_path(f) for f in desired.fields if f in desired.private)
    paths += [path for path in mapped if path[0] not in whole]
    return tuple(pointer_to(path) for path in paths)


def _put(body: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    target = body
    for name in path[:-1]:
        target = target.setdefault(name, {})
    target[path[-1]] = value


def _line(profile: Profile, row: Any) -> ExistingLine:
    line = inner(profile.line, row, "a stored line")
    item = line.get("item")
    if not isinstance(item, str):
        raise BadRecordError("a stored line came without its item")
    quantity = line.get("requested", line.get("quantity"))
    return ExistingLine(
        item=item,
        quantity=whole(quantity, f"the quantity of a stored line of {item}"),
        host_id=text(line.get("hostId")),
        bundle=text(line.get("bundle")),
    )


def _errors(
    profile: Profile, said: Mapping[str, Any], body: Any
) -> tuple[frozenset[str], Sequence[str]]:
    """The codes and the texts of an error body, empty for any other."""
    listed = said.get("errors")
    errors = listed if isinstance(listed, list) else ()
    views = [view(profile.error, e) for e in errors if isinstance(e, Mapping)]
    codes = frozenset(str(error["code"]) for error in views if error.get("code"))
    texts = [f"{error.get('code') or '?'}: {error.get('message') or ''}" for error in views]
    if not texts and isinstance(body, Mapping) and isinstance(body.get("Message"), str):
        state = body.get("ModelState")
        members = ", ".join(sorted(state)) if isinstance(state, Mapping) else ""
        texts = [body["Message"] + (f" ({members})" if members else "")]
    return codes, texts


def json_object(text: str) -> Mapping[str, Any]:
    """The object that a stored request's body is; an empty one for anything else."""
    value = json.loads(text)
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, str):
        yield value
