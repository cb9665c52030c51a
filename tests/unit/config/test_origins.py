"""The effective ruleset: every value with where it was written and what it stands over."""

from __future__ import annotations

import pytest

from engine.config.load import load_with_origins
from engine.config.origins import MASKED, Setting, settings
from tests.unit.config.library import COMPLETE, MemoryLibrary, overlay

MIDDLE = """\
extends: complete
orders:
  overlap: 10m
  not-open: {add: [Lost]}
  changes: {default: alert, address: {available: recreate}}
retention: null
"""


def told(library: MemoryLibrary) -> dict[str, Setting]:
    """The settings of acme by name; what is gone has a minus before its name."""
    loaded = load_with_origins("acme", library)
    found = settings("acme", library, loaded)
    return {f"{'-' * one.gone}{one.name}": one for one in found}


def three(top: str) -> dict[str, Setting]:
    """What a customer over two bases of the test's own, and the shipped one, comes to."""
    bases = {"complete": COMPLETE, "middle": MIDDLE}
    return told(MemoryLibrary({"acme": f"extends: middle\n{top}"}, bases))


def where(setting: Setting) -> str:
    place = setting.origin.place
    return f"{setting.origin.kind} {place.file}:{place.line}" if place else setting.origin.kind


def over(setting: Setting) -> list[tuple[object, str]]:
    """What it overrode: each value and the file that it stood in."""
    found = [(one.value, one.origin.place) for one in setting.overrode]
    return [(value, place.file if place else "") for value, place in found]


def test_each_value_has_the_place_where_it_was_written() -> None:
    """The customer's own file is the overlay; each base is named by its file."""
    found = three("orders: {sweep: 12h}")

    assert where(found["orders.sweep"]) == "overlay rulesets/acme.yaml:2"
    assert where(found["orders.overlap"]) == "base mappings/middle.yaml:3"
    assert where(found["orders.since"]) == "base mappings/complete.yaml:4"
    assert where(found["orders.from"]).startswith("base shipped/standard.yaml:")
    assert "extends" not in found


def test_what_a_value_stands_over_is_told_nearest_first() -> None:
    """Each layer below that said something else of it is named with its value and its file."""
    found = three("orders: {overlap: 20m}")

    assert over(found["orders.overlap"]) == [
        ("10m", "mappings/middle.yaml"),
        ("5m", "shipped/standard.yaml"),
    ]
    assert found["orders.sweep"].overrode == ()


def test_the_elements_of_a_changed_list_keep_their_own_places() -> None:
    """An element that an overlay added is the overlay's; those that were there are the base's."""
    found = three("orders: {not-open: {remove: [InTransit]}}")["orders.not-open"]
    files = {str(one.value): one.origin.place.file for one in found.items if one.origin.place}

    assert found.value == ["Complete", "Canceled", "ThirdPartyManaged", "Lost"]
    assert files["Lost"] == "mappings/middle.yaml"
    assert files["Complete"] == "shipped/standard.yaml"
    assert over(found)[0][0] == ["Complete", "InTransit", "Canceled", "ThirdPartyManaged", "Lost"]


def test_what_was_taken_out_is_told_with_the_line_that_did_it() -> None:
    """A null of a layer is named, and the engine's default that holds then stands beside it."""
    found = three("orders: {map: {shipTo.phone: null}}")

    assert where(found["-retention"]) == "base mappings/middle.yaml:6"
    assert where(found["retention"]) == "default"
    assert where(found["-orders.map.shipTo.phone"]) == "overlay rulesets/acme.yaml:2"
    assert over(found["-orders.map.shipTo.phone"])[0][0] == "ca.ShippingDaytimePhone"


def test_what_was_put_back_is_not_gone() -> None:
    """The last layer that speaks of an entry decides."""
    found = three("retention: 90d")

    assert "-retention" not in found
    assert where(found["retention"]) == "overlay rulesets/acme.yaml:2"


def test_another_way_of_a_mapping_stands_over_the_whole_old_one() -> None:
    """A map over a text, and a way over another way: nothing of the old one goes unseen."""
    found = three("orders: {map: {shipTo.name: {from: ca.Name}, shipTo.city: {text: x}}}")

    assert "-orders.map.shipTo.name.text" in found
    assert over(found["orders.map.shipTo.city.text"]) == [
        ("ca.ShippingCity", "shipped/standard.yaml")
    ]


def test_a_text_stands_over_the_whole_map_that_it_replaces() -> None:
    """Whoever says one action for all states sees which states had their own."""
    found = three("orders: {changes: {address: report}}")

    assert found["orders.changes.address"].value == "report"
    assert over(found["orders.changes.address"]) == [
        ({"available": "recreate"}, "mappings/middle.yaml")
    ]


def test_a_table_that_is_none_has_no_default() -> None:
    """What cannot be read as a section is told as it stands."""
    found = three("tables: {method: text, other: {rows: {A: B}}}")

    assert {name for name in found if name.startswith("tables.")} == {
        "tables.method",
        "tables.other.rows.A",
        "tables.other.missing",
    }


def test_the_table_of_changes_follows_its_own_default() -> None:
    """A kind or a state that the table leaves out is told with the key that it follows."""
    found = three("")
    follows = {name: one.origin.source for name, one in found.items() if one.origin.source}

    assert found["orders.changes.address.batched"].value == "alert"
    assert follows["orders.changes.display"] == "orders.changes.default"
    assert found["orders.changes.blanked"].value == "ignore"
    assert "orders.changes.blanked" not in follows
    assert found["orders.changes.cancelled"].value == "report"


def test_a_default_list_has_elements_of_no_file() -> None:
    """A list that stands nowhere is told as any other."""
    found = three("")["orders.changes.cancelled-when"]

    assert [(one.value, one.origin.kind) for one in found.items] == [("Canceled", "default")]


def test_settings_of_one_map_stand_together() -> None:
    """However many layers speak of a section, it is told once, so that it can be read as YAML."""
    names = [name.split(".")[0] for name in three("orders: {sweep: 12h}")]
    order = list(dict.fromkeys(names))

    assert names == sorted(names, key=order.index)


def test_a_secret_that_was_written_out_is_not_shown() -> None:
    """What could be a secret is starred out, in what is overridden too."""
    found = told(overlay("connections: {ca: {secret: hunter2hunter2, passwort: [hunter3]}}"))

    assert found["connections.ca.secret"].value == MASKED
    assert found["connections.ca.passwort"].value == [MASKED]
    assert "hunter" not in repr(found)


def test_an_address_is_shown_where_it_can_hold_no_password() -> None:
    """A good ruleset's addresses are plain; in a broken one nobody knows what stands there."""
    good = told(overlay("connections: {wos: {url: 'https://wos.example.com'}}"))
    bad = told(overlay("connections: {wos: {url: 'https://u:hunter2@wos.example.com'}}"))

    assert good["connections.wos.url"].value == "https://wos.example.com"
    assert bad["connections.wos.url"].value == MASKED


@pytest.mark.parametrize(
    "text", ["", "[", "just a text", "extends: no-such-base\nprofiles: {a: 1}"]
)
def test_a_broken_ruleset_is_told_as_far_as_it_can_be_read(text: str) -> None:
    """Nothing that a file can hold makes it fail."""
    found = told(MemoryLibrary({"acme": text}))

    assert set(found) <= {"profiles.a", "timezone", "retention"}


def test_a_customer_without_a_ruleset_has_no_settings() -> None:
    """Nobody's settings are nothing."""
    assert settings("acme", MemoryLibrary(), load_with_origins("acme", MemoryLibrary())) == []
