"""What an apply or a run did, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.executor.bench import Result
from engine.executor.running import Report, Verdict
from engine.model.effect import Effect
from engine.report.plan_text import show_exceeded
from engine.report.screen import Screen
from engine.report.times import shown

SENTENCES = {
    Verdict.DONE: "Done: everything in the plan is sent and on record.",
    Verdict.ALREADY: "This plan was applied before. Nothing was sent.",
    Verdict.BLOCKED: "Blocked by a gate. Nothing was sent.",
    Verdict.STALE: "The ground has moved since the plan was made. Nothing was sent.",
    Verdict.UNDECIDED: "Not everything is settled: see above, and `crossdock inbox {customer}`.",
}


def show_report(screen: Screen, report: Report, file: str, customer: str, zone: str) -> None:
    """Shows what was settled, what is stale, what went wrong, the counts, and what is next.

    `file` is the plan's, to be named in the next command, as `customer` is; times are in `zone`.
    """
    if report.settled:
        screen.heading("From an earlier pass")
        rows = [
            [row.intent.business_key, row.intent.kind, r.status.value, _why(r, zone)]
            for row, r in report.settled
        ]
        screen.table(["what", "change", "now", "why"], rows)
    if report.stale:
        screen.heading("Stale")
        screen.table(["part", "why"], [[one.key, one.why] for one in report.stale])
    if report.applied.trouble:
        screen.heading("Not applied")
        rows = [[key, result.status.value, result.detail] for key, result in report.applied.trouble]
        screen.table(["part", "status", "why"], rows)
    counts = ", ".join(
        f"{count} {status}" for status, count in sorted(report.applied.counts.items())
    )
    if counts:
        screen.heading(f"Changes: {counts}.")
    show_exceeded(screen, report.exceeded)
    screen.say(_sentence(report).format(customer=customer))
    _advice(screen, report, file)


class Teller:
    """Tells the passes of one run: what is the same in all of them, only with the first."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._told: set[tuple[str, str]] = set()

    def has_told(self, report: Report) -> bool:
        """Whether a quiet plan's own words, and what was told with flows before it, say it all."""
        silent = report.verdict is Verdict.DONE or bool(report.settled)
        return silent and _is_empty(replace(report, settled=self._news(report)))

    def untold(self, report: Report) -> Report:
        """The report with what is new of earlier passes, which is told by that; json has all."""
        if self.screen.json:
            return report
        news = self._news(report)
        self._told |= {(row.intent.key, result.detail) for row, result in news}
        return replace(report, settled=news)

    def _news(self, report: Report) -> tuple[tuple[Effect, Result], ...]:
        rows = report.settled
        return tuple(one for one in rows if (one[0].intent.key, one[1].detail) not in self._told)


def _is_empty(report: Report) -> bool:
    return not (report.applied.counts or report.settled or report.stale)


def _why(result: Result, zone: str) -> str:
    until = f" until {shown(result.until, zone)}" if result.until else ""
    return f"{result.detail}{until}"


def _sentence(report: Report) -> str:
    if report.verdict is Verdict.DONE and report.stale:
        return "Done: the rest is sent and on record. What is stale is for the next plan."
    if report.verdict is Verdict.BLOCKED and report.applied.counts:
        return "Blocked by a gate: nothing of its flow was sent. The other flows had their turn."
    if report.verdict is Verdict.DONE and _is_empty(report):
        return "Done: there was nothing to send."
    return SENTENCES[report.verdict]


def _advice(screen: Screen, report: Report, file: str) -> None:
    if report.verdict is Verdict.BLOCKED:
        names = " ".join(f"--approve {gate}" for gate in report.gates)
        screen.say(f"If that is right: crossdock apply {file} {names}")
    if report.verdict is Verdict.STALE:
        screen.say(f"Make a new plan, or send the rest: crossdock apply {file} --partial")


def report_json(report: Report, flows: Sequence[str]) -> dict[str, object]:
    """The same for machines, with the flows that it is about."""
    return {
        "format_version": 1,
        "flows": list(flows),
        "verdict": report.verdict.value,
        "changes": dict(report.applied.counts),
        "not_applied": [
            {"key": key, "status": result.status.value, "why": result.detail}
            for key, result in report.applied.trouble
        ],
        "stale": [{"key": one.key, "why": one.why} for one in report.stale],
        "gates": list(report.gates),
        "settled": [
            {
                "key": row.intent.key,
                "status": result.status.value,
                "why": result.detail,
                "until": result.until.isoformat() if result.until else None,
            }
            for row, result in report.settled
        ],
    }
