"""Nothing that a system sends makes the engine ask another host, or break."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from engine.adapters.channeladvisor import protocol
from engine.adapters.scrub import place_of
from engine.errors import ConfigurationError, ProtocolError
from engine.model.product import Product
from engine.sandbox.faults import FaultRule
from tests.adapters.ca_flows import raw_product, town
from tests.adapters.rig import CaRig, Rig, query, raw_order

BASE = "https://api.example.com"
LINKS = [
    "http://127.0.0.1/v1/Orders",
    "http://169.254.169.254/latest/meta-data/",
    "https://[::ffff:10.0.0.1]/v1/Orders",
    "https://[::1]/v1/Orders",
    "https://other.example.com/v1/Orders",
    "https://api.example.com.other.example.com/v1/Orders",
    "https://api.example.com@other.example.com/v1/Orders",
    "https://api.example.com\\@other.example.com/v1/Orders",
    "https://api.example.com\\.other.example.com/v1/Orders",
    "https://api.example.com#@other.example.com/v1/Orders",
    "https://api.example.com/v1\\@other.example.com/",
    "https://api.example.com\t.other.example.com/v1/Orders",
    "https://api.example.com/v1/Orders\r\nHost: other.example.com",
    " https://api.example.com/v1/Orders",
    "https://api.example.com/v1/Orders\x00",
    "https://api.example.com/v1/%2e%2e/oauth2/token",
    "https://api.example.com/v1/..%2foauth2/token",
    "https://api.example.com\u2100.other.example.com/v1/Orders",
    "https://[::1/v1/Orders",
    "https://api.example.com:8443/v1/Orders",
    "HTTPS://API.EXAMPLE.COM@127.0.0.1/v1/",
    "//other.example.com/v1/Orders",
    "javascript:alert(1)",
    "file:///etc/hostname",
    "",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_to_another_place_is_refused(link: str) -> None:
    """However it is disguised, the token is not sent there, and the refusal is an error of ours."""
    with pytest.raises(ProtocolError, match="link to another place"):
        protocol.trusted(BASE, link)


def test_a_link_that_cannot_be_read_is_not_repeated() -> None:
    """Neither is what stands in one a reason to fail while an error is told."""
    assert place_of("https://[::1/?token=canary") == "an address that cannot be read"


@pytest.mark.parametrize("url", ["http://[::1", "http://api.example.com:port", "http://x:0"])
def test_a_connection_has_an_address(rig: Rig, url: str) -> None:
    """An address that cannot be read is a mistake of the ruleset, told as one."""
    ca: CaRig = rig.channeladvisor()
    with pytest.raises(ConfigurationError, match="is not an http"):
        ca.source(url=url)


def test_no_next_link_leads_to_another_host(rig: Rig) -> None:
    """The pages of a service whose links lead away end the read; the other host hears nothing."""
    ca: CaRig = rig.channeladvisor(*[raw_order(n) for n in range(9)], page_sizes={"Orders": 3})
    ca.faults(FaultRule(kind="foreign-next-link", path="Orders", count=None))

    with pytest.raises(ProtocolError, match="another place: http://foreign"):
        list(ca.source(paging="windows").orders(query()))


def test_no_proxy_of_the_environment_is_asked(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, it never sees a credential."""
    proxy: CaRig = rig.channeladvisor()
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    with ExitStack() as stack:
        ca: CaRig = Rig(stack).channeladvisor(raw_order(1))
        assert len(list(ca.source().orders(query()))) > 0

    assert proxy.asked == []


def test_no_image_is_ever_fetched(rig: Rig) -> None:
    """The address of an image is handed on as a text; whoever stands behind it hears nothing."""
    host: CaRig = rig.channeladvisor()
    image = {"PlacementName": "ITEMIMAGEURL1", "Url": f"{host.url}/v1/Orders"}
    shop = town(rig, products=[raw_product(1, Images=[image])])

    product = shop.products().by_key(["1"])["1"]

    assert isinstance(product, Product)
    assert product.images == (image["Url"],)
    assert host.asked == []
