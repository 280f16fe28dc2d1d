"""Whether this release can read what stands in a data folder: looked at before the service starts.

Only the versions are judged. A damaged file is told by whoever reads it, and keeps nothing else from
working; a file of a newer release means that the whole folder was used by one, and nothing is begun.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from tutela.detect.matching.folder import read_head
from tutela.detect.matching.tlist import open_list
from tutela.detect.service.applied import LISTS, read_progress
from tutela.detect.service.assembly import CHANGES, TOKENS
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.feed_book import check_book
from tutela.detect.service.hook_opening import QUEUE
from tutela.detect.service.hook_tables import open_tables
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.standing import read_standing
from tutela.detect.service.token_file import read_tokens
from tutela.kernel.errors import Invalid, TutelaError
from tutela.kernel.formats import NewerFormatError


def check_stored(folder: Path) -> None:
    """Returns when no newer release than this one is needed for any file of the data folder.

    Raises Invalid naming the file, its version and the one that is read; nothing was changed then. Takes a
    few milliseconds a list.
    """
    for path, look in _looks(folder):
        try:
            look(path)
        except NewerFormatError as error:
            raise Invalid(str(error), field=str(path.relative_to(folder))) from error
        except TutelaError as error:
            if isinstance(error.__cause__, NewerFormatError):
                raise Invalid(str(error.__cause__), field=str(path.relative_to(folder))) from error
        except (OSError, ValueError, sqlite3.Error):
            continue


def _looks(folder: Path) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Every file with a version, and how it is opened."""
    whole: list[tuple[str, Callable[[Path], object]]] = [
        (CHANGES, lambda path: SqliteChangeLog(path).close()),
        (QUEUE, lambda path: open_tables(path).close()),
        (TOKENS, read_tokens),
    ]
    yield from ((folder / name, look) for name, look in whole if (folder / name).exists())
    yield folder, read_progress
    for place in sorted(folder.glob(f"{LISTS}/*")):
        if LIST_NAME.fullmatch(place.name):
            yield place, read_standing
            yield place, read_head
            yield from ((segment, open_list) for segment in sorted(place.glob("segment-*.tlist")))
    yield from ((book, check_book) for book in sorted(folder.glob("feed/*.book")))
