"""Makes the cassettes from both sandboxes, under fixed host names and without any credential.

Run by script/record-cassettes; a test records anew and compares, so that they never grow old.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import vcr

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.server import serve
from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import Sandbox
from tests.adapters.rig import NOW, SECRETS, SITES, account, site_profile
from tests.cassettes.stories import (
    CA_HOST,
    CA_ORDERS,
    CA_PRODUCTS,
    WOS_HOST,
    WOS_STATE,
    channeladvisor_flows_story,
    channeladvisor_story,
    warehouseos_story,
)
from tests.cassettes.warehouse_flows import STATE as FLOWS_STATE
from tests.cassettes.warehouse_flows import on_the_floor, warehouseos_flows_story

FOLDER = Path(__file__).parent
MATCH_ON = ("method", "scheme", "host", "path", "query", "body")
_KEPT_HEADERS = frozenset(("content-type", "date"))
_TOKEN = re.compile(rb'("(?:access_token|refresh_token)":\s*")[^"]*')
_KEY = re.compile(r"(apiKey=)[^&]*")


def scrubbed_request(request: Any) -> Any:
    """Without headers, and without the key and the token that a URL or a body may hold."""
    request.headers = {}
    request.uri = _KEY.sub(r"\1scrubbed", request.uri)
    if request.path == "/oauth2/token":
        request.body = b"scrubbed"
    return request


def scrubbed_response(response: dict[str, Any]) -> dict[str, Any]:
    """Without tokens, and without the headers that nobody reads."""
    headers = response["headers"]
    response["headers"] = {k: v for k, v in headers.items() if k.lower() in _KEPT_HEADERS}
    body = response["body"]
    body["string"] = _TOKEN.sub(rb"\1scrubbed", body["string"])
    return response


def record(folder: Path) -> None:
    """Records every story into this folder."""
    _tape(folder / "channeladvisor.yaml", _channeladvisor(), CA_HOST, channeladvisor_story)
    flows = folder / "channeladvisor-flows.yaml"
    _tape(flows, _channeladvisor(), CA_HOST, channeladvisor_flows_story)
    for site in SITES:
        profile = site_profile(site)
        settings = WarehouseOSSettings(api_key=SECRETS["env:WOS_KEY"])
        twin = WarehouseOSSandbox(WOS_STATE, profile, settings)
        story = partial(warehouseos_story, profile=profile)
        _tape(folder / f"{site}.yaml", twin, WOS_HOST, story)
        busy = WarehouseOSSandbox(FLOWS_STATE, profile, settings)
        on_the_floor(busy)
        other = partial(warehouseos_flows_story, profile=profile)
        _tape(folder / f"{site}-flows.yaml", busy, WOS_HOST, other)


def _channeladvisor() -> Sandbox:
    settings = ChannelAdvisorSettings(page_sizes={"Orders": 4, "Products": 3, "others": 2})
    state = {**account(*CA_ORDERS), "Products": CA_PRODUCTS}
    return ChannelAdvisorSandbox(state, settings)


def _tape(path: Path, twin: Sandbox, host: str, story: Callable[[str], object]) -> None:
    """Tells one story to a twin and keeps the exchange, as if the twin had the fixed host."""
    with serve(twin, now=lambda: NOW) as serving:

        def request(given: Any) -> Any:
            given.uri = given.uri.replace(serving.url, host)
            return scrubbed_request(given)

        def response(given: dict[str, Any]) -> dict[str, Any]:
            body = given["body"]
            body["string"] = body["string"].replace(serving.url.encode(), host.encode())
            return scrubbed_response(given)

        path.unlink(missing_ok=True)
        recorder = vcr.VCR(before_record_request=request, before_record_response=response)
        with recorder.use_cassette(str(path), record_mode="all", match_on=MATCH_ON):
            story(serving.url)


if __name__ == "__main__":
    record(FOLDER)
