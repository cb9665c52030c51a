"""The gates that no tool on the shelf has, over the whole tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
import yaml

from tests.architecture import gates, tree
from tests.architecture.gates import Gate, Source

# Members of ChannelAdvisor's records, as its documentation spells them. The warehouse's are read
# from the site profiles.
CA_MEMBERS = frozenset(
    """
    ProfileID SiteID SiteName SiteOrderID SellerOrderID CreatedDateUtc UpdatedDateUtc
    ImportDateUtc PaymentStatus ShippingStatus CheckoutStatus OrderTags PrivateNotes
    SpecialInstructions RequestedShippingClass RequestedShippingCarrier DistributionCenterID
    FulfillmentItems DeliveryStatus BundleComponents UnitPrice ShippingFirstName ShippingLastName
    ShippingAddressLine1 ShippingStateOrProvince ShippingPostalCode BuyerEmailAddress
    SellerFulfillmentID TrackingNumber ProductID OrderItemID FulfillmentID TotalQuantity
    IsExternallyManaged AdjustedQuantity
    """.split()
)
SYSTEMS = ("channeladvisor", "warehouseos")
# Put together here so that this file does not hold what it looks for.
HOSTS_OF_REGISTRIES = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
)
MACHINE_PATH = re.compile(r"(?<![\w.:/*}-])/(?:work|root|tmp|farm|opt|home/\w+)/\w")
# How many comments may silence a tool, in the whole tree. One more fails: think, then count up.
MOST_SUPPRESSIONS = {"noqa": 16, "type: ignore": 6, "pragma: no cover": 4, "pragma: no branch": 0}


def problems(gate: Gate, sources: Iterable[Source]) -> list[str]:
    return [problem for source in sources for problem in gate(source)]


@pytest.mark.parametrize(
    "gate",
    [
        gates.file_size,
        gates.function_size,
        gates.forbidden_names,
        gates.stubs,
        gates.unreasoned,
    ],
)
def test_every_python_file_keeps_the_rules_of_the_house(gate: Gate) -> None:
    """Sizes, names and silenced tools are as agreed, in the engine and in the tests."""
    found = problems(gate, tree.sources())

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "gate", [gates.docstrings_of_tests, gates.mocks, gates.tests_that_cannot_fail]
)
def test_every_test_keeps_the_rules_of_tests(gate: Gate) -> None:
    """A test says what it promises, can fail, and uses fakes that are subclasses of ports."""
    found = problems(gate, tree.tests())

    assert not found, "\n".join(found)


def test_no_function_of_the_engine_has_too_many_parameters() -> None:
    """More than six parameters are a dataclass that nobody has named yet."""
    found = problems(gates.parameters, tree.engine())

    assert not found, "\n".join(found)


def test_the_pure_core_touches_nothing() -> None:
    """Models, compiler and flows open no file and print nothing, not even through a builtin."""
    found = problems(gates.touches_world, tree.pure())

    assert not found, "\n".join(found)


def test_hardly_anybody_reads_the_clock() -> None:
    """The clock is read where the world is handed out and by the sandboxes' server, else never."""
    allowed = ("engine/adapters/world.py", "engine/bootstrap.py", "engine/sandbox/server.py")
    found = problems(gates.reads_clock, (s for s in tree.sources() if s.name not in allowed))

    assert not found, "\n".join(found)


def _camel(name: str) -> bool:
    return name.isalpha() and len(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)) > 1


def _wire_names() -> set[str]:
    """The warehouse's member names, without those that are the ruleset's own words too."""
    wire: set[str] = set()
    ours: set[str] = set()
    for path in sorted((tree.ROOT / "mappings" / "profiles").glob("*.yaml")):
        members = yaml.safe_load(path.read_text("utf-8")).get("members", {})
        for names in members.values():
            ours.update(names)
            wire.update(v for v in names.values() if isinstance(v, str))
        ours.update(members)
    return {name for name in wire - ours if _camel(name)}


def test_no_member_of_a_host_is_named_outside_its_adapter() -> None:
    """What a host calls its members is said in adapters, sandboxes, mappings and rulesets only."""
    wire = _wire_names()
    gate = gates.words_found(wire | CA_MEMBERS, "a host's member")
    found = problems(gate, tree.house())

    assert "pickAreaName" in wire
    assert not found, "\n".join(found)


def test_no_system_is_named_outside_its_adapter() -> None:
    """The engine finds an adapter by its folder and knows no system by name."""
    gate = gates.words_found(SYSTEMS, "a system's name", whole=False)
    found = problems(gate, tree.house())

    assert not found, "\n".join(found)


def test_no_switch_for_a_preview_travels_below_the_runner() -> None:
    """A preview is built without a transport that writes, not by telling everybody to hold back."""
    above = ("engine/cli/", "engine/bootstrap.py")
    below = [s for s in tree.engine() if not s.name.startswith(above)]
    found = problems(gates.words_found(["dry_run", "dry-run", "dryrun"], "a switch"), below)

    assert not found, "\n".join(found)


def test_nothing_tracked_knows_this_machine_or_a_registry() -> None:
    """No path of a machine and no host of a package registry is in any tracked file."""
    registry = gates.words_found(HOSTS_OF_REGISTRIES, "a registry's host", whole=False)
    found = problems(registry, tree.tracked())
    for source in tree.tracked():
        for number, line in enumerate(source.text.splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append(source.at(number, f"a machine's path: {line.strip()[:80]}"))

    assert not found, "\n".join(found)


def test_nothing_is_left_for_later() -> None:
    """What is not done is said in the changelog or an issue, not in the code."""
    marks = ["".join(parts) for parts in (("TO", "DO"), ("FIX", "ME"), ("X", "XX"), ("HA", "CK"))]
    found = problems(gates.words_found(marks, "left for later"), tree.tracked())

    assert not found, "\n".join(found)


def test_invented_people_live_at_example_com() -> None:
    """No address in any tracked file can be a real person's."""
    found = problems(gates.strangers, tree.tracked())

    assert not found, "\n".join(found)


def test_silenced_tools_are_counted() -> None:
    """There are no more exceptions to the gates than were agreed."""
    assert gates.over_budget(tree.sources(), MOST_SUPPRESSIONS) == {}
