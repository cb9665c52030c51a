"""Does the oracle see? The engine with one mistake in it, each of a kind that loses or doubles.

`python -m tests.simulation.mutants [NAME...]` plays stories on a copy of the tree with each mistake
until one fails, and says which seed it was. A mistake is an exact piece of the engine's text, so
that one which is not there any more is an error, and no mistake that is never made.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("engine", "tests", "schemas", "mappings", "rulesets", "docs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """What is done wrong, and the text of one file that does it; `seed` is the first one from 0
    whose story shows it.
    """

    name: str
    file: str
    old: str
    new: str
    seed: int = -1


MUTANTS = (
    Mutant(
        name="skip the intent: send first, write down afterwards",
        file="engine/executor/performing.py",
        old="    effect = claim(bench, intent)\n    if isinstance(effect, Result):\n"
        "        return effect\n    result = send(bench, bench.operation(intent), effect)\n",
        new="    operation = bench.operation(intent)\n"
        "    request = PreparedRequest.from_json(intent.request)\n"
        "    answer = operation.send(request, bench.clock.now() + timedelta(seconds=5))\n"
        "    effect = claim(bench, intent)\n    if isinstance(effect, Result):\n"
        "        return effect\n"
        "    result = receive(bench, operation, effect, answer, doubtful=False)\n",
    ),
    Mutant(
        name="move the cursor before anything is carried out",
        file="engine/executor/running.py",
        old="    carry_out(bench, decisions(store), course, applied)\n    if not found.stale:\n"
        "        advance(bench, header, footer, course)\n",
        new="    if not found.stale:\n        advance(bench, header, footer, course)\n"
        "    carry_out(bench, decisions(store), course, applied)\n",
    ),
    Mutant(
        name="retry a delta whose answer did not come",
        file="engine/executor/settling.py",
        old="    now = bench.clock.now()\n    if evidence.proof is Proof.PRESENT:\n",
        new="    now = bench.clock.now()\n    if row.intent.kind == 'adjust':\n"
        "        evidence = Evidence(proof=Proof.ABSENT)\n"
        "    if evidence.proof is Proof.PRESENT:\n",
    ),
    Mutant(
        name="forget the fencing: whoever once had the lease has it",
        file="engine/ledger/leases.py",
        old='    table.c.owner == sa.bindparam("mine"),\n'
        '    table.c.fence == sa.bindparam("held"),\n',
        new='    sa.bindparam("mine") == sa.bindparam("mine"),\n'
        '    sa.bindparam("held") == sa.bindparam("held"),\n',
    ),
    Mutant(
        name="forget the send window",
        file="engine/executor/performing.py",
        old="    answer = operation.send(request, effect.window_until)\n",
        new="    answer = operation.send(request, effect.window_until + timedelta(days=1))\n",
    ),
    Mutant(
        name="net without ids: bookings belong to nobody",
        file="engine/executor/bench.py",
        old="        legs={leg.key: leg.quantity for leg in change.legs},\n",
        new="        legs={},\n",
    ),
    Mutant(
        name="acknowledge a message before it is stored",
        file="engine/executor/intake.py",
        old="        new = bench.ledger.store_messages(messages, bench.clock.now())\n",
        new="        bench.queues[name].acknowledge(messages)\n"
        "        new = bench.ledger.store_messages(messages, bench.clock.now())\n",
    ),
    Mutant(
        name="call it absent at once, while it may still be applied",
        file="engine/ledger/claims.py",
        old="        settle_at=window_until + timing.timeout + timing.late,\n",
        new="        settle_at=wanted.now,\n",
    ),
    Mutant(
        name="tell nobody of a doubt",
        file="engine/ledger/endings.py",
        old='    inbox.park(conn, effect.intent.customer, _item(effect, "doubt", word), word.at)\n',
        new="",
    ),
    Mutant(
        name="a timeout is a refusal that may be sent again",
        file="engine/adapters/channeladvisor/writing.py",
        old="            return Answer(kind=AnswerKind.UNKNOWN, detail=error.summary)\n",
        new="            return Answer(kind=AnswerKind.NOT_SENT, detail=error.summary)\n",
    ),
    Mutant(
        name="mark an order as exported before it is in the warehouse",
        file="engine/executor/applying.py",
        old="        missing += [part for part in change.needs if part not in bound]\n",
        new="",
    ),
    Mutant(
        name="deal with messages although nothing was sent",
        file="engine/executor/applying.py",
        old="    return decision.outcome is not Outcome.HOLD and ChangeStatus.SKIPPED not in",
        new="    return True or",
    ),
    Mutant(
        name="believe that nothing is there when an order is read back",
        file="engine/adapters/warehouseos/writes.py",
        old="        if difference is None:\n            return Evidence(proof=Proof.PRESENT,",
        new="        return Evidence(proof=Proof.ABSENT)\n"
        "        if difference is None:\n            return Evidence(proof=Proof.PRESENT,",
    ),
    Mutant(
        name="believe that no shipment is there when it is read back",
        file="engine/adapters/channeladvisor/shipping.py",
        old='        return shipped.evidence(order, body["Value"])\n',
        new="        return Evidence(proof=Proof.ABSENT, detail=order.key)\n",
    ),
    Mutant(
        name="forget an order when its receipt comes late",
        file="engine/executor/settling.py",
        old='            bench.keep_open(record, "a change of it had no answer")\n',
        new="            pass\n",
    ),
)


def first_caught(mutant: Mutant, seeds: int, first: int = 0) -> int | None:
    """The first seed from `first` whose story fails with this mistake; None for no such seed."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        tree = Path(folder)
        _copy(tree)
        make(mutant, tree)
        return _fail(tree, seeds, first)


