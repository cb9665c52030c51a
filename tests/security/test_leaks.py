"""The leak scanner sees a leak of every kind in every kind of artefact."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.wire import SandboxRequest
from engine.sandbox.world.customers import CUSTOMERS as RESIDENTS
from engine.sandbox.world.generate import generate
from tests.adapters import rig
from tests.security import leaks
from tests.security.leak_watch import LogWatch
from tests.security.leaks import BUYERS, SECRETS, leaks_below, leaks_in, leaks_in_text

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECRET, BUYER, ODD = "sandbox-refresh-northpeak", "12 Sample Way", "D'Arcy-Møller"
# Where a buyer's words may be: members whose values are of many words or of few people.
FORM = "application/x-www-form-urlencoded"
TELLING = ("ShippingAddressLine1", "ShippingCompanyName", "ShippingDaytimePhone", "BuyerUserId")


def kinds(content: bytes) -> list[str]:
    return [leak.kind for leak in leaks_in(content, "x")]


@pytest.mark.parametrize(
    "write",
    [
        str,
        json.dumps,
        quote,
        lambda text: json.dumps({"a": [f"so {text} it is"]}),
        lambda text: f"GET /v1/Orders?key={quote(text, safe='')}&x=1",
        lambda text: f"<td>{text.replace(chr(39), '&#x27;')}</td>",
        *(
            lambda text, n=n: base64.b64encode(f"{'x' * n}{text}:y".encode()).decode()
            for n in range(3)
        ),
    ],
)
@pytest.mark.parametrize("text", [SECRET, BUYER, ODD])
def test_a_canary_is_seen_in_every_dress(text: str, write: Callable[[str], str]) -> None:
    """Plain, in JSON, in a URL, in HTML and in Base64 at any offset: it is one leak of its kind."""
    known = {**SECRETS, **BUYERS}
    content = f"before {write(text)} behind".encode()
    assert known[text] in kinds(content)
    assert all(text not in str(leak) for leak in leaks_in(content, "x"))


def test_a_token_is_seen() -> None:
    """An access token that the twin has given out is known, though each is another."""
    world = generate(50, 1, NOW)
    twin = ChannelAdvisorSandbox(world.channeladvisor, ChannelAdvisorSettings())
    basic = base64.b64encode(b"app-northpeak:sandbox-secret-northpeak").decode()
    answer = twin.handle(
        SandboxRequest(
            method="POST",
            target="/oauth2/token",
            headers={"authorization": f"Basic {basic}", "content-type": FORM},
            body=f"grant_type=refresh_token&refresh_token={SECRET}".encode(),
        ),
        NOW,
    )
    token = json.loads(answer.body)["access_token"]

    assert kinds(f'{{"Authorization": "Bearer {token}"}}'.encode()) == ["an access token"]
    assert kinds(f'"{"f" * 64} {"0" * 40} {token}0"'.encode()) == []


def test_the_canaries_are_those_of_the_sandbox() -> None:
    """A new customer, key or buyer of the sandbox is looked for, or this fails."""
    world = generate(600, 1, NOW)
    applications = world.channeladvisor["applications"]
    used = {one[name] for one in applications for name in ("secret", "refresh")}
    used |= {WarehouseOSSettings().api_key, *rig.SECRETS.values()}
    told = {
        str(order.get(name) or "").strip()
        for order in world.channeladvisor["Orders"]
        for name in TELLING
    }

    assert {one.name for one in RESIDENTS} == set(leaks.CUSTOMERS)
    assert used - set(SECRETS) == set()
    assert [text for text in told if text and not kinds(text.encode())] == []


def plant(folder: Path, text: str) -> list[Path]:
    """A file of every kind that commands and tests make, each with this text in it."""
    made = {
        "report.html": f"<p>{text}</p>",
        "report.csv": f"sku,dc\r\nA,{text}\r\n",
        "report.json": json.dumps({"rows": [text]}),
        "crossdock-fault-x.txt": f"ValueError {text}\n",
        "cassette.yaml": f"body: '{quote(text)}'\n",
        "run.log": f"INFO {text}\n",
        "open-plan.jsonl": json.dumps({"type": "header"}) + f"\n{text}\n",
    }
    for name, content in made.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in made]


def ledger_with(path: Path, text: str) -> None:
    """A database, its owner's alone, with this text in a row."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table effects (request text)")
        database.execute("insert into effects values (?)", ["x" * 9_000 + text])
        database.commit()
    path.chmod(0o600)


