"""The contract of bindings: what is in the sink, by order and by number, and what no more is."""

from __future__ import annotations

from dataclasses import replace

from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.making import NOW, OK, SECOND, binding, hold, promise, replayed, sending


def test_found_parts_are_bound(ledger: Ledger) -> None:
    """A part that was already there is bound, on record, and no longer held."""
    ledger.hold(hold("1001/east"))
    ledger.bind(binding(), NOW, "same lines")
    assert ledger.bindings(["1001"]) == {"1001": [binding()]}
    assert ledger.holds() == []
    (entry,) = ledger.audit("1001/east")
    assert (entry["at"], entry["to"], entry["detail"]) == (NOW, "BOUND", "same lines")


def test_a_binding_is_the_current_one(ledger: Ledger) -> None:
    """A later revision replaces the earlier; parts of one order come sorted."""
    ledger.bind(binding(), NOW, "found")
    newer = binding(revision=2, number="US-1001-2", composition=[])
    west = binding(part="1001/a-west", link="a-west", number="US-1001-W")
    ledger.bind(newer, NOW, "found")
    ledger.bind(west, NOW, "found")
    assert ledger.bindings(["1001"]) == {"1001": [west, newer]}
    assert ledger.bindings_of(["US-1001", "US-1001-2"]) == {"US-1001-2": newer}
    assert replayed(ledger, "1001/east") == "BOUND"


def test_a_receipt_binds_the_new_revision(ledger: Ledger, lease: Lease) -> None:
    """An order that was sent again is bound as it was sent last."""
    ledger.bind(binding(), NOW, "found")
    newer = binding(revision=2, number="US-1001-R2")
    ledger.done(sending(ledger, lease, binding=promise(newer)), OK, NOW, "created")
    assert ledger.bindings(["1001"]) == {"1001": [newer]}


def test_a_late_receipt_puts_no_old_revision_back(ledger: Ledger, lease: Lease) -> None:
    """Neither a receipt nor a finding of an earlier revision hides the later one."""
    later = binding(revision=2, number="US-1001-R2")
    ledger.bind(later, NOW, "found")
    ledger.done(sending(ledger, lease, binding=promise(binding())), OK, NOW, "created")
    ledger.bind(binding(), NOW, "found")
    assert ledger.bindings(["1001"]) == {"1001": [later]}


def test_rebinding_replaces_whatever_stands(ledger: Ledger) -> None:
    """A part is bound anew at an earlier revision or with another fingerprint, on record."""
    ledger.hold(hold("1001/east"))
    for bound in (binding(revision=3), binding(revision=2, fingerprint="k1:f2")):
        ledger.rebind(bound, NOW, "seen there")
        assert ledger.bindings(["1001"]) == {"1001": [bound]}
    assert ledger.holds() == []
    assert [(row["from"], row["to"]) for row in ledger.audit("1001/east")] == [
        ("", "BOUND"),
        ("BOUND", "BOUND"),
    ]


def test_unbinding_is_on_record(ledger: Ledger) -> None:
    """A part that was deleted is bound no more, once; it can be bound again at any revision."""
    ledger.bind(binding(revision=2), NOW, "found")
    for _ in range(2):
        ledger.unbind("1001/east", NOW + SECOND, "deleted by hand")
    assert (ledger.bindings(["1001"]), ledger.bindings_of(["US-1001"])) == ({}, {})
    *_, last = ledger.audit("1001/east")
    assert (last["from"], last["to"], last["detail"]) == ("BOUND", "", "deleted by hand")
    ledger.bind(binding(), NOW, "sent again")
    assert replayed(ledger, "1001/east") == "BOUND"
    assert len(list(ledger.audit("1001/east"))) == 3


def test_numbers_lead_to_their_parts(ledger: Ledger) -> None:
    """Each number leads to the part that has it, and of two with one number to the later."""
    ledger.bind(binding("1"), NOW, "found")
    ledger.bind(binding("2"), NOW, "found")
    twin = replace(binding("0"), number="US-1")
    ledger.bind(twin, NOW + SECOND, "found")
    assert ledger.bindings_of(["US-2", "US-1", "US-9"]) == {"US-1": twin, "US-2": binding("2")}
