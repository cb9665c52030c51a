"""What `validate` tells a person: each problem of a few rulesets, or the sum of a fleet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.diagnostics import Diagnostic
from engine.report.diagnostics import fixed_lines, to_text
from engine.report.screen import Screen

if TYPE_CHECKING:
    from engine.consistency.chain import Undecided

Problems = Mapping[str, list[Diagnostic]]
FLEET = 20
"""Above so many rulesets their problems are counted, and only the first are shown whole."""
SHOWN = 5  # problems of different ids
WORST = 10
NAMED = 3  # rules that are not decided


def show_problems(
    screen: Screen, problems: Problems, titles: Mapping[str, str], *, every: bool = False
) -> None:
    """Every problem and a verdict for each ruleset; of a fleet, unless `every` is asked for, the
    first ones and counts.
    """
    if len(problems) > FLEET and not every:
        _show_fleet(screen, problems, titles)
        return
    for one in unique(problems):
        show_one(screen, one)
    for line in verdicts(problems, every=every):
        screen.say(line)


def verdicts(problems: Problems, *, every: bool = False) -> list[str]:
    """One line for each ruleset; of a fleet, unless `every` is asked for, its sum alone."""
    if len(problems) > FLEET and not every:
        return [_sum(problems)]
    return [f"{name}: {_verdict(found)}" for name, found in problems.items()]


def show_one(screen: Screen, one: Diagnostic) -> None:
    """One problem with its line, and an empty line behind it."""
    head, *rest = to_text(one).split("\n")
    screen.say(head, style="bold red" if one.severity == "error" else "bold yellow")
    for line in rest:
        screen.say(line)
    screen.say()


def show_fixes(screen: Screen, done: Problems, files: list[str]) -> None:
    """Each line that was mended, as it was and as it is."""
    for one in unique(done):
        screen.say(f"fixed[{one.id}]: {one.fix.place if one.fix else one.place}")
        for sign, line in zip("-+", fixed_lines(one) or (), strict=False):
            screen.say(f"  {sign} {line}", style="red" if sign == "-" else "green")
    count = len(list(unique(done)))
    if count:
        screen.say()
        where = ", ".join(files) if len(files) <= SHOWN else f"{len(files)} files"
        screen.say(f"{_plural(count, 'fix', 'es')} written to {where}.")
    else:
        screen.say("Nothing to fix: no problem has one certain remedy.")


def show_undecided(screen: Screen, undecided: Mapping[str, Sequence[Undecided]]) -> None:
    """One line about the rules of which nobody can tell whether they are ever of use."""
    every = [(name, one) for name, found in undecided.items() for one in found]
    if not every:
        return
    named = "; ".join(f"{name}: {one.id} {one.why}" for name, one in every[:NAMED])
    more = f"; and {len(every) - NAMED} more" if len(every) > NAMED else ""
    rules = _plural(len(every), "rule")
    screen.say(f"{rules} not decided as part of a set ({named}{more})")


def unique(problems: Problems) -> Iterable[Diagnostic]:
    """Each problem once: one of a base is found in every ruleset that extends it."""
    return dict.fromkeys(one for found in problems.values() for one in found)


def errors_of(found: Iterable[Diagnostic]) -> int:
    """How many of them are errors."""
    return sum(1 for one in found if one.severity == "error")


def summary(problems: Problems) -> dict[str, object]:
    """The sum of all rulesets, for machines: how many are right, and what was found how often.

    A problem of a base counts in every ruleset that extends it.
    """
    everything = [one for found in problems.values() for one in found]
    wrong = sum(1 for found in problems.values() if errors_of(found))
    return {
        "rulesets": len(problems),
        "ok": len(problems) - wrong,
        "with_errors": wrong,
        "errors": errors_of(everything),
        "warnings": len(everything) - errors_of(everything),
        "ids": dict(Counter(one.id for one in everything).most_common()),
    }


def _verdict(found: list[Diagnostic]) -> str:
    errors = errors_of(found)
    warnings = len(found) - errors
    extra = f", {_plural(warnings, 'warning')}" if warnings else ""
    return f"{_plural(errors, 'error') if errors else 'ok'}{extra}"


def _show_fleet(screen: Screen, problems: Problems, titles: Mapping[str, str]) -> None:
    listed = sorted(unique(problems), key=lambda one: one.severity)
    firsts = {one.id: one for one in reversed(listed)}
    for one in [one for one in listed if one is firsts[one.id]][:SHOWN]:
        show_one(screen, one)
    if listed:
        _show_ids(screen, problems, titles)
        _show_worst(screen, problems)
        screen.say()
    for line in verdicts(problems):
        screen.say(line)
    if listed:
        screen.say("Of one: crossdock validate CUSTOMER. All at once: --all, or --format json.")


def _show_ids(screen: Screen, problems: Problems, titles: Mapping[str, str]) -> None:
    found = Counter((one.severity, one.id) for several in problems.values() for one in several)
    owners = Counter(
        pair
        for several in problems.values()
        for pair in {(one.severity, one.id) for one in several}
    )
    rows = [
        [rule, severity, str(count), str(owners[severity, rule]), titles.get(rule, "")]
        for (severity, rule), count in sorted(found.items(), key=lambda one: (one[0][0], -one[1]))
    ]
    screen.heading("By id")
    screen.table(["id", "", "found", "rulesets", "means"], rows)


def _show_worst(screen: Screen, problems: Problems) -> None:
    bad = {name: found for name, found in problems.items() if found}
    worst = sorted(bad, key=lambda name: (-errors_of(bad[name]), -len(bad[name]), name))
    screen.heading("By ruleset" if len(worst) <= WORST else f"By ruleset, the worst {WORST}")
    rows = [[name, _verdict(bad[name]), _ids(bad[name])] for name in worst[:WORST]]
    screen.table(["ruleset", "", "ids"], rows)


def _ids(found: list[Diagnostic]) -> str:
    return ", ".join(dict.fromkeys(one.id for one in found))


def _sum(problems: Problems) -> str:
    everything = [one for found in problems.values() for one in found]
    errors = errors_of(everything)
    wrong = sum(1 for found in problems.values() if errors_of(found))
    counts = f"{_plural(errors, 'error')}, {_plural(len(everything) - errors, 'warning')}"
    return f"{len(problems)} rulesets: {len(problems) - wrong} ok, {wrong} with errors ({counts})."


def _plural(count: int, word: str, ending: str = "s") -> str:
    return f"{count} {word}{ending * (count != 1)}"