@pytest.mark.parametrize("text", [SECRET, BUYER])
def test_a_leak_is_seen_in_every_kind_of_file(text: str) -> None:
    """Reports, logs, cassettes and a plan that others can read have neither secrets nor buyers."""
    with tempfile.TemporaryDirectory() as folder:
        planted = plant(Path(folder), text)
        found = {Path(leak.place) for leak in leaks_below([Path(folder)])}
    assert found == set(planted)


def test_only_private_plans_and_ledgers_hold_buyers() -> None:
    """In those a secret is a leak all the same, and in one that others can read a buyer is too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for text, label in ((SECRET, "secret"), (BUYER, "buyer")):
            ledger_with(folder / f"{label}.db", text)
            (folder / f"{label}.jsonl").write_text(f'{{"type":"header"}}\n{text}\n')
            (folder / f"{label}.jsonl").chmod(0o600)
        ledger_with(folder / "open.db", BUYER)
        (folder / "open.db").chmod(0o644)
        found = sorted(Path(leak.place).name for leak in leaks_below([folder]))

    assert found == ["open.db", "secret.db", "secret.jsonl"]


@pytest.mark.parametrize("text", [SECRET, BUYER])
def test_a_leak_in_a_log_is_seen(text: str) -> None:
    """In the message, in what is put into it, and in the exception that goes with it."""
    watch, log = LogWatch(), logging.getLogger("somebody")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.addHandler(watch)
    log.debug("nothing to see")
    log.debug("with %s", text)
    try:
        {}[text]
    except KeyError:
        log.exception("it failed")

    assert [leak.place for leak in watch.found] == ["the log of somebody"] * 2


def test_what_a_command_prints_is_read() -> None:
    """A word of a screen is read as it stands."""
    assert [leak.kind for leak in leaks_in_text(f"sent to {ODD}\n", "x")] == ["a name"]
    assert leaks_in_text("sent to *** \ud800\n", "x") == []


PLANTS = """
import logging, pathlib, sys
def test_plants(tmp_path):
    (tmp_path / "report.html").write_text("<p>{text}</p>", encoding="utf-8")
def test_logs():
    logging.getLogger("somebody").warning("it is %s", "{text}")
"""


def run_of(text: str, *options: str) -> tuple[int, str]:
    """A run of pytest of its own, whose tests pass but leave this text; exit code and output."""
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_plants.py"
        test.write_text(PLANTS.replace("{text}", text), encoding="utf-8")
        words = ["-p", "tests.security.leak_watch", "-p", "no:cacheprovider", f"--rootdir={folder}"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, f"--basetemp={folder}/made", *options, test],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("options", [["-n0"], ["-n2"]], ids=["alone", "with workers"])
def test_a_leak_fails_the_run(options: list[str]) -> None:
    """Its tests pass, and the run is red all the same: it names file, byte and kind only."""
    code, said = run_of("7 Aviary Lane", *options)
    assert (code, "2 passed" in said) == (1, True)
    assert "report.html: an address at byte 3" in said
    assert "the log of somebody: an address" in said
    assert "Aviary" not in said.partition("= leaks =")[2]

    code, said = run_of("nothing of anybody", *options)
    assert (code, "= leaks =" in said) == (0, False)


def test_the_cassettes_have_no_secret() -> None:
    """What was recorded for the tests was recorded without what opens a door."""
    cassettes = sorted((ROOT / "tests" / "cassettes").glob("*.yaml"))
    found = [leak for path in cassettes for leak in leaks_in(path.read_bytes(), path.name)]
    assert len(cassettes) >= 6
    assert [str(leak) for leak in found] == []
