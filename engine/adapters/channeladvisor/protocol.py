"""ChannelAdvisor's REST API v1 (OData 4) as values: URLs out, pages and errors in. No I/O.

Facts are marked by how they are known: documented by the vendor, seen in client code, inferred.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from engine.adapters.foreign import json_of
from engine.adapters.scrub import place_of, shown
from engine.errors import ProtocolError
from engine.ports.world import Request, Response

Row = Mapping[str, Any]

NEXT = "@odata.nextLink"
# What an order is read with, two levels deep: deeper expansions of lists are slow (documented).
NESTED: Mapping[str, Any] = {
    "Items": {"BundleComponents": {}, "Adjustments": {}},
    "Fulfillments": {"Items": {}},
    "CustomFields": {},
    "OrderAttributes": {},
}
# What a product is read with.
PRODUCT_NESTED: Mapping[str, Any] = {
    "Attributes": {},
    "Images": {},
    "BundleComponents": {},
    "AliasRelationships": {},
}
# Documented: a call without a valid token. Seen in client code: the same text in a 2xx body.
_DENIED = "authorization has been denied for this request."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seen in recorded answers: UTC with 0 to 7 fractional digits. Python's own parser takes 6.
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_STAND_INS = (
    *("ID", "OrderItemID", "ProductID", "FieldID", "Name"),
    *("PlacementName", "ComponentID", "AliasProductID", "DistributionCenterID"),
)
# What stays readable in a query; apostrophes, blanks, `#`, `&`, `+` and `/` are encoded.
_PLAIN = "$(),=:;*@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a collection; `next` is the server's link to what follows, if it gave one."""

    rows: tuple[Row, ...]
    next: str | None


def orders_url(base: str, options: Mapping[str, str]) -> str:
    """The list of orders with these query options (`$filter`, `exported`, ...)."""
    return f"{base}/v1/Orders?{encoded(options)}"


def order_url(base: str, key: str, options: Mapping[str, str]) -> str:
    """One order by its id; documented: it ignores the export flag."""
    return f"{base}/v1/Orders({number(key)})?{encoded(options)}"


def encoded(options: Mapping[str, str]) -> str:
    """A query string, percent-encoded as the service wants it (documented for SKUs)."""
    return urlencode(options, quote_via=quote, safe=_PLAIN)


def products_url(base: str, options: Mapping[str, str]) -> str:
    """The list of products with these query options."""
    return f"{base}/v1/Products?{encoded(options)}"


_ADVICE = {
    "order": "Give the number that the channel itself shows; plans have it as `order`.",
    "product": "No product has it as its SKU either; give one or the other.",
}


def number(key: str, what: str = "order") -> str:
    """The id of an order (or of `what`) fit for a URL; raises ProtocolError for no whole number."""
    if not re.fullmatch(r"-?[0-9]{1,18}", key):
        raise ProtocolError(
            f"{shown(key)!r} is no {what} id of this system",
            _ADVICE.get(what, "Give the number that the channel itself shows."),
        )
    return key


def literal(text: str) -> str:
    """A string in a `$filter`: in apostrophes, its own doubled (documented)."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def stamp_literal(moment: datetime) -> str:
    """A time in a `$filter`: bare, never the date alone, which would mean midnight."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def ticks(stamp: object) -> int:
    """A stamp in units of 100 ns since 1970, exact; raises ProtocolError for what is none."""
    match = _STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    if match is None:
        raise ProtocolError("a time of ChannelAdvisor is not in its known form")
    try:
        whole = datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00")) - _EPOCH
    except ValueError:
        raise ProtocolError("a time of ChannelAdvisor is no time of any calendar") from None
    return whole // timedelta(seconds=1) * 10_000_000 + int((match[2] or "").ljust(7, "0"))


