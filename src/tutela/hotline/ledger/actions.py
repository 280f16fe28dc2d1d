"""All writes of the ledger, each in the transaction of what it records: both stand, or neither does."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from tutela.hotline.ledger import store
from tutela.hotline.ledger.actors import Actor, process
from tutela.hotline.ledger.acts import LOSS_ACCEPTED, check_declared
from tutela.hotline.ledger.entries import Entry, Fact, check_words, columns_of_entry, columns_of_step
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, checked
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note, NoteKey, parse
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.custody.transparency import TransparencyLog
from tutela.kernel.errors import Conflict, Invalid, Refused

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


def sign_checkpoint(key: SigningKey, last_seen: str | None = None) -> Note:
    """A signed checkpoint of the ledger as it is, stored durably; the last one where nothing came since.

    In a transaction of its own. ``last_seen`` is the newest checkpoint that stands outside of the database.
    Raises Refused where the ledger is not what the last checkpoints say: nothing is signed then.
    """
    log = log_of(key)
    try:
        with transaction.atomic():
            store.take_turn()
            if last_seen is not None:
                _check_goes_on(log, last_seen)
            return log.checkpoint()
    except (LookupError, ValueError) as error:
        raise Refused("the ledger or its last checkpoint is damaged: tutela log fsck") from error


def _check_goes_on(log: TransparencyLog, last_seen: str) -> None:
    last = checked(parse(last_seen), log.public_key, log.origin)
    size = log.store.size()
    if not _goes_on(store.OrmLogStore(), last):
        raise Refused(
            f"the ledger of {size} leaves does not go on from the checkpoint of {last.size} that stands "
            "beside it: it was changed, or an older copy was restored: tutela log fsck"
        )


def record_loss(log: NoteKey, untrusted_note: str, *, clock: Clock = _MACHINE_CLOCK) -> Checkpoint:
    """The checkpoint from which the ledger does not go on, as an older copy was restored; an entry says so.

    In a transaction of its own. Raises Invalid for what is no checkpoint of this log, Conflict where the
    ledger does go on from it: then nothing is lost.
    """
    try:
        signed = checked(parse(untrusted_note), log, log.name)
    except ValueError as error:
        raise Invalid(str(error), field="checkpoint") from error
    with transaction.atomic():
        store.take_turn()
        found = store.OrmLogStore().size()
        if _goes_on(store.OrmLogStore(), signed):
            raise Conflict(f"nothing is lost: the ledger of {found} leaves goes on from {signed.size}")
        record(
            LOSS_ACCEPTED,
            actor=process("operator"),
            facts={"entries_signed": signed.size, "entries_found": found},
            clock=clock,
        )
    return signed


def _goes_on(kept: store.OrmLogStore, signed: Checkpoint) -> bool:
    return signed.size <= kept.size() and merkle.root(kept, signed.size) == signed.root


def log_of(key: SigningKey) -> TransparencyLog:
    """The ledger as a log that this key signs."""
    return TransparencyLog(origin=key.name, store=store.OrmLogStore(), key=key.private)
