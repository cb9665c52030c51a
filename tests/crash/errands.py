"""Persons' commands that write: each may die like a pass, and is given again by who sees it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import click

from engine.bootstrap import open_postbox
from engine.cli.adopting import adopt
from engine.cli.applying import apply
from engine.cli.inbox import inbox
from engine.cli.pausing import pause, resume
from engine.cli.planning import plan
from engine.cli.resubmit import resubmit
from tests.acceptance.week import CUSTOMER
from tests.crash import day
from tests.crash.day import Day, Hour
from tests.simulation.life import Death, Life
from tests.simulation.memory import lay_ledger
from tests.simulation.stage import KILLED, Stage

SECRET = "a-secret-of-the-site-0123456789"
HELD = timedelta(minutes=6)
"""After so long the lease of a dead process holds no more."""
SEEN = timedelta(minutes=1)
"""A pass reads up to some seconds before the channel's present."""
MUG = 6300105
REASON = ("--reason", "asked for")
TRADE: dict[str, Any] = {name: rules for name, rules in day.RULES.items() if name != "items"}


def commanded(command: click.Command, *words: str, code: int = 0) -> dict[str, Any]:
    """The members of an hour whose errand is a command. Who sees it die gives it again; what it
    says then (that it is done already, say) is no matter.
    """

    def errand(stage: Stage, life: Life) -> int:
        return stage.command(command, *words, life=life)

    def again(stage: Stage) -> None:
        stage.wait(HELD)
        stage.command(command, *words)

    return {"errand": errand, "again": again, "code": code}


def apply_plan(stage: Stage, life: Life) -> int:
    return stage.command(apply, str(stage.root / "plan.jsonl"), life=life)


def apply_again(stage: Stage) -> None:
    """The same file, as soon as the dead process' lease holds no more."""
    stage.wait(HELD)
    apply_plan(stage, Life())


def planned(hour: Hour) -> Hour:
    """The same hour with a plan file at its end, which is applied."""

    def deeds(stage: Stage) -> None:
        hour.deeds(stage)
        stage.wait(SEEN)
        code = stage.command(plan, CUSTOMER, "--out", str(stage.root / "plan.jsonl"))
        assert code == 2, stage.said

    return replace(
        hour, name=f"apply {hour.name}", deeds=deeds, errand=apply_plan, again=apply_again
    )


def two_orders(stage: Stage) -> None:
    for order in (day.PLAIN, day.GONE):
        day.sell(stage, order, ("LAMP-01", 3, day.EAST))


def deleted_by_hand(stage: Stage) -> None:
    stage.run()
    stage.remove(day.number(day.GONE))


def refused(stage: Stage) -> None:
    """The channel refuses a quantity, and its product is mended."""
    stage.floor("channel", f"products/{MUG}", {"ProductType": "Parent"})
    stage.put("MUG-01", 2, "MAIN")
    stage.put("LAMP-01", 1, "MAIN")
    stage.run()
    stage.floor("channel", f"products/{MUG}", {"ProductType": "Item"})


def retry(stage: Stage, life: Life) -> int:
    """`inbox retry` of the one change that failed."""
    with stage.ledger() as ledger:
        failed = [item.business_key for item in ledger.inbox() if item.kind == "failed"]
    words = ("--yes", *REASON)
    return stage.command(inbox, CUSTOMER, "retry", failed[0], *words, life=life) if failed else 0


def retry_again(stage: Stage) -> None:
    """It is no matter if that item is gone by now."""
    stage.wait(HELD)
    retry(stage, Life())


def put_away(stage: Stage) -> None:
    stage.put("ROPE-10", 1, "MAIN")


def former_integration(stage: Stage) -> None:
    """Whoever put the orders there has left no memory of it, and messages wait."""
    two_orders(stage)
    stage.wait(SEEN)
    stage.run()
    put_away(stage)
    shutil.rmtree(stage.root / ".crossdock")
    lay_ledger(stage.root)


@dataclass(slots=True, kw_only=True)
class Letters:
    """What a site has posted, and nobody taken yet."""

    bodies: list[bytes] = field(default_factory=list)

    def put(self, _: str, body: bytes) -> None:
        self.bodies.append(body)


def posted(stage: Stage) -> None:
    """The site posts what it has to tell; nothing of it is in its queue."""
    os.environ["WOS_HOOK_SECRET"] = SECRET
    settings = dict(stage.customer.settings)
    settings["wos"] = {**settings["wos"], "posts": "env:WOS_HOOK_SECRET"}
    stage.customer = replace(stage.customer, settings=settings)
    site = stage.warehouse._site
    stage.warehouse._site = replace(site, post=Letters().put)
    posts = {"to": "url", "url": "http://127.0.0.1/hook"}
    stage.floor("warehouse", "trigger-config", {"adjustment": posts, "move": posts})
    put_away(stage)
    stage.put("LAMP-01", 7, "WEST")
    stage.move("MUG-01", 1, origin="MAIN", target="WEST")


def take_posts(stage: Stage, life: Life) -> int:
    """`listen`, without its server: each body that was posted is taken."""
    letters: Any = stage.warehouse._site.post
    machine = stage._machine(life)
    try:
        with open_postbox(stage.customer, machine, stage.workspace) as postbox:
            for body in letters.__self__.bodies:
                postbox.take(f"/hook/{SECRET}", body)
    except Death:
        return KILLED
    return 0


def post_again(stage: Stage) -> None:
    """Somebody has the site post again all that it was not thanked for, and more."""
    take_posts(stage, Life())


APPLIED = Day(
    name="applied",
    rules=day.TOLD.rules,
    hours=tuple(planned(hour) for hour in day.TOLD.hours),
)
ASKED = Day(
    name="asked",
    rules=json.dumps(TRADE),
    hours=(
        Hour(name="pause", deeds=two_orders, **commanded(pause, CUSTOMER, "stock", *REASON)),
        Hour(name="resume", deeds=put_away, **commanded(resume, CUSTOMER, "stock", *REASON)),
        Hour(
            name="resubmit",
            deeds=deleted_by_hand,
            **commanded(resubmit, CUSTOMER, str(day.GONE), "--yes"),
        ),
        Hour(name="inbox retry", deeds=refused, errand=retry, again=retry_again),
        Hour(name="listen", deeds=posted, errand=take_posts, again=post_again),
    ),
)
TAKEN_OVER = Day(
    name="taken over",
    rules=json.dumps(TRADE),
    hours=(
        Hour(
            name="adopt --queue-from-now",
            deeds=former_integration,
            **commanded(adopt, CUSTOMER, "--queue-from-now", "--yes"),
        ),
        Hour(name="adopt", deeds=put_away, **commanded(adopt, CUSTOMER, "--yes")),
    ),
)
