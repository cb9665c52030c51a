"""The page of a plan in a real browser: found, filtered, opened by keys, and never fooled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.decision import Change, Decision, Difference, Outcome
from engine.model.desired import PreparedRequest
from engine.model.plan import PlanFooter
from engine.report.plan_html import html_plan
from tests.browser.driving import PROGRAMS, Browser, browser
from tests.fakes.plans import HEADER

pytestmark = pytest.mark.skipif(None in PROGRAMS, reason="no chromium and chromedriver here")

ATTACKS = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    '"><svg onload=window.hit=1>',
    "<!--<script>",
    "javascript:window.hit=1",
    "{{ 7*7 }}&lt;b&gt;",
)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all of these tests; each opens a page of its own."""
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def created(number: int, sku: str = "LAMP-01") -> Decision:
    """An order that is created, of this SKU, for a buyer."""
    body = {"orderNumber": f"US-{number}", "name": "Canarina", "lines": [{"sku": sku, "qty": 2}]}
    change = Change(
        operation="create",
        key=f"v1:acme:create:{number}",
        target="wos",
        subject=f"wos:{number}",
        marker=str(number),
        request=PreparedRequest(
            method="POST", path="/orders", body=json.dumps(body), private=("/name",)
        ),
        summary="1 line, 2 units",
    )
    return Decision(
        flow="orders",
        key=f"{number}/main",
        order=str(number),
        outcome=Outcome.SEND,
        rule="orders.send",
        reason="main: DC MAIN to Main",
        number=f"US-{number}",
        changes=(change,),
    )


def kept(number: int, outcome: Outcome, rule: str) -> Decision:
    plain = replace(created(number), changes=(), number=None, reason=f"because of {number}")
    return replace(plain, outcome=outcome, rule=rule)


def footer(decisions: list[Decision]) -> PlanFooter:
    return PlanFooter(
        read={"orders": len(decisions)},
        quiet={},
        outcomes={},
        rules=dict.fromkeys((one.rule for one in decisions), 1),
        changes={},
        newly_held=0,
        calls=0,
        unchecked=0,
    )


def show(window: Browser, folder: Path, decisions: list[Decision]) -> None:
    """Writes the page of these decisions and opens it; its own requests are logged from here on."""
    path = folder / "plan.html"
    ends = (HEADER, footer(decisions))
    path.write_text("".join(html_plan(ends, decisions, "plan.jsonl")), encoding="utf-8")
    window.log("browser")
    window.requests()
    window.open(path)


def some() -> list[Decision]:
    """Two to be sent, three held by two rules, one skipped; the file has them in another order."""
    return [
        kept(3, Outcome.HOLD, "orders.lookup.ship-method"),
        created(1),
        kept(6, Outcome.SKIP, "orders.skip.test-order"),
        kept(4, Outcome.HOLD, "orders.lookup.ship-method"),
        kept(5, Outcome.HOLD, "orders.lines.bad"),
        created(2, sku="MUG-01"),
    ]


def heads(window: Browser) -> list[str]:
    """What can be seen of the list: headings and rows."""
    found: list[str] = window.get(
        "[...document.querySelectorAll('h2,h3,summary .key')]"
        ".slice(1).map(node => node.textContent)"
    )
    return found


def test_decisions_stand_by_outcome_and_rule(window: Browser, tmp_path: Path) -> None:
    """What is sent comes first; each rule is told once, with its meaning and how many it has."""
    show(window, tmp_path, some())

    assert heads(window) == [
        "To be sent: 2",
        "2 by orders.send: the part is not in the warehouse yet and is created there",
        "US-1",
        "US-2",
        "Held here, decided again on every pass: 3",
        "2 by orders.lookup.ship-method: a value has no row in a lookup table",
        "3/main",
        "4/main",
        "1 by orders.lines.bad: a line has no SKU, or quantity 0",
        "5/main",
        "Skipped: 1",
        "1 by orders.skip.test-order: a skip rule of the ruleset applies",
        "6/main",
    ]


def test_what_has_one_reason_stands_together(window: Browser, tmp_path: Path) -> None:
    """Three orders that wait for one row of a table are one thing to do, told before the others."""
    rule = "orders.lookup.ship-method"
    same = [replace(kept(n, Outcome.HOLD, rule), reason="no row for Freight") for n in (1, 3, 5)]
    others = [kept(2, Outcome.HOLD, rule), kept(4, Outcome.HOLD, rule)]
    show(window, tmp_path, [others[0], same[0], others[1], *same[1:]])
    keys = [name for name in heads(window) if "/main" in name]

    assert keys == ["1/main", "3/main", "5/main", "2/main", "4/main"]
    assert window.get("[...document.querySelectorAll('.same')].map(one => one.textContent)") == [
        "3 for one reason: no row for Freight"
    ]


def test_a_search_looks_into_what_is_written(window: Browser, tmp_path: Path) -> None:
    """A SKU finds its orders; all words must be there; Escape shows everything again."""
    show(window, tmp_path, some())
    window.type("/")
    window.type("mug us-")
    window.until("document.getElementById('count').textContent === '1 of 6 decisions'")
    found = heads(window)
    window.type("Escape")

    assert found[-1] == "US-2"
    assert window.get("document.getElementById('count').textContent") == "6 of 6 decisions"
    assert window.get("document.getElementById('search').value") == ""


