"""What is promised, in plain words, and where each promise is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What could go wrong, what is done about it, the tests of it, and the parts of the run that
    have it as well.
    """

    name: str
    wrong: str
    done: str
    tests: Sequence[str]
    parts: Sequence[str] = ()


PROMISES = (
    Promise(
        name="No order is lost",
        wrong="an answer never comes; an order changes while its page is read; a person is away",
        done="every write is on record before it leaves; what was not dealt with is looked at "
        "again on every pass, and nothing is skipped because it is old",
        tests=("tests/executor/test_settling.py", "tests/acceptance/test_sweep.py"),
        parts=("stories", "week"),
    ),
    Promise(
        name="No order is created twice",
        wrong="a write is repeated that had arrived; two systems know different numbers",
        done="one number and one key for each; what had no answer is read back, and repeated only "
        "where a repeat is harmless or it is known not to be there",
        tests=("tests/executor/test_each_effect.py", "tests/kill/test_delays.py"),
        parts=("stories", "crash"),
    ),
    Promise(
        name="A shipment is told once, and never more than was picked",
        wrong="a box is told twice; units are told that nobody picked",
        done="each carries a marker by which it is found again; shipped, picked and ordered are "
        "compared before the call",
        tests=(
            "tests/acceptance/test_shipments.py",
            "tests/unit/flows/test_shipments_final.py",
        ),
        parts=("stories",),
    ),
    Promise(
        name="A change of stock is told at most once",
        wrong="the answer to a relative change is lost, and nobody can look it up",
        done="it is never repeated: a person is asked, or a counted quantity makes up for it; "
        "each booking belongs to one change for ever",
        tests=(
            "tests/unit/ledger/test_legs.py",
            "tests/acceptance/test_stock.py",
            "tests/acceptance/test_stock_heal.py",
        ),
        parts=("stories", "crash"),
    ),
    Promise(
        name="No message of a queue is lost",
        wrong="a process dies with messages in its hands; messages repeat, swap or go missing",
        done="each is stored before it is acknowledged; a missing number is told; what is lost "
        "for ever is found by comparing stock",
        tests=(
            "tests/executor/test_intake.py",
            "tests/executor/test_queue_watch.py",
            "tests/acceptance/test_lost_messages.py",
        ),
        parts=("stories",),
    ),
    Promise(
        name="Reading skips nothing",
        wrong="equal time stamps, late arrivals, pages that shift, clocks that differ",
        done="the channel's own time, an overlap, a mark that moves only over what is on record",
        tests=("tests/executor/test_cursor.py", "tests/executor/test_cursor_proof.py"),
        parts=("stories",),
    ),
    Promise(
        name="A process may die anywhere",
        wrong="the machine is switched off between a call and its receipt",
        done="the next pass finds what was begun and ends it",
        tests=(
            "tests/kill/test_every_flow.py",
            "tests/kill/test_kill_points.py",
            "tests/kill/test_again.py",
        ),
        parts=("crash", "stories"),
    ),
    Promise(
        name="Two runners do not work at once",
        wrong="a schedule overlaps; a paused process wakes up",
        done="a lease with a growing number; who lost it can claim nothing, and sends nothing "
        "after its window",
        tests=("tests/kill/test_owners.py", "tests/unit/ledger/test_lost_lease.py"),
        parts=("stories",),
    ),
    Promise(
        name="What cannot be known is shown to a person",
        wrong="something is held or in doubt, and nobody hears of it",
        done="one item of the inbox each, which stays until it is proven or somebody ends it",
        tests=("tests/acceptance/test_inbox.py", "tests/docs/test_inbox_table.py"),
        parts=("stories",),
    ),
    Promise(
        name="One bad record stops nothing else",
        wrong="an order or product that cannot be read blocks its page",
        done="it is parked alone, with its reason",
        tests=(
            "tests/acceptance/test_bad_records.py",
            "tests/acceptance/test_parked_alone.py",
        ),
    ),
    Promise(
        name="A preview writes nothing",
        wrong="a plan sends something, or apply sends something else than was shown",
        done="a plan has no means to write; apply sends its bytes, or nothing if anything changed",
        tests=("tests/acceptance/test_writes_nothing.py",),
    ),
    Promise(
        name="No secret leaks, and no buyer",
        wrong="a key or an address stands in a log, a screen, a report",
        done="secrets are references and print as stars; one scanner reads all that the tests make",
        tests=(
            "tests/security/test_leaks.py",
            "tests/security/test_logs.py",
            "tests/security/test_secrets_do_not_print.py",
            "tests/cli/test_secrecy.py",
        ),
    ),
    Promise(
        name="Bad input ends in a message, never in a traceback",
        wrong="a ruleset, a plan file or an answer is damaged, or is meant to do harm",
        done="everything from outside has bounds, and is told with its place",
        tests=("tests/security/test_bombs_and_faults.py", "tests/unit/config/test_document.py"),
        parts=("fuzz",),
    ),
)

TESTED = tuple(dict.fromkeys(path for promise in PROMISES for path in promise.tests))
"""Every file that a promise names, once."""
PLAYED = {
    "stories": "tests/simulation/test_stories.py",
    "mistakes": "tests/simulation/mutants.py",
    "crash": "tests/crash/test_crash_matrix.py",
    "fuzz": "tests/fuzz/",
    "week": "tests/acceptance/test_week.py",
}
"""Where each part is; most have a short form that every run of the tests plays."""
