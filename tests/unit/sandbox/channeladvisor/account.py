"""A small account and a caller of its twin, without sockets."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.wire import SandboxRequest, SandboxResponse

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
REFRESH = b"grant_type=refresh_token&refresh_token=soft-one"


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def order(key: int, **members: Any) -> dict[str, Any]:
    """An order of profile 12000101 with one line that is allocated to DC 5."""
    line = {"ID": key * 10, "OrderID": key, "ProductID": 77, "Sku": f"SKU-{key}", "Quantity": 2}
    allocated = {"ID": key * 10 + 2, "OrderItemID": key * 10, "ProductID": 77, "Quantity": 2}
    fulfillment = {"ID": key * 10 + 1, "OrderID": key, "DistributionCenterID": 5}
    return {
        "ID": key,
        "ProfileID": 12000101,
        "SiteName": "O'Neil's",
        "PaymentStatus": "Cleared",
        "ShippingStatus": "Unshipped",
        "TotalPrice": 10.5,
        "BuyerEmailOptIn": False,
        "CreatedDateUtc": "2026-11-02T03:04:05.1234567Z",
        "UpdatedDateUtc": f"2026-11-{key:02}T00:00:00Z",
        "Items": [line],
        "Fulfillments": [{**fulfillment, "Items": [allocated]}],
        **members,
    }


def account(*orders: dict[str, Any]) -> dict[str, Any]:
    """Two applications on the same profile; the second sees one more profile."""
    return {
        "applications": [
            {"id": "one", "secret": "s1", "refresh": "soft-one", "profiles": [12000101]},
            {"id": "two", "secret": "s2", "refresh": "soft-two", "profiles": [12000101, 12000102]},
        ],
        "Profiles": [{"ID": 12000101}, {"ID": 12000102}],
        "DistributionCenters": [{"ID": 0, "Code": "MAIN"}, {"ID": -2, "Code": "FBA-US"}],
        "Sites": [{"ID": 640, "SiteName": "Amazon", "AdjustmentReasons": ["GeneralAdjustment"]}],
        "Orders": list(orders),
    }


class Caller:
    """Calls a twin as one application; `now` can be moved."""

    def __init__(
        self, sandbox: ChannelAdvisorSandbox, *, name: str = "one", secret: str = "s1"
    ) -> None:
        self.sandbox = sandbox
        self.now = NOW
        self.name, self.secret = name, secret
        self.token = ""

    def send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        in_flight: int = 1,
        **headers: str,
    ) -> SandboxResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = SandboxRequest(
            method=method, target=target, headers=named, body=body, in_flight=in_flight
        )
        return self.sandbox.handle(request, self.now)

    def sign_in(self) -> Caller:
        number = {"one": b"soft-one", "two": b"soft-two"}[self.name]
        response = self.send(
            "POST",
            "/oauth2/token",
            b"grant_type=refresh_token&refresh_token=" + number,
            authorization=basic(self.name, self.secret),
            content_type=FORM,
        )
        self.token = json.loads(response.body)["access_token"]
        return self

    def call(self, method: str, target: str, body: Any = None) -> SandboxResponse:
        """With the bearer token, and a JSON body where there is one."""
        content = b"" if body is None else json.dumps(body).encode()
        bearer = f"Bearer {self.token}"
        return self.send(
            method, target, content, authorization=bearer, content_type="application/json"
        )

    def get(self, target: str) -> Any:
        """The JSON of an answer that has to be 200."""
        response = self.call("GET", target)
        assert response.status == 200, response.body
        return json.loads(response.body)

    def ids(self, target: str) -> list[int]:
        return [row["ID"] for row in self.get(target)["value"]]

    def filtered(self, text: str) -> list[int]:
        return self.ids("/v1/Orders?$filter=" + quote(text))

    def walk(self, target: str) -> list[list[int]]:
        """The IDs of each page, by next links alone."""
        pages = []
        link: str | None = target
        while link:
            page = self.get(link)
            pages.append([row["ID"] for row in page["value"]])
            link = page.get("@odata.nextLink")
        return pages


def twin(*orders: dict[str, Any], **settings: Any) -> Caller:
    """A signed-in caller of a twin with these orders and settings."""
    sandbox = ChannelAdvisorSandbox(account(*orders), ChannelAdvisorSettings(**settings))
    return Caller(sandbox).sign_in()
