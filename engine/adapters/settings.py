"""Reading a connection's settings: references, durations, limits and timing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from engine.errors import ConfigurationError
from engine.model.effect import Timing
from engine.ports.systems import Limits, ReadKit, Secret

_REFERENCE = ("env:", "file:", "keyring:")
_DURATION = re.compile(r"(\d+)\s*(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def secret(kit: ReadKit, name: str) -> Secret:
    """The secret that the setting `name` refers to; raises ConfigurationError without one."""
    return kit.secret(_required(kit, name))


def text(kit: ReadKit, name: str) -> str:
    """A setting that may be given as it is or by reference."""
    value = _required(kit, name)
    return kit.secret(value).reveal() if value.startswith(_REFERENCE) else value


def base_url(kit: ReadKit) -> str:
    """The system's address without a closing slash; raises ConfigurationError where it is none."""
    url = text(kit, "url").rstrip("/")
    if not _is_base(url):
        raise ConfigurationError(
            f"the url of connection {kit.connection!r} is not an http(s) address",
            "Write it like https://api.example.com, without user, query or fragment.",
        )
    return url


def _is_base(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    return known and port_fits and "@" not in parts.netloc


def limits(settings: Mapping[str, Any], default: Limits) -> Limits:
    """The `limits` member over the adapter's own."""
    given = settings.get("limits") or {}
    return Limits(
        in_flight=given.get("in-flight", default.in_flight),
        per_minute=given.get("per-minute", default.per_minute),
        per_machine=default.per_machine,
    )


def account_of(
    settings: Mapping[str, Any], identity: Sequence[str], resolve: Callable[[str], Secret]
) -> str:
    """A name for the account behind a connection: the same for all customers that share it.

    It is a digest, as the name of a file: `identity` are settings that may be secrets, and
    `resolve` looks up those that are references.
    """
    own = ("url", *identity) if "url" in settings else sorted(settings)
    told = [settings.get(name) for name in own]
    known = [
        resolve(value).reveal()
        if isinstance(value, str) and value.startswith(_REFERENCE)
        else str(value).rstrip("/")
        for value in told
    ]
    return sha256("\n".join([*own, *known]).encode()).hexdigest()[:32]


def timing(settings: Mapping[str, Any], default: Timing) -> Timing:
    """The `timing` member over the adapter's own."""
    given = settings.get("timing") or {}
    return Timing(
        window=duration(given.get("window"), default.window),
        timeout=duration(given.get("timeout"), default.timeout),
        late=duration(given.get("late"), default.late),
        absent_gap=duration(given.get("absent-gap"), default.absent_gap),
    )


def defaults(limits: Limits, timing: Timing) -> dict[str, str | int]:
    """An adapter's own limits and delays in the words of a ruleset, without what has no end."""
    told = {"limits.in-flight": limits.in_flight, "limits.per-minute": limits.per_minute}
    delays = {
        "timing.window": timing.window,
        "timing.timeout": timing.timeout,
        "timing.late": timing.late,
        "timing.absent-gap": timing.absent_gap,
    }
    counts = {name: number for name, number in told.items() if number is not None}
    return {**counts, **{name: _spoken(delay) for name, delay in delays.items()}}


def _spoken(delay: timedelta) -> str:
    """`90s`, `2m`: whole minutes as minutes."""
    seconds = round(delay.total_seconds())
    return f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"


def duration(value: object, default: timedelta) -> timedelta:
    """`5m`, `30s`, `2h`, `1d` or a number of seconds; None gives the default."""
    if value is None:
        return default
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        raise ConfigurationError(f"{value!r} is no duration", "Write it like 30s, 5m, 2h or 1d.")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _required(kit: ReadKit, name: str) -> str:
    value = kit.settings.get(name)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(
            f"connection {kit.connection!r} has no {name!r}",
            f"Add it to the connection, for example {name}: env:NAME",
        )
    return value
