"""What holds for every test: loopback only, no real home, the same examples on every run."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.security.leak_watch import pytest_configure

__all__ = ["pytest_configure"]  # A hook of pytest; the watch it registers looks for leaks.

settings.register_profile(
    "crossdock",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("crossdock")


def pytest_collection_finish() -> None:
    """Nine thousand tests stay to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


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


def _refuse(what: str, host: object) -> None:
    if not _is_loopback(host):
        raise NetworkForbiddenError(f"{what} to {host!r}: tests talk to the loopback only")


def _guarded(name: str) -> Callable[..., Any]:
    """A socket's method that looks at the address first; a Unix socket's has no host."""
    real = REAL[name]

    def method(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        _refuse(name, address[0] if isinstance(address, tuple) else None)
        return real(self, *arguments)

    return method


def _guarded_lookup(host: Any, *arguments: Any, **more: Any) -> Any:
    _refuse("a name", host)
    return _look_up(host, *arguments, **more)


# Not an audit hook: it would run inside `sys.settrace` too, and a switch of threads there makes
# coverage lose a thread ("Cannot install a trace function while another ... is being installed").
REAL = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "bind", "sendto")}
GUARDS = {name: _guarded(name) for name in REAL}
_look_up = socket.getaddrinfo
socket.getaddrinfo = _guarded_lookup


def _set_guards() -> None:
    for name, real in REAL.items():
        if getattr(socket.socket, name) is real:
            setattr(socket.socket, name, GUARDS[name])


_set_guards()


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    """Sets the guards again where they are off: a replay that blocks all sockets puts the real
    methods back when it ends. Where it has its own in force, they stay.
    """
    _set_guards()


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
