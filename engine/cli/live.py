"""Which ruleset `run` uses: the released one, or the files while nothing was released yet."""

from __future__ import annotations

from contextlib import closing

from engine.cli.context import Session, show_diagnostics
from engine.customers import Customer, load_customer, load_released
from engine.errors import ConfigurationError
from engine.ledger.opening import bring_up, open_reader
from engine.ports.ledger import Release
from engine.report.times import shown


def released_of(session: Session, name: str) -> Release | None:
    """What was released last, None before the first release."""
    with closing(open_reader(session.workspace().ledger_url(), name)) as ledger:
        return ledger.released()


def live(session: Session, name: str) -> tuple[Customer, str]:
    """The customer as it is live, and a line that says where that is not what the files say.

    Raises ConfigurationError where what was released does not hold with this version any more.
    """
    session.names(name)
    bring_up(session.workspace().ledger_url())
    release = released_of(session, name)
    if release is None:
        notice = f"{name} is not released yet: this uses its files as they are."
        return session.customer(name), f"{notice} To go live: crossdock release {name}"
    workspace = session.workspace()
    customer, diagnostics = load_released(workspace, name, release.document)
    if customer is None:
        show_diagnostics(diagnostics)
        raise ConfigurationError(
            f"what was released of {name} does not hold with this version of crossdock",
            f"Mend the files, then: crossdock release {name}",
        )
    files, _ = load_customer(workspace, name)
    return customer, _notice(name, release, files, customer.ruleset.timezone)


def _notice(name: str, release: Release, files: Customer | None, zone: str) -> str:
    if files is not None and files.document == release.document:
        return ""
    what = "have errors" if files is None else "differ from what was released"
    return (
        f"The files of {name} {what}: this uses the ruleset released {shown(release.at, zone)}. "
        f"To go live with the files: crossdock release {name}"
    )
