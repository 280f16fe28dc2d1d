"""The signed configuration at the start of a process whose server then makes others of itself."""

from __future__ import annotations

from pathlib import Path

from tutela.hotline.databases import answering
from tutela.hotline.people.configuration import InForce
from tutela.web.starting import start_django


def take_up(name: str, home: Path) -> InForce:
    """What is in force, noted in the ledger where it is new; the database is closed again.

    ``name`` is the process's word. Raises ConfigurationRefused (a Refused) with the reason, Unavailable.
    """
    start_django()
    from tutela.hotline.cases.actions.openings import close_connection
    from tutela.hotline.database_clock import ClockGuard
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.people.enactments import take_up_configuration

    with answering():
        found = take_up_configuration(home, actor=process(name))
    ClockGuard().report()
    close_connection()
    return found
