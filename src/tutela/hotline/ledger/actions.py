"""All writes of the ledger, each in the transaction of what it records: both stand, or neither does."""

from __future__ import annotations

from collections.abc import Mapping

from tutela.hotline.ledger import store
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.acts import check_declared
from tutela.hotline.ledger.entries import Entry, Fact, check_words, columns_of_entry, columns_of_step
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.records import CustodyStep

_MACHINE_CLOCK = SystemClock()


def record(
    act: str,
    *,
    actor: Actor,
    subject: str = "",
    facts: Mapping[str, Fact] | None = None,
    clock: Clock = _MACHINE_CLOCK,
) -> int:
    """The index of the new entry: that ``actor`` did ``act`` to ``subject`` (an id), now.

    Call it last in the transaction: from here on every other writer of the ledger waits for its end.
    ``facts`` hold ids, numbers and declared words, and under ``configuration`` a SHA-256 in hex. Raises
    ValueError for an act that is not declared or a fact that may not stand, and Django's
    TransactionManagementError outside of a transaction: both are faults of the program.
    """
    check_declared(act)
    check_words(facts or {})
    entry = Entry(act=act, actor=actor, subject=subject, facts=facts or {}, at=clock.now())
    return store.append(entry.leaf(), columns_of_entry(entry))


def record_custody(step: CustodyStep) -> int:
    """The index of the new entry: a step in the custody of a sealed object. As ``record``."""
    return store.append(step.leaf(), columns_of_step(step))
