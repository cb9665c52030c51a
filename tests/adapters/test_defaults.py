"""What an adapter says that it takes where a setting is left out is what it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.adapters import find
from engine.adapters.channeladvisor.client import TIMING as OF_CHANNEL
from engine.adapters.channeladvisor.paging import keyset, reader
from engine.adapters.files.writes import TIMING as OF_FILES
from engine.adapters.settings import defaults, limits, timing
from engine.adapters.warehouseos.client import TIMING as OF_WAREHOUSE
from engine.model.effect import Timing
from engine.ports.systems import Limits
from tests.unit.config.schema_walk import keys, read

TIMINGS = {"channeladvisor": OF_CHANNEL, "warehouseos": OF_WAREHOUSE, "files": OF_FILES}


def nested(told: dict[str, object]) -> dict[str, dict[str, object]]:
    """The settings of a connection that says all of it aloud."""
    found: dict[str, dict[str, object]] = {}
    for path, value in told.items():
        section, _, name = path.partition(".")
        found.setdefault(section, {})[name] = value
    return found


@pytest.mark.parametrize("name", TIMINGS)
def test_defaults_said_aloud_change_nothing(name: str) -> None:
    """Limits and delays of a connection with all of them are those of one with none."""
    adapter = find(name)
    aloud = nested(dict(adapter.defaults))

    unsaid = Limits(per_machine=adapter.limits.per_machine)  # an address has one, a connection none
    assert limits(aloud, unsaid) == adapter.limits
    assert timing(aloud, Timing(window=timedelta(days=9))) == TIMINGS[name]


def test_the_way_of_reading_is_told_as_it_is() -> None:
    """Lists are read by restarting from the last stamp unless a connection says otherwise."""
    told = find("channeladvisor").defaults

    assert reader({"paging": told["paging"]}, "ca") is reader({}, "ca") is keyset


@pytest.mark.parametrize("name", TIMINGS)
def test_each_default_is_a_key_of_the_language(name: str) -> None:
    """What is told can be written into a ruleset."""
    schema = read("ruleset")
    known = {key.removeprefix("connections/*/").replace("/", ".") for key in keys(schema, schema)}

    assert set(find(name).defaults) <= known


def test_delays_are_told_in_the_largest_whole_unit() -> None:
    """Minutes where they are whole, else seconds; what has no end is not told."""
    told = defaults(Limits(), Timing(window=timedelta(seconds=90), late=timedelta(minutes=3)))

    assert (told["timing.window"], told["timing.late"]) == ("90s", "3m")
    assert not {"limits.in-flight", "limits.per-minute"} & set(told)
