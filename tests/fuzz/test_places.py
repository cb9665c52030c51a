"""What lies on this machine may be damaged too: the ledger, secrets, and the files of a ruleset."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.credentials import resolve
from engine.errors import CredentialError
from tests.fuzz.house import NAME, check_ended_well, house
from tests.fuzz.nasty import spoilt_bytes
from tests.fuzz.tally import tried, tries

COMMANDS = ("run", "plan", "status", "inbox")


@tries(15)
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_ledger_is_said_to_be_one(chance: Random) -> None:
    """Bytes of it are gone or others: the command says so, and goes on where it still can."""
    tried("ledger file")
    with tempfile.TemporaryDirectory() as folder:
        copied = house("working", "wos-assumed").copied(Path(folder))
        ledger = Path(folder) / ".crossdock" / "ledger.db"
        for beside in ledger.parent.glob("ledger.db-*"):
            beside.unlink()
        ledger.write_bytes(spoilt_bytes(ledger.read_bytes(), chance))
        check_ended_well(copied.run(chance.choice(COMMANDS), NAME))


@tries(15)
@given(chance=st.randoms(use_true_random=False))
def test_a_ruleset_file_of_odd_bytes_is_said_to_be_one(chance: Random) -> None:
    """It is no UTF-8, cut in the middle, or something else altogether."""
    tried("ruleset file")
    with tempfile.TemporaryDirectory() as folder:
        copied = house("new", "wos-assumed").copied(Path(folder))
        file = Path(folder) / "rulesets" / NAME / "ruleset.yaml"
        file.write_bytes(spoilt_bytes(file.read_bytes(), chance))
        check_ended_well(copied.run("validate", NAME))


@tries(60)
@given(content=st.binary(max_size=50))
@example(content=b"key\r\nX-More: 1")
@example(content="\u00e9".encode())
def test_a_secret_of_odd_bytes_can_be_sent_or_is_refused(content: bytes) -> None:
    """Nothing that a header would not take, a line break least of all."""
    tried("secret")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "secret"
        file.write_bytes(content)
        file.chmod(0o600)
        variable = os.fsdecode(content.replace(b"\x00", b""))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ODD_SECRET", variable)
            for reference in (f"file:{file}", "env:ODD_SECRET"):
                check_sendable(reference)


def check_sendable(reference: str) -> None:
    """It is refused without being told, or fits into a header."""
    try:
        found = resolve(reference).reveal()
    except CredentialError:
        return
    assert found.isascii()
    assert found.isprintable()


@pytest.mark.parametrize("reference", ["file:a\x00b", "file:~nobody-here/x", "file:.", "env:a=b"])
def test_an_odd_reference_is_refused(reference: str) -> None:
    """Names that no file and no variable can have are no fault."""
    with pytest.raises(CredentialError):
        resolve(reference)
