"""What holds for every test: loopback only, no real home, the same examples on every run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "crossdock",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("crossdock")


class NetworkForbiddenError(Exception):
    """A test tried to leave the loopback. It is no OSError, so that no code under test eats it."""


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if not isinstance(host, str) or host == "localhost":
        return host is None or host == "localhost"
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(event: str, arguments: tuple[Any, ...]) -> object:
    if event == "socket.getaddrinfo":
        return arguments[0]
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None  # A Unix socket has no host.


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    # An audit hook sees every library's sockets, patches nothing, and cannot be taken off again.
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"):
        host = _host_of(event, arguments)
        if not _is_loopback(host):
            raise NetworkForbiddenError(f"{event} to {host!r}: tests talk to the loopback only")


sys.addaudithook(_guard)


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own, and no proxy, colour or width of the developer's terminal."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("COLUMNS", "100")
        patch.setenv("NO_PROXY", "*")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FORCE_COLOR", "XDG_CONFIG_HOME"):
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        yield home
