"""From rows and options to what is answered: filtered, sorted, cut into a page, expanded, linked.

Links are absolute and carry every option of the request with a new `$skip` (documented). Lists
inside a list are cut at the nested limit and have a link of their own; a single entity has all of
its children (documented). That `$top` counts down along the links is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from engine.sandbox.channeladvisor.options import Expansion, Options, Pairs, SortKey
from engine.sandbox.channeladvisor.schema import EntityType, Row
from engine.sandbox.channeladvisor.stamps import ticks

SAFE = "$(),:/;='"
Placed = tuple[Row, Row]
"""A row and the top row it belongs to (an order, or the row itself)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request as far as links and limits depend on it.

    `pairs` are all query options to be echoed, `token` the access token if it came by query, and
    `nested_limit` None where children are not cut.
    """

    origin: str
    path: str
    pairs: Pairs = ()
    token: str | None = None
    nested_limit: int | None = None
    ignore_case: bool = False


def collection(
    found: Sequence[Placed], options: Options, size: int, asked: Asked
) -> dict[str, Any]:
    """One page of the rows that were chosen, as the wire has it."""
    take = size if options.top is None else min(options.top, size)
    page = found[options.skip : options.skip + take + 1]
    answer: dict[str, Any] = {"@odata.context": _context(options, asked)}
    if options.count:
        answer["@odata.count"] = len(found)
    answer["value"] = [shown(row, top, options, asked) for row, top in page[:take]]
    if len(page) > take and options.top != take:
        answer["@odata.nextLink"] = _link(asked, asked.path, _beyond(asked.pairs, options, take))
    return answer


def single(placed: Placed, options: Options, asked: Asked) -> dict[str, Any]:
    """One entity with its context."""
    context = _context(options, asked) + "/$entity"
    return {"@odata.context": context, **shown(*placed, options, asked)}


def shown(row: Row, top: Row, options: Options, asked: Asked) -> dict[str, Any]:
    """The selected members of a row, and the children that were asked for; no others."""
    children = options.entity.navigations
    names = options.select or row
    answer = {name: row[name] for name in names if name not in children}
    for expansion in options.expand:
        answer.update(_expanded((row, top), options.entity, expansion, asked))
    return answer


def _expanded(
    placed: Placed, entity: EntityType, expansion: Expansion, asked: Asked
) -> dict[str, Any]:
    """An expanded navigation; rows without an ID have no address, so they show all of theirs."""
    row, top = placed
    options = expansion.options
    children = ((child, top) for child in expansion.navigation.rows(row, top))
    found = chosen(children, options, asked)[options.skip :]
    found = found if options.top is None else found[: options.top]
    kept = found[: asked.nested_limit] if "ID" in row else found
    answer: dict[str, Any] = {
        expansion.name: [shown(child, top, options, asked) for child, _ in kept]
    }
    if options.count:
        answer[f"{expansion.name}@odata.count"] = len(found)
    if len(found) > len(kept):
        answer[f"{expansion.name}@odata.nextLink"] = _link(
            asked,
            f"/v1/{entity.entity_set}({row['ID']})/{expansion.name}",
            _beyond(expansion.pairs, options, len(kept)),
        )
    return answer


def chosen(rows: Iterable[Placed], options: Options, asked: Asked) -> Sequence[Placed]:
    """The rows that the filter lets through, sorted; ties keep the order in which they came."""
    accepts = options.accepts
    rows = [placed for placed in rows if accepts is None or accepts(*placed)]
    for key in reversed(options.order):
        rows = sorted(rows, key=lambda placed: _rank(placed[0], key, asked), reverse=key.descending)
    return rows


def _rank(row: Row, key: SortKey, asked: Asked) -> tuple[bool, Any]:
    """Nulls come first in ascending order (inferred)."""
    value = row.get(key.member)
    if value is None:
        return (False, 0)
    if key.kind == "date":
        return (True, ticks(value))
    return (True, value.casefold() if asked.ignore_case and isinstance(value, str) else value)


def _context(options: Options, asked: Asked) -> str:
    entity = options.entity
    names = [name for name in options.select if name in entity.kinds]
    if names:
        names += [f"{expansion.name}()" for expansion in options.expand]
    listed = f"({','.join(names)})" if names else ""
    return f"{asked.origin}/v1/$metadata#{entity.entity_set}{listed}"


def _beyond(pairs: Pairs, options: Options, taken: int) -> Pairs:
    """The same options for the rows after those that were taken."""
    kept = [(name, text) for name, text in pairs if name not in ("$skip", "$top")]
    if options.top is not None:
        kept.append(("$top", str(options.top - taken)))
    return (*kept, ("$skip", str(options.skip + taken)))


def _link(asked: Asked, path: str, pairs: Pairs) -> str:
    """An absolute link; the access token is in it only where it came by query (recorded)."""
    token = () if asked.token is None else (("access_token", asked.token),)
    query = "&".join(
        f"{quote(name, safe='$')}={quote(text, safe=SAFE)}" for name, text in (*token, *pairs)
    )
    return f"{asked.origin}{path}?{query}"
