"""What an inspector finds at the WarehouseOS twin, on both site profiles."""

from __future__ import annotations

import pytest

from engine.model.finding import Finding
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import SITES, Rig
from tests.adapters.warehouse import Warehouse, warehouse

READS = {
    "orders.get",
    "orders.list",
    "items.get",
    "items.list",
    "inventory.list",
    "inventory.summary",
    "queue.read",
}


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile, with one order and one message."""
    site = warehouse(rig, request.param)
    site.order("A-1", ("LAMP-01", 2))
    site.floor("put", item="LAMP-01", quantity=1, area="Main")
    return site


def of(findings: list[Finding], rule: str, severity: str) -> set[str]:
    """What the findings of this kind are about."""
    return {one.about for one in findings if (one.rule, one.severity) == (rule, severity)}


def test_a_site_that_speaks_as_its_profile_says(site: Warehouse) -> None:
    """The key is accepted and every read answers; nothing was written or taken away."""
    before = len(site.wos.asked)

    found = list(site.inspector().inspect())

    assert of(found, "check.key", "ok") == {"key"}
    assert of(found, "check.endpoint", "ok") == {f"endpoints.{name}" for name in READS}
    assert [one for one in found if one.severity == "error"] == []
    asked = site.wos.asked[before:]
    assert len(asked) == len(READS)
    assert all(one.startswith("GET ") for one in asked)
    assert len(site.queue().read()) == 1


def test_every_assumption_is_named(rig: Rig) -> None:
    """Calls and parts that nobody has seen are found, with what to do; a documented one is not."""
    site = warehouse(rig)

    found = list(site.inspector(profile=site.profile(marks={"statuses": "seen"})).inspect())

    assumed = of(found, "check.assumption", "warning")
    assert {"endpoints.orders.create", "endpoints.orders.get", "auth", "areas"} <= assumed
    assert not {"endpoints.items.upsertMany", "statuses"} & assumed
    texts = {one.about: (one.text, one.advice) for one in found if one.rule == "check.assumption"}
    assert texts["endpoints.orders.get"][0].startswith("inferred: ")
    assert texts["endpoints.orders.get"][1].startswith("It answered just now")
    assert texts["endpoints.orders.create"][1].startswith("Compare it")
    assert "custom fields" in texts["customFields"][0]


def test_a_refused_key_ends_the_questions(site: Warehouse) -> None:
    """One error about the key; the assumptions are told all the same."""
    site.settings(api_key="another")

    found = list(site.inspector().inspect())

    assert of(found, "check.key", "error") == {"key"}
    assert of(found, "check.endpoint", "ok") == set()
    assert "auth" in of(found, "check.assumption", "warning")


def test_a_wrong_path_is_found(site: Warehouse) -> None:
    """The other calls are asked all the same."""
    wrong = {"method": "GET", "path": "/nowhere"}
    endpoints = {**site.wos.profile["endpoints"], "inventory.list": wrong}

    found = list(site.inspector(profile=site.profile(endpoints=endpoints)).inspect())

    assert of(found, "check.endpoint", "error") == {"endpoints.inventory.list"}
    assert "endpoints.queue.read" in of(found, "check.endpoint", "ok")


def test_a_call_that_never_answers_is_found(site: Warehouse) -> None:
    """After all attempts it is told as one more finding."""
    path = site.wos.profile["endpoints"]["inventory.list"]["path"]
    site.wos.faults(FaultRule(kind="500", path=f"{path}\\?", count=None))

    found = list(site.inspector().inspect())

    assert of(found, "check.endpoint", "error") == {"endpoints.inventory.list"}


def test_a_list_that_is_not_found_is_an_error(site: Warehouse) -> None:
    """The site's own "not found" is right for a number that nobody has, and wrong for a list."""
    single = site.wos.profile["endpoints"]["items.get"]
    path = single["path"].replace("{number}", "crossdock-nothing")
    listing = {"method": "GET", "path": path}
    endpoints = {**site.wos.profile["endpoints"], "items.list": listing}

    found = list(site.inspector(profile=site.profile(endpoints=endpoints)).inspect())

    assert of(found, "check.endpoint", "error") == {"endpoints.items.list"}


def test_a_wrong_member_name_is_found(site: Warehouse) -> None:
    """The first row of a list shows which of the profile's names the site does not have."""
    names = {**site.wos.profile["members"]["stock"], "quantity": "HowMany"}

    found = list(site.inspector(profile=site.members(stock=names)).inspect())

    assert of(found, "check.assumption", "error") == {"members.stock.quantity"}


def test_an_empty_list_proves_no_member(rig: Rig) -> None:
    """It says so instead of saying that all is well."""
    found = list(warehouse(rig).inspector().inspect())

    texts = {one.about: one.text for one in found if one.rule == "check.endpoint"}
    assert "its members are not checked" in texts["endpoints.orders.list"]
    assert texts["endpoints.inventory.list"] == "it answers"


def test_a_queue_whose_read_removes_is_not_asked(site: Warehouse) -> None:
    """A question would lose the messages."""
    queue = {**site.wos.profile["queue"], "readRemoves": True}

    found = list(site.inspector(profile=site.profile(queue=queue)).inspect())

    assert "endpoints.queue.read" not in of(found, "check.endpoint", "ok")
    assert len(site.queue().read()) == 1
