"""A ledger with entries and checkpoints, and ways to change it behind its back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.hotline.ledger.steps import a_step
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.actions import record, record_custody, sign_checkpoint
from tutela.hotline.ledger.actors import PUBLIC, person
from tutela.kernel.custody.note_keys import SigningKey

KEY = SigningKey.new("log.test")
USER, ITEM = "usr_" + "1" * 32, "itm_" + "2" * 32


def written(entries: int, every: int = 5) -> list[str]:
    """The checkpoints of a ledger of so many entries; one after ``every`` entries, and one at the end."""
    notes = []
    for number in range(entries):
        with transaction.atomic():
            if number % 3:
                record("tried_in_a_test", actor=person(USER), subject=ITEM, facts={"number": number})
            elif number % 2:
                record("tried_in_a_test", actor=PUBLIC)
            else:
                record_custody(a_step())
        if number % every == every - 1 or number == entries - 1:
            notes.append(str(sign_checkpoint(KEY)))
    return notes


@contextmanager
def unprotected() -> Iterator[None]:
    """A block in which the triggers are dropped, as an administrator can."""
    triggers.remove(connection)
    try:
        yield
    finally:
        triggers.create(connection)
