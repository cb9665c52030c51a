"""Secrets by reference: from the environment, a private file, the keyring; never shown."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from engine.credentials import resolve, resolve_text
from engine.errors import CredentialError


def test_the_environment_gives_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is revealed where it is sent and prints as stars."""
    monkeypatch.setenv("ACME_KEY", "canary")
    secret = resolve("env:ACME_KEY")

    assert secret.reveal() == "canary"
    assert "canary" not in f"{secret} {secret!r} {[secret]}"


@pytest.mark.parametrize("value", [None, ""])
def test_an_unset_variable_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """An empty one is as good as none."""
    monkeypatch.delenv("ACME_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("ACME_KEY", value)
    with pytest.raises(CredentialError, match="ACME_KEY is not set") as error:
        resolve("env:ACME_KEY")

    assert "export ACME_KEY=" in error.value.advice


def secret_file(folder: Path, text: bytes = b"canary\n", mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_bytes(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_gives_its_line(tmp_path: Path, mode: int) -> None:
    """Blanks and the line's end around it do not count."""
    path = secret_file(tmp_path, b"  canary \r\n", mode)

    assert resolve(f"file:{path}").reveal() == "canary"


def test_a_file_in_the_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is the user's home."""
    secret_file(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert resolve("file:~/secret").reveal() == "canary"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o610, 0o601])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """Neither the group nor others have any right to it; the advice closes it."""
    path = secret_file(tmp_path, mode=mode)
    with pytest.raises(CredentialError, match="open to others") as error:
        resolve(f"file:{path}")

    assert error.value.advice == f"Make it yours alone: chmod 600 {path}"
    assert "canary" not in str(error.value)


def test_a_file_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who owns it could change it at any time."""
    path = secret_file(tmp_path)
    monkeypatch.setattr("os.getuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(CredentialError, match="open to others"):
        resolve(f"file:{path}")


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    """Not there, a folder, or no text: all are said by the file's name."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "none", tmp_path / "folder", secret_file(tmp_path, b"\xff\xfe")):
        with pytest.raises(CredentialError, match="cannot be read") as error:
            resolve(f"file:{path}")
        assert str(path) in str(error.value)


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    """Blanks are nothing."""
    with pytest.raises(CredentialError, match="is empty"):
        resolve(f"file:{secret_file(tmp_path, b' ' * 3)}")


class Keyring(ModuleType):
    """The package keyring with one secret in it."""

    def get_password(self, service: str, user: str) -> str | None:
        return "canary" if (service, user) == ("wos", "acme") else None


def test_the_keyring_gives_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """By service and name; what it lacks is named."""
    monkeypatch.setitem(sys.modules, "keyring", Keyring("keyring"))

    assert resolve("keyring:wos/acme").reveal() == "canary"
    with pytest.raises(CredentialError, match="nothing for wos/other"):
        resolve("keyring:wos/other")


def test_without_the_package_keyring_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is optional, and the advice names the other ways."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(CredentialError, match="keyring is not installed") as error:
        resolve("keyring:wos/acme")

    assert "env: or file:" in error.value.advice


@pytest.mark.parametrize("text", ["canary", "env:", "vault:canary", "", "ENV:canary", "canary:x"])
def test_what_is_no_reference_is_refused_and_not_repeated(text: str) -> None:
    """It may be the secret itself, so the error does not quote it."""
    with pytest.raises(CredentialError, match="not a reference") as error:
        resolve(text)

    assert "canary" not in str(error.value) + error.value.advice


def test_a_setting_that_is_no_secret_may_be_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL is taken as it is or by reference."""
    monkeypatch.setenv("ACME_URL", "https://wos.example.com")

    assert resolve_text("env:ACME_URL") == "https://wos.example.com"
    assert resolve_text("https://wos.example.com") == "https://wos.example.com"
