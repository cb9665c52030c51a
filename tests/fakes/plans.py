"""The first line of a plan of one flow, for the tests of what is shown of plans."""

from __future__ import annotations

from engine.model.plan import PlanHeader, Window

HEADER = PlanHeader(
    customer="acme",
    ruleset="1",
    made_at="2026-11-23T12:00:00+00:00",
    windows=(
        Window(
            flow="orders",
            feed="orders",
            since="2026-11-01T00:00:00+00:00",
            until="2026-11-23T12:00:00+00:00",
            cursor_version=0,
        ),
    ),
    partial=False,
    zone="America/New_York",
)
