"""What was sent beside what would be sent today, and nobody's address among it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from engine.explain.origins import Origin, Row
from engine.explain.requests import was_sent, would_send
from engine.explain.sources import Source
from engine.explain.story import Member
from engine.model.decision import Change
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent

BODY = {"shipTo": {"name": "Dana"}, "site": "Shop", "kind": 1}


def member(pointer: str, value: Any, **more: Any) -> Member:
    return Member(
        pointers=(pointer,), origin=Origin(target="it", value=value, kind="expression", **more)
    )


def request(body: Any = BODY) -> PreparedRequest:
    text = body if isinstance(body, str) else json.dumps(body)
    return PreparedRequest(method="POST", path="/orders", body=text, private=("/shipTo",))


def effect(sent: PreparedRequest | None) -> Effect:
    intent = Intent(
        key="v1:acme:create:1:1",
        kind="create",
        customer="acme",
        target="wos",
        subject="wos:1",
        marker="1",
        business_key="1/main",
        request={} if sent is None else sent.to_json(),
        body_hash="",
    )
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return Effect(intent=intent, state=EffectState.DONE, version=2, attempts=1, intent_at=at)


def change(sent: PreparedRequest) -> Change:
    return Change(
        operation="create",
        key="v1:acme:create:1:1",
        target="wos",
        subject="wos:1",
        marker="1",
        request=sent,
    )


def test_what_a_site_keeps_of_a_buyer_is_starred_out_with_all_that_it_was_read_from() -> None:
    """A place below a private one hides its value, the members it was read from, and the row."""
    row = Row(table="names", key="D", value="Dana", place=None)
    source = Source(path="ca.Custom", value="D")
    mine = member("/shipTo/name", "Dana", sources=(source,), row=row)
    (told,) = would_send(change(request()), (mine,)).members
    assert (told.origin.value, told.origin.sources[0].value) == ("***", "***")
    assert told.origin.row is not None
    assert (told.origin.row.key, told.origin.row.value) == ("***", "***")


def test_what_would_be_another_value_today_is_told_beside_what_was_sent() -> None:
    """The value is what was sent; today's is told where it is another one, starred out alike."""
    now = json.dumps({**BODY, "site": "Else", "shipTo": {"name": "Kim"}})
    mine = (member("/site", "Else"), member("/shipTo/name", "***"), member("/kind", 1))
    told = was_sent(effect(request()), mine, now).members
    assert [(one.changed, one.origin.value, one.today) for one in told] == [
        (True, "Shop", "Else"),
        (True, "***", "***"),
        (False, 1, None),
    ]


def test_without_todays_body_nothing_is_compared() -> None:
    """Where the order cannot be rendered today, what was sent is told as it is."""
    told = was_sent(effect(request()), (member("/site", "Shop"),), None)
    assert [one.changed for one in told.members] == [False]
    assert set(told.fixed) == {"/shipTo/name", "/kind"}


def test_a_body_that_is_not_kept_any_more_is_said_to_be_gone() -> None:
    """After the retention, or an erasure, there is no request to show, and that is said."""
    told = was_sent(effect(None), (member("/site", "Shop"),), json.dumps(BODY))
    assert (told.request, told.members, told.fixed) == ({}, (), ())
    assert told.note == "what was sent is not kept any more"


def test_a_body_that_is_no_json_has_no_members() -> None:
    """What cannot be taken apart is not explained."""
    told = would_send(change(request("no json")))
    assert (told.members, told.fixed) == ((), ())
