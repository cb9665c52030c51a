"""The guards of tests/conftest.py do what they promise."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import NetworkForbiddenError


def test_a_test_cannot_connect_anywhere_else() -> None:
    """A connection to an address that is not on the loopback is refused before it is tried."""
    with socket.socket() as plug, pytest.raises(NetworkForbiddenError):
        plug.connect(("192.0.2.1", 80))


def test_a_test_cannot_look_up_a_name() -> None:
    """No name but localhost is asked of the resolver."""
    with pytest.raises(NetworkForbiddenError):
        socket.getaddrinfo("example.com", 80)


def test_a_test_cannot_listen_to_the_world() -> None:
    """A server under test binds to the loopback, not to all addresses."""
    with socket.socket() as plug, pytest.raises(NetworkForbiddenError):
        plug.bind(("0.0.0.0", 0))


def test_the_loopback_is_open() -> None:
    """Sandboxes are reached on the loopback."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as plug,
    ):
        assert plug.getpeername() == server.getsockname()


def test_the_home_is_not_the_developers() -> None:
    """What a test writes below the home lands in a folder of the test run."""
    assert Path.home().name.startswith("home")
