"""Founding a house: folders, keys, database, each made where it is missing and never made twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import Error

from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.cases.index_key import FILE_NAME as INDEX_KEY
from tutela.hotline.cases.index_key import make_index_key
from tutela.hotline.house.checks import House
from tutela.hotline.house.migrating import migrate_all
from tutela.hotline.ledger.log_keys import PUBLIC as LOG_KEY
from tutela.hotline.ledger.log_keys import make_log_key
from tutela.kernel.custody import durable
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.errors import Unavailable

#: Backup programs that are told so leave out a folder with this file (borg, restic: --exclude-if-present).
_NO_BACKUP = ".nobackup"
_NO_BACKUP_TEXT = b"never in a backup: see the manual, how-to/keys.md\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """One thing that the house needs: whether it was made now, or was there."""

    name: str
    is_new: bool


def found(
    house: House, *, log_name: str, envelopes: Path, make_login_key: Callable[[Path], None]
) -> Iterator[Made]:
    """Each thing as it is made. Safe to call again: what is there stays.

    ``make_login_key`` makes the desk's cookie key in a folder. Raises Unavailable where the disk or the
    database is not there, Invalid for a log's name that no log may have.
    """
    with durable.storage():
        durable.make_folder(house.home)
        house.home.chmod(durable.FOLDER_MODE)
    yield _once("login key", house.login_key.exists(), lambda: make_login_key(house.home))
    yield _once("index key", (house.home / INDEX_KEY).exists(), lambda: make_index_key(house.home))
    yield _vault_keys(house, envelopes)
    yield _fetch_key(house)
    yield _once("log key", (house.home / LOG_KEY).exists(), lambda: make_log_key(house.home, log_name))
    yield _database()


def _once(name: str, there: bool, make: Callable[[], object]) -> Made:  # noqa: FBT001 - private, read at once
    if not there:
        make()
    return Made(name=name, is_new=not there)


def _vault_keys(house: House, envelopes: Path) -> Made:
    keys = FileKeyStore(house.vault_public, house.vault_private, house.clock)
    for folder in (envelopes, house.vault_private):
        if not (folder / _NO_BACKUP).exists():
            durable.write_file(folder / _NO_BACKUP, _NO_BACKUP_TEXT)
    return _once("vault keys", bool(keys.epochs()), keys.rotate)


def _fetch_key(house: House) -> Made:
    keys = fetch_key_store(house.home, house.clock)
    mark = keys.private_folder / _NO_BACKUP
    if not mark.exists():
        durable.write_file(mark, _NO_BACKUP_TEXT)
    return _once("fetch key", bool(keys.epochs()), keys.rotate)


def _database() -> Made:
    try:
        migrate_all()
    except Error as error:
        raise Unavailable("the database cannot be reached: is its address right, does its server run?") from (
            error
        )
    return Made(name="database", is_new=True)
