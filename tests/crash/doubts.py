"""A delta whose answer never came: what the inbox says of it, and a person's word that ends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.cli.inbox import inbox
from engine.model.effect import Effect, EffectState
from tests.acceptance.week import CUSTOMER
from tests.simulation.stage import Stage

ONLY = "adjust"
"""The one kind of effect that leaves no trace by which it could be found again."""
_PRODUCT = re.compile(r"/v1/Products\((\d+)\)/UpdateQuantity")

Levels = Mapping[tuple[int, int], int]
"""(product id, DC) -> what can be sold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the channel itself knows: how long its log was before the death, and what could be sold
    if nobody had died.
    """

    logged: int
    levels: Levels


def in_doubt(stage: Stage) -> Sequence[Effect]:
    """The effects of which nobody can tell."""
    with stage.ledger() as ledger:
        return [one for one in ledger.unfinished() if one.state is EffectState.DOUBT]


def answer_doubts(stage: Stage, truth: Truth) -> Iterator[str]:
    """Looks at the channel as a person would, and says of each doubt whether it happened.

    Yields what is wrong: a doubt of another kind, one whose inbox item does not name exactly the
    units that may be missing, and an answer that is not taken.
    """
    for effect in in_doubt(stage):
        key = effect.intent.business_key
        if effect.intent.kind != ONLY:
            yield f"{effect.intent.key} is in doubt, and could have been read back"
            continue
        happened = _happened(stage, effect, truth)
        missing = _missing(stage, effect, truth)
        if missing != ({} if happened else _told(stage, effect)):
            yield f"{key}: {missing} is missing, the item tells of {_told(stage, effect)}"
        word = ("resolve", key, "--happened") if happened else ("retry", key, "--yes")
        code = stage.command(inbox, CUSTOMER, *word, "--reason", "looked at the channel")
        if code != 0:
            yield f"inbox {' '.join(word)} ended with {code}: {stage.said}"


def _happened(stage: Stage, effect: Effect, truth: Truth) -> bool:
    """Whether the call is in the channel's own log."""
    news = stage.channel.floor.log[truth.logged :]
    return any(entry.target == effect.intent.request["path"] for entry in news)


def _missing(stage: Stage, effect: Effect, truth: Truth) -> Levels:
    """By how much less of its product can be sold than if nobody had died."""
    product = _product(effect.intent.request)
    found = stage.channel_levels()
    gaps = {key: n - found[key] for key, n in truth.levels.items() if key[0] == product}
    return {key: gap for key, gap in gaps.items() if gap}


def _told(stage: Stage, effect: Effect) -> Levels:
    """The units of which the inbox tells a person."""
    stage.command(inbox, CUSTOMER, "show", effect.intent.business_key, "--format", "json")
    calls = [
        item["request"]
        for item in json.loads(stage.said)["items"]
        if (item["effect"], item["kind"]) == (effect.intent.key, "doubt")
    ]
    return {
        (_product(call), row["DistributionCenterID"]): row["Quantity"]
        for call in calls
        for row in call["body"]["Value"]["Updates"]
    }


def _product(call: Mapping[str, Any]) -> int:
    found = _PRODUCT.fullmatch(call["path"])
    assert found is not None, call["path"]
    return int(found[1])
