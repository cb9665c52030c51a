"""Judging a ruleset against what the live systems have: links, profiles, areas, members, carriers.

Pure: what was read goes in, findings come out, good news too. An error says that something would
go wrong for everybody; of what only makes some records wait, a warning is enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from engine.config.library import did_you_mean, nearest
from engine.model.finding import ERROR, OK, WARNING, Finding
from engine.model.ruleset import Link
from engine.model.stock import Center

PROFILES, CENTERS, AREAS = "check.profiles", "check.dc", "check.areas"
FIELDS, CARRIERS = "check.custom-fields", "check.carriers"
LISTED = 20
"""So many of a kind are named; of the others there is a count."""


def profiles_found(named: Mapping[str, int], reached: Mapping[int, str]) -> Iterator[Finding]:
    """Each profile of the ruleset must be one that the credentials reach."""
    listed = listing(f"{id_} {name}".strip() for id_, name in sorted(reached.items()))
    for name, id_ in named.items():
        about = f"profiles.{name}"
        if id_ in reached:
            yield finding(PROFILES, OK, about, f"{id_} is {reached[id_] or 'there'}")
        else:
            text = f"the credentials do not reach the profile {id_}"
            advice = f"Correct the id, or use that account's credentials. They reach: {listed}."
            yield finding(PROFILES, ERROR, about, text, advice)


def centers_found(links: Sequence[Link], centers: Collection[Center]) -> Iterator[Finding]:
    """Each link's DC must be there, in use, the seller's own, and no other link's."""
    taken: dict[int, str] = {}
    for link in links:
        about = f"links.{link.name}.dc"
        named = [one for one in centers if _is_named(one, link.dc)]
        live = [one for one in named if not one.deleted]
        if len(live) != 1:
            yield _no_center(about, link.dc, named, centers)
            continue
        center = live[0]
        other = taken.setdefault(center.id, link.name)
        yield _center(about, center, other if other != link.name else None)


def _is_named(center: Center, dc: str | int) -> bool:
    if isinstance(dc, int):
        return center.id == dc
    return (center.code or "").casefold() == dc.casefold()


def _no_center(
    about: str, dc: str | int, named: Sequence[Center], centers: Collection[Center]
) -> Finding:
    if len(named) > 1 and not all(one.deleted for one in named):
        ids = ", ".join(str(one.id) for one in named if not one.deleted)
        text = f"several distribution centers have the code {dc}: {ids}"
        return finding(CENTERS, ERROR, about, text, "Name the one that is meant by its id.")
    if named:
        text = f"the distribution center {dc} was deleted"
        return finding(CENTERS, ERROR, about, text, "Name the one that took its place.")
    codes = [one.code or str(one.id) for one in centers if not one.deleted]
    advice = did_you_mean(str(dc), codes) or "Look at the channel's list of distribution centers."
    text = f"the channel has no distribution center {dc}"
    return finding(CENTERS, ERROR, about, text, f"{advice[:1].upper()}{advice[1:]}")


def _center(about: str, center: Center, other: str | None) -> Finding:
    told = f"{center.code or center.name or 'without a code'} ({center.id})"
    if other is not None:
        text = f"{told} is the DC of the link {other} already"
        return finding(CENTERS, ERROR, about, text, "Give both links' areas to one link.")
    if center.external:
        text = f"{told} is managed by somebody else, who ships its orders and tells its stock"
        advice = "Take the link out: neither its orders nor its quantities are this warehouse's."
        return finding(CENTERS, ERROR, about, text, advice)
    return finding(CENTERS, OK, about, f"{told} is there")


def areas_found(links: Sequence[Link], seen: Collection[str]) -> Iterator[Finding]:
    """Areas of the links against those where something lies.

    An area where nothing lies cannot be told from one that does not exist. That a name is very
    near to one that is there makes the difference.
    """
    there = {area.casefold() for area in seen}
    for link in links:
        for area in dict.fromkeys([*link.areas, *([link.pick] if link.pick else [])]):
            about = f"links.{link.name}"
            if area.casefold() in there:
                yield finding(AREAS, OK, about, f"there is stock in area {area}")
            else:
                yield _no_area(about, area, sorted(seen))


def _no_area(about: str, area: str, seen: list[str]) -> Finding:
    near = nearest(area, seen)
    if near is not None:
        text = f"nothing lies in an area {area}, but in one called {near}"
        return finding(AREAS, ERROR, about, text, f"Did you mean '{near}'?")
    text = f"nothing lies in an area {area}: it is empty, or there is none of that name"
    advice = f"Something lies in: {', '.join(seen) or 'none'}."
    return finding(AREAS, WARNING, about, text, advice)


def areas_unseen(links: Sequence[Link]) -> Iterator[Finding]:
    """What is said where the site does not tell in which area something lies."""
    areas = [area for link in links for area in link.areas]
    if areas:
        text = f"the site tells no areas: {listing(areas)} not checked"
        advice = "Compare the names with the warehouse's areas."
        yield finding(AREAS, WARNING, "links", text, advice)


def fields_written(written: Iterable[str], known: Collection[str] | None) -> Iterator[Finding]:
    """The custom fields that orders are given, against those of the site profile."""
    custom = sorted(name for name in written if name.lower().startswith("customfield"))
    missing = [name for name in custom if known is not None and name not in known]
    if missing:
        text = f"the site profile has no {listing(missing)}"
        advice = "Map to others, or correct customFields in the site profile."
        yield finding(FIELDS, ERROR, "orders.map", text, advice)
    elif custom:
        text = f"written: {listing(custom)}; the site profile has them, and no call tells more"
        yield finding(FIELDS, OK, "orders.map", text)


def carriers_seen(pairs: Mapping[str, int], rows: Collection[str]) -> Iterator[Finding]:
    """Pairs of carrier and service that boxes had lately, each with its count, against the rows."""
    unmapped = {pair: count for pair, count in pairs.items() if pair not in rows}
    for pair, count in Counter(unmapped).most_common(LISTED):
        near = did_you_mean(pair, sorted(rows)) or "there is no row yet"
        text = f"{count} of the boxes lately seen went by {pair}, which has no row: it is held"
        advice = f"Add a row to shipments.carriers; {near}."
        yield finding(CARRIERS, WARNING, "carriers table", text, advice)
    if not unmapped:
        text = f"each of the {len(pairs)} pairs of carrier and service lately seen has a row"
        text = text if pairs else "no box was seen lately: nothing to compare with"
        yield finding(CARRIERS, OK, "carriers table", text)


def finding(rule: str, severity: str, about: str, text: str, advice: str = "") -> Finding:
    """A finding in one line."""
    return Finding(rule=rule, severity=severity, about=about, text=text, advice=advice)


def listing(names: Iterable[str]) -> str:
    """The first names, and how many more there are; `none` for none."""
    known = list(names)
    more = len(known) - LISTED
    shown = ", ".join(known[:LISTED])
    return f"{shown} and {more} more" if more > 0 else shown or "none"
