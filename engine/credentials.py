"""Secrets by reference: `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME`. Never by value."""

from __future__ import annotations

import errno
import importlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.errors import CredentialError
from engine.ports.systems import Secret

FORMS = "Give it as env:NAME, file:PATH or keyring:SERVICE/NAME."


def resolve(reference: str) -> Secret:
    """The secret that a reference names; raises CredentialError that names the reference only."""
    kind, _, rest = reference.partition(":")
    readers = {"env": _from_environment, "file": _from_file, "keyring": _from_keyring}
    if kind not in readers or not rest:
        raise CredentialError("a secret is given in a form that is not a reference", FORMS)
    found = readers[kind](rest)
    if not (found.isascii() and found.isprintable()):
        raise CredentialError(
            f"what {reference} refers to holds a line break, or a sign that no request can carry",
            "See whether it was copied whole, on one line and with nothing around it.",
        )
    return Secret(found)


def resolve_text(value: str) -> str:
    """A setting that may be a reference but is no secret, such as a URL."""
    return resolve(value).reveal() if value.startswith(("env:", "file:", "keyring:")) else value


def check(settings: Iterable[Mapping[str, object]]) -> None:
    """Tries every reference in these settings; raises a CredentialError, naming all unset variables
    at once.
    """
    values = [value for one in settings for value in one.values() if isinstance(value, str)]
    names = [value.removeprefix("env:") for value in values if value.startswith("env:")]
    unset = list(dict.fromkeys(name for name in names if not os.environ.get(name)))
    if unset:
        raise CredentialError(
            f"not set in the environment: {', '.join(unset)}", f"Set it, e.g. export {unset[0]}=..."
        )
    for value in values:
        resolve_text(value)


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CredentialError(
            f"the environment variable {name} is not set", f"Set it, e.g. export {name}=..."
        )
    return value


def _from_file(name: str) -> str:
    try:
        path = Path(name).expanduser()
        info = path.stat()
        text = _text_of(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise CredentialError(
            f"the secret file {name} cannot be read", "Check that it is there and yours."
        ) from error
    if info.st_uid != os.getuid() or stat.S_IMODE(info.st_mode) & 0o077:
        raise CredentialError(
            f"the secret file {path} is open to others", f"Make it yours alone: chmod 600 {path}"
        )
    if not text:
        raise CredentialError(f"the secret file {path} is empty", "Put the secret on its one line.")
    return text


def _text_of(path: Path) -> str:
    """A pipe would be waited for, and a device read for ever: raises OSError for both."""
    if not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    return path.read_text(encoding="utf-8").strip()


def _from_keyring(name: str) -> str:
    service, _, user = name.partition("/")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError as error:
        raise CredentialError(
            "the package keyring is not installed", "pip install keyring, or use env: or file:."
        ) from error
    value = keyring.get_password(service, user)
    if not value:
        raise CredentialError(f"the keyring has nothing for {service}/{user}", FORMS)
    return str(value)


def inherited_environment() -> dict[str, str]:
    """This process's environment, for a process of our own that is started with more in it."""
    return dict(os.environ)
