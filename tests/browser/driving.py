"""A real browser, driven over the WebDriver protocol on loopback; nothing but what Debian ships.

`apt-get install chromium chromium-driver` gives both programs; without them there is no browser.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

PROGRAMS = (shutil.which("chromium"), shutil.which("chromedriver"))
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --window-size=1200,900"
).split()
ANSWERS = 60.0
_STARTED = re.compile(r"successfully on port (\d+)")
# Looks again and again, until the condition holds.
_UNTIL = """
const [done] = arguments;
const look = () => (%s) ? done(true) : setTimeout(look, 20);
look();
"""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c"}


@dataclass(frozen=True, slots=True)
class Browser:
    """A window; `at` is the address of its session."""

    at: str

    def open(self, path: Path) -> None:
        """Shows a file; what was logged before is forgotten."""
        self._ask("url", {"url": path.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What a function with this body returns in the page."""
        return self._ask("execute/sync", {"script": script, "args": list(arguments)})

    def get(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.run(f"return {expression}")

    def until(self, condition: str) -> None:
        """Waits for an expression to become true in the page; fails where it never does."""
        self._ask("execute/async", {"script": _UNTIL % condition, "args": []})

    def type(self, keys: str) -> None:
        """Types keys wherever the focus is; `Enter` and `Escape` are keys by name."""
        strokes = [KEYS[keys]] if keys in KEYS else list(keys)
        actions = [{"type": way, "value": key} for key in strokes for way in ("keyDown", "keyUp")]
        self._ask("actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What was logged since the last look: `browser` (the console) or `performance`."""
        entries: list[dict[str, Any]] = self._ask("se/log", {"type": kind})
        return entries

    def requests(self) -> list[str]:
        """Every address that a page from a file asked for since the last look, its own too; the
        browser's first page, which is none of ours, asks for many.
        """
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        sent = [one for one in messages if one["method"] == "Network.requestWillBeSent"]
        ours = [one["params"] for one in sent if one["params"]["documentURL"].startswith("file:")]
        return [one["request"]["url"] for one in ours]

    def _ask(self, command: str, body: dict[str, Any]) -> Any:
        return _post(f"{self.at}/{command}", body)


def _post(url: str, body: dict[str, Any]) -> Any:
    with urlopen(Request(url, data=json.dumps(body).encode()), timeout=ANSWERS) as answer:
        return json.loads(answer.read())["value"]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile in this folder; it and its driver end with the block."""
    chromium, driver = PROGRAMS
    assert chromium is not None
    assert driver is not None
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            started = next(filter(None, map(_STARTED.search, process.stdout or ())))
            at = f"http://127.0.0.1:{started[1]}/session"
            options = {"binary": chromium, "args": [*FLAGS, f"--user-data-dir={folder}"]}
            logs = {"browser": "ALL", "performance": "ALL"}
            wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": logs}
            session = _post(at, {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            try:
                yield Browser(f"{at}/{session}")
            finally:
                with urlopen(Request(f"{at}/{session}", method="DELETE"), timeout=ANSWERS):
                    pass
        finally:
            process.terminate()
