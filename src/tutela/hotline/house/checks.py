"""What must be there before a process of the hotline starts, one finding each, in plain sentences.

Asked by ``tutela hotline check`` and ``tutela up``; a single process asks for its own part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from tutela.detect.media import lockdown
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.cases.index_key import read_index_key
from tutela.hotline.databases import RESTORING, UNFINISHED
from tutela.hotline.ledger.log_keys import log_key, log_public_key
from tutela.hotline.ledger.protection import check_protection
from tutela.hotline.people.configuration import configuration_in_force
from tutela.hotline.people.enactments import check_goes_on
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.errors import Refused, TutelaError, Unavailable
from tutela.kernel.settings import home

#: What is missing where one of these commands was not run.
_INIT = "tutela hotline init"


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """Where the things stand that are looked at."""

    home: Path
    vault_public: Path
    vault_private: Path
    login_key: Path
    clock: Clock = SystemClock()  # noqa: RUF009 - it has no state


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at. ``sentence`` says what is there, or what is missing and what to do."""

    name: str
    is_right: bool
    sentence: str


def findings(house: House) -> Iterator[Finding]:
    """Everything, in the order in which it is founded."""
    for name, look in _LOOKS.items():
        try:
            sentence, right = look(house), True
        except TutelaError as error:
            sentence, right = error.public_message(), False
        yield Finding(name=name, is_right=right, sentence=sentence)


def check_database() -> None:
    """Return where the database is here, of this release, and protects the ledger.

    Raises Unavailable where it is away or of another release, Refused where a protection is missing, or where
    it was brought back from a backup by half: what it holds as unsent may have gone out.
    """
    if (home() / RESTORING).exists():
        raise Refused(UNFINISHED)
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        newer = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
        if waiting:
            raise Unavailable(f"the database is of an older release, or new: {_INIT} brings it up to date")
        if newer:
            raise Unavailable("the database is of a newer release: install that one, or restore a backup")
        check_protection()
    except Error as error:
        raise Unavailable("the database cannot be reached: is its address right, does its server run?") from (
            error
        )


def _sandbox(_house: House) -> str:
    if sys.platform != "linux":
        return "the media workers are not sealed on this system; do not open anybody's files here"
    missing = lockdown.support().missing
    if missing:
        raise Unavailable(
            f"this system lacks {' and '.join(missing)}: untrusted pictures are not opened without them"
        )
    return "Landlock, seccomp and resource limits work"


def _database(_house: House) -> str:
    check_database()
    return f"{connection.vendor}, of this release, and its ledger cannot be rewritten"


def _login_key(house: House) -> str:
    if not house.login_key.is_file():
        raise Unavailable(f"the key that signs login cookies is missing: {_INIT} makes it")
    return "the key that signs login cookies is here"


def _index_key(house: House) -> str:
    read_index_key(house.home)
    return "the key under which addresses are found again is here"


def _vault_keys(house: House) -> str:
    keys = FileKeyStore(house.vault_public, house.vault_private, house.clock)
    epoch = keys.current()
    if not keys.has_private(epoch.id):
        raise Unavailable("the private key of the vault is not here: tutela keys restore")
    keys.private(epoch.id)  # whole, closed to others, and without a passphrase: the opener has nobody to ask
    shares = "split into shares" if epoch.split else "NOT split into shares yet: tutela keys split"
    return f"the vault's key number {epoch.number} is here, {shares}"


def _fetch_key(house: House) -> str:
    keys = fetch_key_store(house.home, house.clock)
    epoch = keys.current().id
    if not keys.has_private(epoch):  # it is in no backup and has no shares: a lost one is replaced
        raise Unavailable("the fetcher's private key is not here: tutela keys fetch makes a new one")
    keys.private(epoch)
    return "the key that opens addresses to the fetcher is here"


def _log_key(house: House) -> str:
    log_key(house.home)
    return f"the log is signed as {log_public_key(house.home).name}"


def _configuration(house: House) -> str:
    found = configuration_in_force(house.home, clock=house.clock)
    with suppress(Error):  # the database that is not there has a finding of its own
        check_goes_on(found)
    return "; ".join(found.lines)


_LOOKS: dict[str, Callable[[House], str]] = {
    "sandbox": _sandbox,
    "database": _database,
    "login key": _login_key,
    "index key": _index_key,
    "vault keys": _vault_keys,
    "fetch key": _fetch_key,
    "log key": _log_key,
    "configuration": _configuration,
}
