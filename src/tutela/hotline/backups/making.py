"""Making a backup while the hotline works: whatever was acknowledged before it began is in it.

The order matters. First what may move into the database meanwhile (reports in the spare area) and what must
not be newer than it (checkpoints); then the database, at one moment; then the sealed objects, each of which
was there before the database named it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from tutela import __version__
from tutela.hotline.backups.archives import packing
from tutela.hotline.backups.contents import Places, files_after, files_before
from tutela.hotline.backups.key_bundles import BUNDLE, KEYS, seal_keys
from tutela.hotline.backups.snapshots import NAMES, take_snapshot
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.log_keys import log_key
from tutela.hotline.ledger.store import OrmLogStore
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.custody import durable
from tutela.kernel.errors import Invalid

_MACHINE_CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupMade:
    """What a backup holds: files, and entries of the ledger."""

    files: int
    entries: int
    size_bytes: int


def make_backup(
    path: Path,
    recipient: str,
    places: Places,
    *,
    keys_recipient: str = "",
    clock: Clock = _MACHINE_CLOCK,
) -> BackupMade:
    """What stands in the new backup at ``path``, sealed to ``recipient`` (``age1...``), whole or not there.

    With ``keys_recipient`` the keys in it are sealed to that one once more (``key_bundles``). Raises Invalid
    for a key that is none, Unavailable where the database, a file or the disk fails.
    """
    key = log_key(places.home)
    with transaction.atomic():
        record("backup_begun", actor=process("operator"), clock=clock)
    entries = OrmLogStore().size()
    facts = {**_facts(clock), "entries": entries}
    try:
        with durable.Draft(path) as draft:
            with packing(draft, recipient, key, facts) as packer:
                if keys_recipient:
                    packer.add_bytes(BUNDLE, seal_keys(places.home, keys_recipient))
                apart = frozenset(KEYS if keys_recipient else ())
                before = ((name, one) for name, one in files_before(places) if str(name) not in apart)
                files = sum(packer.add(name, one) for name, one in before)
                with tempfile.TemporaryDirectory(dir=places.home, prefix="backup-") as folder:
                    snapshot = Path(folder) / NAMES[connection.vendor]
                    take_snapshot(snapshot)
                    packer.add(PurePosixPath(snapshot.name), snapshot)
                files += sum(packer.add(name, one) for name, one in files_after(places))
            draft.keep()
    except ValueError as error:
        raise Invalid("is no public key of the age format (age1...)", field="to") from error
    return BackupMade(files=files, entries=entries, size_bytes=os.stat(path).st_size)


def _facts(clock: Clock) -> Mapping[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "made": iso_utc(clock.now()),
        "release": __version__,
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }
