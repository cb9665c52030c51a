"""What `check` asks a WarehouseOS site, and what it makes of the answers. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.adapters.warehouseos.listing import Listing
from engine.adapters.warehouseos.profile import SURE, Endpoint, Profile
from engine.adapters.warehouseos.wire import view
from engine.errors import CrossdockError
from engine.model.finding import Finding

KEY, ENDPOINT, ASSUMPTION = "check.key", "check.endpoint", "check.assumption"
# A number that no order and no item has.
NOBODY = "crossdock-check"
_UNASKED = {
    "areas": "no call that lists areas is known: whether those of the links exist is not checked",
    "customFields": "no call tells how many custom fields there are, and how long they may be",
    "numbers": "whether a number can exist twice shows only when a second create is refused",
    "triggers": "what a message says shows only when one comes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A harmless read: its arguments, and of a list its sections and the members in every row."""

    arguments: Mapping[str, str]
    page: str = ""
    row: str = ""
    members: tuple[str, ...] = ()


_LIST = {"page": "1", "size": "1"}
PROBES: Mapping[str, Probe] = {
    "orders.get": Probe(arguments={"number": NOBODY}),
    "items.get": Probe(arguments={"number": NOBODY}),
    "orders.list": Probe(
        arguments=_LIST, page="list", row="order", members=("number", "status", "area", "lines")
    ),
    "items.list": Probe(arguments=_LIST, page="itemList", row="item", members=("number",)),
    "inventory.list": Probe(
        arguments=_LIST, page="stockList", row="stock", members=("item", "area", "quantity")
    ),
    "inventory.summary": Probe(
        arguments=_LIST, page="summaryList", row="summary", members=("item", "onHand", "committed")
    ),
    "queue.read": Probe(arguments={"max": "1"}, page="queue"),
}


def probes(profile: Profile) -> Iterator[tuple[str, Probe]]:
    """What may be asked: reads alone, and no queue whose read takes messages away."""
    for name, probe in PROBES.items():
        endpoint = profile.endpoints.get(name)
        removes = name == "queue.read" and profile.told.read_removes
        if endpoint is not None and endpoint.method == "GET" and not removes:
            yield name, probe


def arguments_of(endpoint: Endpoint, probe: Probe) -> dict[str, str]:
    """The probe's arguments that the call has a place for."""
    return {word: value for word, value in probe.arguments.items() if endpoint.takes(word)}


def key_accepted() -> Finding:
    """Said once, after the first answer."""
    return Finding(rule=KEY, severity="ok", about="key", text="the site accepts the key")


def key_refused(error: CrossdockError) -> Finding:
    """Nothing else can be asked then."""
    return Finding(rule=KEY, severity="error", about="key", text=error.summary, advice=error.advice)


def unusable(name: str, error: CrossdockError) -> Finding:
    """A call that gave no answer that can be read."""
    return Finding(
        rule=ENDPOINT,
        severity="error",
        about=f"endpoints.{name}",
        text=error.summary,
        advice=error.advice,
    )


def answered(profile: Profile, name: str, probe: Probe, body: Any | None) -> list[Finding]:
    """What an answer shows; None is the site's own "not found". Raises ProtocolError for a list
    without its rows.
    """
    about = f"endpoints.{name}"
    if not probe.page:
        return [Finding(rule=ENDPOINT, severity="ok", about=about, text="it answers")]
    if body is None:
        text = 'the site answers "not found" to a list'
        advice = "See whether the profile's path is the site's."
        return [Finding(rule=ENDPOINT, severity="error", about=about, text=text, advice=advice)]
    rows = Listing(names=profile.section(probe.page)).page(body)
    text = "it answers" if rows else "it answers, with an empty list: its members are not checked"
    found = Finding(rule=ENDPOINT, severity="ok", about=about, text=text)
    return [found, *_absent(profile, probe, rows)]


def assumptions(profile: Profile, seen: Sequence[str]) -> list[Finding]:
    """A finding for each part of the profile that is no more than inferred or guessed.

    `seen` are the calls that have just answered: their mark may be raised.
    """
    calls = [
        _assumed(f"endpoints.{name}", endpoint.mark, seen=name in seen)
        for name, endpoint in sorted(profile.endpoints.items())
        if endpoint.mark not in SURE
    ]
    parts = [_assumed(part, mark) for part, mark in profile.marks.items() if mark not in SURE]
    return [*calls, *parts, _assumed("areas", "never read")]


def _assumed(about: str, mark: str, *, seen: bool = False) -> Finding:
    advice = (
        "It answered just now: its mark can become `seen`."
        if seen
        else "Compare it with the site's API Docs screen, then mark it `documented` or `seen`."
    )
    text = _UNASKED.get(about, "nobody has compared it with the site's API Docs screen")
    return Finding(
        rule=ASSUMPTION, severity="warning", about=about, text=f"{mark}: {text}", advice=advice
    )


def _absent(profile: Profile, probe: Probe, rows: Sequence[Any]) -> Iterator[Finding]:
    """Members that the profile names and the first row does not have."""
    names = profile.order if probe.row == "order" else profile.section(probe.row)
    known = {word: names[word] for word in probe.members if word in names}
    if not rows:
        return
    for word in sorted(known.keys() - view(known, rows[0]).keys()):
        yield Finding(
            rule=ASSUMPTION,
            severity="error",
            about=f"members.{probe.row}.{word}",
            text=f"the site's list has no member {known[word]}",
            advice="Look at one answer in the API Docs screen and name the member as it is there.",
        )
