"""The watch over pages sees what a bad page does: else its silence would say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.driving import PROGRAMS, browser

pytestmark = pytest.mark.skipif(None in PROGRAMS, reason="no chromium and chromedriver here")


def test_what_a_page_asks_for_is_seen(tmp_path: Path) -> None:
    """An image that is not there is in the requests, and the console complains of it."""
    page = tmp_path / "bad.html"
    page.write_text("<!doctype html><img src='other.png'>", encoding="utf-8")
    with browser(tmp_path / "profile") as window:
        window.open(page)

        assert window.requests() == [page.as_uri(), (tmp_path / "other.png").as_uri()]
        assert len(window.log("browser")) == 1