def moment_of(stamp: object) -> datetime:
    """A stamp as a time in UTC, cut to microseconds; raises ProtocolError for what is none."""
    try:
        return _EPOCH + timedelta(microseconds=ticks(stamp) // 10)
    except OverflowError:
        raise ProtocolError("a time of ChannelAdvisor is no time of any calendar") from None


def token_request(base: str, application: str, secret: str, refresh: str) -> Request:
    """The refresh grant (documented): Basic with application id and shared secret, a form body."""
    basic = base64.b64encode(f"{application}:{secret}".encode()).decode()
    form = urlencode({"grant_type": "refresh_token", "refresh_token": refresh})
    return Request(
        method="POST",
        url=f"{base}/oauth2/token",
        headers={
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        body=form.encode(),
    )


def token_of(response: Response) -> tuple[str, float]:
    """The access token and its seconds to live (documented as an hour, seen as 3599)."""
    body = decoded(response)
    token, lives = body.get("access_token"), body.get("expires_in", 3600)
    if not isinstance(token, str) or not _sendable(token) or not isinstance(lives, int | float):
        raise ProtocolError("ChannelAdvisor's token answer holds no access token")
    return token, float(lives)


def _sendable(token: str) -> bool:
    """A header takes no other signs, a line break least of all."""
    return token != "" and token.isascii() and token.isprintable()


def denied(response: Response) -> bool:
    """Whether the token was refused, by status or by the known text in any body."""
    if response.status == 401:
        return True
    return len(response.body) < 1000 and error_text(response).strip().lower() == _DENIED


def error_text(response: Response) -> str:
    """The message of an error body in any of its three shapes, or an empty text.

    OData `{"error": {"message"}}` and Web API `{"Message"}` are seen in recorded answers, OAuth
    `{"error", "error_description"}` is inferred.
    """
    try:
        body = json_of(response.body)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("message") or "")
    return str(body.get("Message") or body.get("error_description") or error or "")


def failure(response: Response, url: str) -> ProtocolError:
    """What an answer that is no success means, as an error for a person."""
    said = shown(error_text(response)) or "no message"
    return ProtocolError(f"{place_of(url)} answered HTTP {response.status}: {said}")


def decoded(response: Response) -> dict[str, Any]:
    """The JSON object of a body; raises ProtocolError where it is none."""
    try:
        body = json_of(response.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ProtocolError("ChannelAdvisor answered with something that is no JSON object")
    return body


def page_of(response: Response) -> Page:
    """A collection's page; raises ProtocolError without a list of records."""
    body = decoded(response)
    rows, link = body.get("value"), body.get(NEXT)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProtocolError("ChannelAdvisor answered a list without its records")
    return Page(rows=tuple(rows), next=link if isinstance(link, str) and link else None)


def trusted(base: str, link: str) -> str:
    """A link of the service, if it stays with it; raises ProtocolError otherwise.

    Only our own scheme, host and port, below `/v1/` (seen: with a doubled slash before it), and
    without a way back up. The token would go to whoever the link names.
    """
    if not _stays(base, link):
        raise ProtocolError(
            f"ChannelAdvisor sent a link to another place: {place_of(link)}",
            "Nothing was sent there; see whether the connection's url is right.",
        )
    return link


def _stays(base: str, link: str) -> bool:
    """What one reader of URLs takes for the path may be the host to another: a link with a
    backslash, a control character or a blank at an end is none of ours.
    """
    if link != link.strip() or "\\" in link or not link.replace(" ", "").isprintable():
        return False
    try:
        ours, parts = urlsplit(base), urlsplit(link)
    except ValueError:
        return False
    path = re.sub(r"/{2,}", "/", parts.path)
    prefix = re.sub(r"/{2,}", "/", f"{ours.path}/v1/")
    same = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
    return same and path.lower().startswith(prefix.lower()) and ".." not in unquote(path)


def expansion(nested: Mapping[str, Any]) -> str:
    """The `$expand` of a tree of nested lists."""
    return ",".join(
        f"{name}($expand={expansion(below)})" if below else name for name, below in nested.items()
    )


def with_expand(link: str, nested: Mapping[str, Any]) -> str:
    """A nested list's link that also expands its rows: nobody has seen whether links keep it."""
    if not nested or "$expand" in link or "%24expand" in link.lower():
        return link
    return f"{link}{'&' if '?' in link else '?'}{encoded({'$expand': expansion(nested)})}"


def identity(row: Row) -> object:
    """What tells rows of one list apart: the id, or what stands for it.

    A component has its line and product, a custom field its FieldID, an attribute its Name, an
    image its place, an alias its product, a quantity its center.
    """
    return _mark(row.get("ID")) or tuple(_mark(row.get(name)) for name in _STAND_INS)


def _mark(value: object) -> object:
    """What can be looked up in a set, whatever a record has there."""
    return str(value) if isinstance(value, list | dict) else value


def date_of(response: Response) -> datetime:
    """The server's time from its Date header; raises ProtocolError without a readable one."""
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        raise ProtocolError("ChannelAdvisor's answer has no readable Date header") from None
