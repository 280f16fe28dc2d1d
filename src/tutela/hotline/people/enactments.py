"""The ledger's memory of the configuration: it never goes back, and a foreign house's folder is not taken.

Signatures say that a file is ours; only the ledger, which nobody can rewrite, says that it is not an old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import CONFIGURATION, Fact
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people.configuration import InForce, configuration_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.signing.signers import ConfigurationRefused

#: Under these ids the ledger speaks of the house's configuration, and of its very first file of signers.
SUBJECT, ANCHOR = "cfg_" + "0" * 32, "cfg_" + "1" * 32
_MACHINE_CLOCK = SystemClock()


def take_up_configuration(
    home: Path | None = None, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> InForce:
    """What is in force, compared with the ledger and written there where it is new. At start-up.

    Raises ConfigurationRefused where a file is not right, where its number is below one that was in force, or
    where the signers are those of another house.
    """
    found = configuration_in_force(home, clock=clock)
    with transaction.atomic():
        check_goes_on(found)
        _record_new(found, actor, clock)
    return found


def check_goes_on(found: InForce) -> None:
    """Return where this configuration may follow what the ledger knows. Raises ConfigurationRefused."""
    anchored, last = _last(ANCHOR), _last(SUBJECT)
    if anchored and anchored.get(CONFIGURATION) != found.anchor:
        raise ConfigurationRefused("these signers are not those of the house that the ledger belongs to")
    if not last:
        return
    lower = [name for name, number in found.numbers.items() if number < int(last.get(name, 0))]
    if lower:
        raise ConfigurationRefused(f"{', '.join(lower)}: a later one was in force; this one is old")
    same = all(number == int(last.get(name, 0)) for name, number in found.numbers.items())
    if same and last.get(CONFIGURATION) != found.digest:
        raise ConfigurationRefused("the configuration changed and its number did not: give it the next one")


def _record_new(found: InForce, actor: Actor, clock: Clock) -> None:
    if not _last(ANCHOR):
        facts: dict[str, Fact] = {CONFIGURATION: found.anchor}
        record("signers_anchored", actor=actor, subject=ANCHOR, facts=facts, clock=clock)
    if _last(SUBJECT).get(CONFIGURATION) != found.digest:
        facts = {**found.numbers, CONFIGURATION: found.digest}
        record("configuration_taken_up", actor=actor, subject=SUBJECT, facts=facts, clock=clock)


def _last(subject: str) -> Mapping[str, Fact]:
    newest = entries_about(subject, 1)
    return newest[0].facts if newest else {}
