"""Asks a live WarehouseOS site whether its profile holds; it sends nothing but reads."""

from __future__ import annotations

from collections.abc import Sequence

from engine.adapters.warehouseos import inspection
from engine.adapters.warehouseos.client import Client
from engine.adapters.warehouseos.inspection import Probe
from engine.errors import CredentialError, ProtocolError, SystemUnavailableError
from engine.model.finding import Finding
from engine.ports.flows import Inspector
from engine.ports.systems import ReadKit


class WarehouseOSInspector(Inspector):
    """One site: its key, each call that can be asked without harm, and what nobody has seen."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)

    def inspect(self) -> Sequence[Finding]:
        found: list[Finding] = []
        seen: list[str] = []
        for name, probe in inspection.probes(self._client.profile):
            try:
                findings = self._ask(name, probe)
            except CredentialError as error:
                found.append(inspection.key_refused(error))
                break
            except (ProtocolError, SystemUnavailableError) as error:
                found.append(inspection.unusable(name, error))
                continue
            found += findings if seen else [inspection.key_accepted(), *findings]
            seen.append(name)
        return [*found, *inspection.assumptions(self._client.profile, seen)]

    def _ask(self, name: str, probe: Probe) -> list[Finding]:
        profile = self._client.profile
        arguments = inspection.arguments_of(profile.endpoint(name), probe)
        return inspection.answered(profile, name, probe, self._client.ask(name, **arguments))