def make(mutant: Mutant, tree: Path) -> None:
    """Makes the mistake; raises ValueError where its text is not there exactly once."""
    path = tree / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file} does not have the text of: {mutant.name}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def _copy(tree: Path) -> None:
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__", "cassettes")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tree)


def _fail(tree: Path, seeds: int, first: int) -> int | None:
    """Plays stories on that tree until one fails."""
    figures = tree / "figures.json"
    words = ["--seeds", str(seeds), "--first", str(first), "--jobs", "1"]
    words += ["--stop", "--quick", "--shrink", "0", "--figures", str(figures)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation.soak", *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    if ended.returncode == 0:
        return None
    if not figures.exists():
        raise RuntimeError(ended.stderr)
    return int(min(json.loads(figures.read_text(encoding="utf-8"))["failed"]))


def _said(mutants: Sequence[Mutant], seeds: int) -> Iterator[tuple[Mutant, int | None]]:
    for mutant in mutants:
        caught = first_caught(mutant, seeds)
        found = f"caught by seed {caught}" if caught is not None else "NOT CAUGHT"
        sys.stdout.write(f"{mutant.name}: {found}\n")
        sys.stdout.flush()
        yield mutant, caught


def _figures(found: Mapping[Mutant, int | None]) -> Mapping[str, object]:
    """How many there are, and of those that were made the seed that caught each; null for none."""
    tried = [{"name": mutant.name, "seed": seed} for mutant, seed in found.items()]
    return {"known": len(MUTANTS), "tried": tried}


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a mistake is caught by no story."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="words of a mistake's name (all)")
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--figures", type=Path, metavar="FILE", help="write which seed caught each")
    asked = parser.parse_args(arguments)
    names = [name.lower() for name in asked.names]
    chosen = [one for one in MUTANTS if not names or any(name in one.name for name in names)]
    found = dict(_said(chosen, asked.seeds))
    caught = sum(seed is not None for seed in found.values())
    sys.stdout.write(f"{caught} of {len(chosen)} mistakes were caught\n")
    if asked.figures:
        asked.figures.write_text(json.dumps(_figures(found), indent=1) + "\n", encoding="utf-8")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
