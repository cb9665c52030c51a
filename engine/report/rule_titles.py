"""What a rule id means, in the words of its page's first line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.shipped import shipped


def title_of(rule: str) -> str:
    """The meaning of a rule, or of its family: `orders.skip.local-pickup` is an `orders.skip`.

    Empty where no page speaks of it.
    """
    titles = _titles()
    while rule and rule not in titles:
        rule = rule.rpartition(".")[0]
    return titles.get(rule, "")


@cache
def _titles() -> Mapping[str, str]:
    found = {}
    for path in (shipped("docs") / "rules").glob("*.md"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        found[path.stem] = first.lstrip("# ").removeprefix(f"{path.stem}:").strip()
    return found
