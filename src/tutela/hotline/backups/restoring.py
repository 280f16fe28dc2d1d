"""Bringing a hotline back from a backup, into an empty house.

What the backup did not know happened all the same: notices went out, objects were destroyed, the log went
on. So every notice that a sender might take up is put in doubt (it waits for evidence or for a person), what
was destroyed cannot be opened (its envelope is in no backup), and how much of the log is lost is said, where
a later checkpoint is known.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection, transaction

from tutela.hotline.backups.archives import unpack
from tutela.hotline.backups.contents import Places, place_of
from tutela.hotline.backups.key_bundles import BUNDLE, open_keys
from tutela.hotline.backups.snapshots import NAMES, put_back
from tutela.hotline.databases import RESTORING, UNFINISHED
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.store import OrmLogStore
from tutela.hotline.partners.actions import doubt_referrals_after_restore
from tutela.hotline.people.actions import end_every_session
from tutela.hotline.takedown.actions.doubting import doubt_after_restore
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody import age, durable
from tutela.kernel.custody.checkpoints import checked
from tutela.kernel.custody.notes import NoteKey, parse
from tutela.kernel.errors import Conflict, Invalid

_MACHINE_CLOCK = SystemClock()
#: Bytes copied at a time where the vault stands on another disk.
_PIECE_BYTES = 1 << 20
_BEGUN = b"a backup is brought back here\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What came back. ``lost`` entries of the log were made after the backup; None: no checkpoint says.

    ``keys_sealed``: the keys of log, index and sign-in still lie in ``keys.age``, under another key.
    """

    made: str
    release: str
    files: int
    entries: int
    in_doubt: int
    lost: int | None
    referrals_in_doubt: int = 0
    keys_sealed: bool = False


def restore(
    source: age.Source,
    secret: str,
    places: Places,
    log: NoteKey,
    *,
    checkpoint: str = "",
    keys_secret: str = "",
    clock: Clock = _MACHINE_CLOCK,
) -> Restored:
    """What came back into the empty house at ``places``. ``checkpoint`` is the newest one that is known.

    ``keys_secret`` opens the keys where they were sealed to another key (``key_bundles``).

    Raises Conflict where something is there already, Refused for a backup that another house signed or that
    was altered, Invalid for what is no backup, Unavailable. Until the database is put back nothing changes;
    killed after that, it leaves a house that does not start (``house.checks``): empty it and begin anew.
    """
    newest = _size_of(checkpoint, log) if checkpoint else None
    _check_empty(places)
    durable.make_folder(places.home)
    with tempfile.TemporaryDirectory(dir=places.home, prefix="restore-") as name:
        folder = Path(name)
        facts = unpack(source, secret, folder, log)
        if keys_secret:
            open_keys(folder, keys_secret)
        snapshot = folder / NAMES[_vendor(facts)]
        durable.write_file(places.home / RESTORING, _BEGUN)
        put_back(snapshot)
        snapshot.unlink()
        files = _move_all(folder, places)
    entries = OrmLogStore().size()
    in_doubt, referrals_in_doubt = _settle(facts, clock)
    (places.home / RESTORING).unlink()
    durable.sync_folder(places.home)
    return Restored(
        made=str(facts["made"]),
        release=str(facts["release"]),
        files=files,
        entries=entries,
        in_doubt=in_doubt,
        referrals_in_doubt=referrals_in_doubt,
        lost=None if newest is None else max(0, newest - entries),
        keys_sealed=(places.home / BUNDLE).exists(),
    )


def _settle(facts: dict[str, Any], clock: Clock) -> tuple[int, int]:
    """How many notices and referrals are in doubt now, in one transaction with the ledger's entry."""
    with transaction.atomic():
        notices, referrals = doubt_after_restore(clock=clock), doubt_referrals_after_restore(clock=clock)
        end_every_session()
        record(
            "backup_restored",
            actor=process("operator"),
            facts={
                "entries": int(facts["entries"]),
                "notices_in_doubt": notices,
                "referrals_in_doubt": referrals,
            },
            clock=clock,
        )
    return notices, referrals


def _vendor(facts: dict[str, Any]) -> str:
    if facts.get("database") != connection.vendor:
        raise Conflict(
            f"this backup is of {facts.get('database')}, hotline.database leads to {connection.vendor}: "
            "restore to the same kind"
        )
    return connection.vendor


def _check_empty(places: Places) -> None:
    """Raises Conflict unless every folder is missing or empty."""
    if (places.home / RESTORING).exists():
        raise Conflict(UNFINISHED)
    for folder in (places.home, *places.elsewhere().values()):
        if folder.is_dir() and any(folder.iterdir()):
            raise Conflict("there is a house already: restore into an empty TUTELA_HOME")


def _size_of(untrusted_checkpoint: str, log: NoteKey) -> int:
    try:
        return checked(parse(untrusted_checkpoint), log, log.name).size
    except ValueError as error:
        raise Invalid(f"is no checkpoint of this log: {error}", field="checkpoint") from error


def _move_all(folder: Path, places: Places) -> int:
    """How many files stand in their places now, durably."""
    moved = 0
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root) / name
            target = place_of(PurePosixPath(path.relative_to(folder).as_posix()), places)
            durable.make_folder(target.parent)
            _move(path, target)
            moved += 1
    return moved


def _move(path: Path, target: Path) -> None:
    """Return once the file stands durably at ``target``, which may be on another disk."""
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with durable.Draft(target) as draft, path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                draft.write(piece)
            draft.keep()
    durable.sync_folder(target.parent)
