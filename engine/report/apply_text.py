"""What an apply or a run did, for people."""

from __future__ import annotations

from engine.executor.running import Report, Verdict
from engine.report.plan_text import show_exceeded
from engine.report.screen import Screen

SENTENCES = {
    Verdict.DONE: "Done: everything in the plan is sent and on record.",
    Verdict.ALREADY: "This plan was applied before. Nothing was sent.",
    Verdict.BLOCKED: "Blocked by a gate. Nothing was sent.",
    Verdict.STALE: "The ground has moved since the plan was made. Nothing was sent.",
    Verdict.UNDECIDED: "Not everything is settled: see above, and `crossdock inbox {customer}`.",
}


def show_report(screen: Screen, report: Report, file: str, customer: str) -> None:
    """Shows what was settled, what is stale, what went wrong, the counts, and what is next.

    `file` is the plan's, to be named in the next command, as `customer` is.
    """
    if report.settled:
        screen.heading("From an earlier pass")
        rows = [
            [row.intent.business_key, row.intent.kind, r.status.value, r.detail]
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


def is_quiet(report: Report) -> bool:
    """Whether nothing was sent, settled or stale: a quiet plan's own words have said it all."""
    nothing = not (report.applied.counts or report.settled or report.stale)
    return report.verdict is Verdict.DONE and nothing


def _sentence(report: Report) -> str:
    if report.verdict is Verdict.DONE and report.stale:
        return "Done: the rest is sent and on record. What is stale is for the next plan."
    if report.verdict is Verdict.BLOCKED and report.applied.counts:
        return "Blocked by a gate: nothing of its flow was sent. The other flows had their turn."
    if is_quiet(report):
        return "Done: there was nothing to send."
    return SENTENCES[report.verdict]


def _advice(screen: Screen, report: Report, file: str) -> None:
    if report.verdict is Verdict.BLOCKED:
        names = " ".join(f"--approve {gate}" for gate in report.gates)
        screen.say(f"If that is right: crossdock apply {file} {names}")
    if report.verdict is Verdict.STALE:
        screen.say(f"Make a new plan, or send the rest: crossdock apply {file} --partial")


def report_json(report: Report) -> dict[str, object]:
    """The same for machines."""
    return {
        "format_version": 1,
        "verdict": report.verdict.value,
        "changes": dict(report.applied.counts),
        "not_applied": [
            {"key": key, "status": result.status.value, "why": result.detail}
            for key, result in report.applied.trouble
        ],
        "stale": [{"key": one.key, "why": one.why} for one in report.stale],
        "gates": list(report.gates),
        "settled": [
            {"key": row.intent.key, "status": result.status.value, "why": result.detail}
            for row, result in report.settled
        ],
    }
