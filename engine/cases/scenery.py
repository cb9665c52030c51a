"""Setting up a case: the twins with its records, and the customer with its wire led to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.bootstrap import Machine
from engine.cases.case import WRONG_SHAPE, CannotPlayError, Case
from engine.cases.reading import moment
from engine.cases.records import all_orders, items_of
from engine.cases.stage import CaseClock, Stage
from engine.config.load import REFERENCES
from engine.customers import Customer
from engine.sandbox.casting.ground import Ground, centers_of
from engine.sandbox.casting.town import CHANNEL, CREDENTIALS, WAREHOUSE, Site, Town
from engine.workspace import Workspace

OF_THE_TWIN = re.compile(r"[^.:]*/_floor/[^.]*\.?")
"""A sentence that tells how the sandbox over HTTP would be asked."""
LATER = timedelta(days=30)
"""A case without a time plays so long after the earliest date of the ruleset."""
BEFORE = timedelta(hours=1)
"""So long before a case's time the earlier pass was, unless the case says when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A case set up: the customer over the twins, and the machine between them."""

    customer: Customer
    case: Case
    town: Town
    machine: Machine
    clock: CaseClock
    workspace: Workspace
    at: datetime


@contextmanager
def told(where: str = "") -> Iterator[None]:
    """What a twin refuses is a mistake of the case."""
    try:
        yield
    except ValueError as error:
        text = OF_THE_TWIN.sub("", f"{where}{error}")
        raise CannotPlayError(text.strip().rstrip("."), "Mend the case.") from error
    except WRONG_SHAPE as error:
        raise CannotPlayError(
            f"{where}a member has the wrong shape: {error}", "Mend the case."
        ) from error


def scene_of(customer: Customer, case: Case, stage: Stage) -> Scene:
    """A case set up; raises CannotPlayError where a system has no twin or a record fits nothing."""
    at = case.at or _usual_time(customer)
    clock = CaseClock(moment(case.earlier["at"]) if "at" in case.earlier else at - BEFORE)
    town = _town(customer, case, clock.now())
    names = customer.ruleset.connections
    twins = {
        name: town.channel if one.adapter == CHANNEL else town.warehouses[name]
        for name, one in names.items()
    }
    return Scene(
        customer=replace(customer, settings=_settings(customer, stage)),
        case=case,
        town=town,
        machine=stage.machine(twins, clock),
        clock=clock,
        workspace=Workspace(stage.fresh(), ()),
        at=at,
    )


def _usual_time(customer: Customer) -> datetime:
    items = customer.ruleset.items
    since = [customer.compiled.rules.since, *([items.since] if items is not None else [])]
    return max(since) + LATER


def _settings(customer: Customer, stage: Stage) -> dict[str, dict[str, Any]]:
    """Each connection at the address of its twin, with a key that fits; nothing is asked of the
    environment.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, settings in customer.settings.items():
        adapter = customer.ruleset.connections[name].adapter
        fitting = {
            member: stage.key
            for member, value in settings.items()
            if member in CREDENTIALS[adapter]
            or (isinstance(value, str) and value.startswith(REFERENCES))
        }
        found[name] = {**settings, **fitting, "url": f"http://{name}"}
    return found


def _town(customer: Customer, case: Case, now: datetime) -> Town:
    for name, connection in customer.ruleset.connections.items():
        if connection.adapter not in CREDENTIALS:
            raise CannotPlayError(
                f"{name} is a connection of the adapter {connection.adapter}, which has no twin",
                f"Cases play rulesets whose adapters are {' and '.join(CREDENTIALS)}.",
            )
    centers = {str(row["code"]): row for row in case.given.get("centers", ())}
    linked = tuple(link.dc for link in customer.ruleset.links.values())
    ground = Ground(
        now=now,
        profiles=_profiles(customer, case),
        centers=centers_of(linked, {code: row.get("id") for code, row in centers.items()}),
    )
    with told():
        return Town(ground, centers, _sites(customer, case), all_orders(case))


def _profiles(customer: Customer, case: Case) -> dict[str, int]:
    """Those of the ruleset, and those that records name by their id."""
    named = [row.get("profile") for row in (*all_orders(case), *case.given.get("products", ()))]
    strangers = {str(one): one for one in named if isinstance(one, int)}
    known = set(customer.ruleset.profiles.values())
    return {
        **customer.ruleset.profiles,
        **{name: one for name, one in strangers.items() if one not in known},
    }


def _sites(customer: Customer, case: Case) -> dict[str, Site]:
    """The warehouses; what a case says of one is of its flow's."""
    areas = [area for link in customer.ruleset.links.values() for area in link.areas]
    mine = warehouse_of(customer, case.flow)
    sites: dict[str, Site] = {}
    for name, connection in customer.ruleset.connections.items():
        if connection.adapter == WAREHOUSE:
            profile = customer.settings[name]["profile"]
            said = case.given.get("warehouse", {}) if name == mine else {}
            known = [*said.get("items", ()), *items_of(case, said)]
            here = {"areas": [*areas, *said.get("areas", ())], "items": known}
            sites[name] = Site(profile=profile, **{**said, **here})
    return sites


def warehouse_of(customer: Customer, flow: str) -> str:
    """The connection of the warehouse that a flow is about."""
    stock, shipments = customer.ruleset.stock, customer.ruleset.shipments
    if flow == "stock" and stock is not None:
        return stock.source
    if flow == "shipments" and shipments is not None:
        return shipments.source
    return customer.compiled.rules.sink