def test_filters_narrow_each_other(window: Browser, tmp_path: Path) -> None:
    """Each choice offers what the others leave, with how many there are, the most first."""
    show(window, tmp_path, some())
    window.run(
        "const box = document.getElementById('outcome'); box.value = 'hold';"
        "box.dispatchEvent(new Event('change'))"
    )
    rules = window.get("[...document.getElementById('rule').options].map(one => one.text)")

    assert rules == ["any (3)", "orders.lookup.ship-method (2)", "orders.lines.bad (1)"]
    assert [name for name in heads(window) if "/main" in name] == ["3/main", "4/main", "5/main"]
    window.run("document.getElementById('clear').click()")
    assert window.get("document.getElementById('count').textContent") == "6 of 6 decisions"


def test_a_row_is_opened_by_keys_alone(window: Browser, tmp_path: Path) -> None:
    """j goes down, k up, Enter opens: then the fields stand there, the buyer's starred out."""
    show(window, tmp_path, some())
    window.type("jjk")
    assert window.get("document.activeElement.textContent").startswith("US-1")
    window.type("Enter")
    window.until("document.querySelector('.inside table')")
    inside = window.get("document.querySelector('.inside').innerText")

    assert "orders.send: the part is not in the warehouse yet and is created there" in inside
    assert "+ create in wos: 1 line, 2 units" in inside
    assert "key 1/main, flow orders, record 1, number US-1" in inside
    assert "POST /orders" in inside
    assert inside.endswith("Its whole life: crossdock explain acme 1")
    assert "name\t***" in inside
    assert "lines[1]\tsku LAMP-01, qty 2" in inside
    assert "Canarina" not in window.get("document.documentElement.outerHTML")


def test_what_is_replaced_stands_above_what_replaces_it(window: Browser, tmp_path: Path) -> None:
    """Both texts are shown, and told apart without their colours, too."""
    (change,) = created(1).changes
    known = (Difference(name="weight", before="1 kg", after="2 kg"),)
    changed = replace(created(1), changes=(replace(change, differences=known),))
    show(window, tmp_path, [changed])
    window.run("document.querySelector('details').open = true")
    window.until("document.querySelector('.inside table')")

    assert window.get("document.querySelector('del').textContent") == "1 kg"
    assert window.get("document.querySelector('ins').textContent") == "2 kg"
    assert window.get("getComputedStyle(document.querySelector('del'), '::before').content") == (
        '"- "'
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_a_record_becomes_a_part_of_the_page(
    window: Browser, tmp_path: Path, attack: str
) -> None:
    """A SKU, a number, a reason, a rule or a file that looks like HTML is shown as it is."""
    evil = replace(
        created(1, sku=attack), key=attack, number=attack, reason=attack, rule=f"orders.{attack}"
    )
    path = tmp_path / "plan.html"
    ends = (replace(HEADER, customer=attack), footer([evil]))
    path.write_text("".join(html_plan(ends, [evil], attack)), encoding="utf-8")
    window.open(path)
    window.run("document.querySelector('details').open = true")
    window.until("document.querySelector('.inside table')")

    assert window.get("window.hit ?? null") is None
    assert window.get("document.querySelectorAll('img, svg, b').length") == 0
    assert window.get("document.querySelector('.key').textContent") == attack
    assert attack in window.get("document.querySelector('.inside table').textContent")
    assert attack in window.get("document.title")


def test_a_page_asks_nobody_and_breaks_no_rule_of_its_own(window: Browser, tmp_path: Path) -> None:
    """The file alone is loaded, and the browser complains of nothing."""
    show(window, tmp_path, some())
    window.run("document.querySelector('details').open = true")
    window.until("document.querySelector('.inside table')")

    assert window.requests() == [(tmp_path / "plan.html").as_uri()]
    assert window.log("browser") == []


def test_what_a_page_does_not_name_may_not_run(window: Browser, tmp_path: Path) -> None:
    """The policy holds: a script that somebody gets into the page does nothing, nor an image."""
    show(window, tmp_path, some())
    window.run(
        "const script = document.createElement('script'); script.textContent = 'window.hit = 1';"
        "document.body.append(script);"
        "const image = new Image(); image.src = 'http://127.0.0.1:9/x'; document.body.append(image)"
    )

    assert window.get("window.hit ?? null") is None
    window.until("true")
    refused = [entry["message"] for entry in window.log("browser")]
    assert sum("Content Security Policy" in message for message in refused) == 2


def test_ten_thousand_decisions_are_turned_page_by_page(window: Browser, tmp_path: Path) -> None:
    """The page holds a hundred rows at a time, and a search reaches the last one."""
    show(window, tmp_path, [created(number) for number in range(10_000)])
    at_first = (window.get("document.querySelectorAll('details').length"), heads(window)[2])
    window.type("n")
    second = heads(window)[2]
    window.type("p")
    window.type("/")
    window.type("us-9999")
    window.until("document.getElementById('count').textContent === '1 of 10000 decisions'")

    assert at_first == (100, "US-0")
    assert second == "US-100"
    assert heads(window)[-1] == "US-9999"
    assert window.get("document.getElementById('pages').hidden") is True


def test_a_page_is_dark_or_light(window: Browser, tmp_path: Path) -> None:
    """The button turns it over, and turns it back."""
    show(window, tmp_path, some())
    colour = "getComputedStyle(document.body).backgroundColor"
    before = window.get(colour)
    window.run("document.getElementById('theme').click()")
    turned = window.get(colour)
    window.run("document.getElementById('theme').click()")

    assert {before, turned} == {"rgb(255, 255, 255)", "rgb(20, 24, 29)"}
    assert window.get(colour) == before
