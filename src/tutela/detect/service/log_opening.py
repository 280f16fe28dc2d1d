"""The change log that the settings name: a file of the data folder, or a database that machines share."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tutela.detect.service.applied import read_progress
from tutela.detect.service.changes import ChangeLog
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from tutela.detect.service.postgres_log import PostgresChangeLog

#: Name of the change log in the data folder.
CHANGES = "changes.sqlite"


class Hidden(Protocol):
    """What is needed of pydantic's ``SecretStr``: the address of a database may hold a password."""

    def get_secret_value(self) -> str:
        """The address itself; nothing for the file of the data folder."""


class OpenLog(ChangeLog, Protocol):
    """A change log that holds something open."""

    def close(self) -> None:
        """Lets go of file or connection; everything acknowledged is durable already."""


def open_log(place: Hidden | None, folder: Path, *, clock: Clock | None = None) -> OpenLog:
    """The log of the service whose data is in ``folder``; ``place`` is the setting ``service.change_log``.

    Raises Invalid for a wrong address or another file, Unavailable when the file cannot be opened or the
    extra is missing. A database is first asked later: a service starts while it is away.
    """
    address = place.get_secret_value() if place is not None else ""
    if address:
        return open_shared(address, clock=clock)
    return SqliteChangeLog(folder / CHANGES, clock=clock)


def open_shared(address: str, *, clock: Clock | None = None) -> PostgresChangeLog:
    """The log in the database at ``address``. Raises Invalid, Unavailable without the extra."""
    try:
        from tutela.detect.service.postgres_log import PostgresChangeLog
    except ImportError as error:
        raise Unavailable("the extra is missing: pip install 'tutela[service-postgres]'") from error
    return PostgresChangeLog(address, clock=clock)


def prove_log(place: Hidden, folder: Path) -> bool:
    """True when the log is fit for the service on ``folder``, False when a database is away at the moment.

    Raises Invalid for what is no log of ours or not safe, Conflict for a log other than the folder's lists
    were made from, Unavailable for a file that cannot be opened.
    """
    address = place.get_secret_value()
    if not address:
        open_log(place, folder).close()
        return True
    with closing(open_shared(address)) as log:
        try:
            log.prove()
        except Unavailable:
            return False
        _check_followed(folder, log.identity)
    return True


def _check_followed(folder: Path, identity: str) -> None:
    try:
        followed = read_progress(folder).log
    except (ValueError, OSError):
        return  # the follower says what is wrong with it
    if followed not in ("", identity):
        raise Conflict(
            "the lists of this data folder were made from another change log: take that one along with "
            "'tutela service log move', or begin with an empty folder"
        )
