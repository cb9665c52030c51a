"""What a live ChannelAdvisor account says to `crossdock check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.adapters.channeladvisor import protocol
from engine.adapters.channeladvisor.client import Client
from engine.adapters.channeladvisor.members import whole
from engine.errors import CredentialError, CrossdockError, ProtocolError, SystemUnavailableError
from engine.model.finding import Finding
from engine.ports.flows import Inspector
from engine.ports.systems import ReadKit

# Documented: the scopes of an authorisation are `orders` and `inventory`; centers and profiles are
# read with either of them (inferred).
_READS = ("Orders", "Products", "DistributionCenters")
_SCOPES = "Authorise the application anew, with the scopes `orders` and `inventory`."


class ChannelAdvisorInspector(Inspector):
    """Credentials, what they may read, and the profiles that they are for. It changes nothing."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._about = f"connection {kit.connection}"

    def inspect(self) -> Sequence[Finding]:
        """Stops at credentials that are refused: everything after them would be refused too."""
        try:
            self._client.token()
        except (CredentialError, ProtocolError, SystemUnavailableError) as error:
            return [self._bad("check.credentials", error)]
        good = self._ok("check.credentials", "the credentials are taken")
        return [good, *self._reads(), self._profiles()]

    def profiles(self) -> Mapping[int, str]:
        """Profile id -> its account's name, of all that the credentials reach.

        Raises CredentialError, ProtocolError or SystemUnavailableError where it cannot be read.
        """
        pages = self._client.all(f"{self._client.base}/v1/Profiles")
        return {
            whole(row, "ID", "a profile"): str(row.get("AccountName") or "")
            for page in pages
            for row in page
        }

    def _reads(self) -> Iterator[Finding]:
        """One small read of each set; the answer's content does not matter."""
        query = protocol.encoded({"$top": "1", "$select": "ID"})
        for name in _READS:
            try:
                self._client.page(f"{self._client.base}/v1/{name}?{query}")
                yield self._ok("check.reads", f"{name} can be read")
            except CredentialError:
                text = f"{name} can't be read with these credentials"
                yield self._finding("check.reads", "error", text, _SCOPES)
            except (ProtocolError, SystemUnavailableError) as error:
                yield self._bad("check.reads", error)

    def _profiles(self) -> Finding:
        try:
            found = self.profiles()
        except (CredentialError, ProtocolError, SystemUnavailableError) as error:
            return self._bad("check.profiles", error)
        listed = ", ".join(f"{id_} {name}".strip() for id_, name in sorted(found.items()))
        return self._ok("check.profiles", f"profiles of these credentials: {listed or 'none'}")

    def _ok(self, rule: str, text: str) -> Finding:
        return self._finding(rule, "ok", text, "")

    def _bad(self, rule: str, error: CrossdockError) -> Finding:
        return self._finding(rule, "error", error.summary, error.advice)

    def _finding(self, rule: str, severity: str, text: str, advice: str) -> Finding:
        return Finding(rule=rule, severity=severity, about=self._about, text=text, advice=advice)
