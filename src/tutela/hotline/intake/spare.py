"""The spare area: where a sealed report waits while the database takes nothing (fault injection FI-05).

One file a report, whole and durable or not there, in a folder that may stand on a disk of its own. Nothing in
it can be read without the keys of opener and fetcher. ``actions.take_in_spare`` brings the reports in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tutela.hotline.intake.prepared import Prepared, parse, render
from tutela.kernel.custody import durable
from tutela.kernel.formats import NewerFormatError
from tutela.kernel.log import get_logger

#: Ends of the names: waiting, and what is no report and waits for somebody to look.
WAITING, DAMAGED = ".report", ".damaged"
#: Bytes of the largest file: 100 addresses of 8,000 characters with referrers, sealed twice, in base 64.
FILE_BYTES_MAX = 4 << 20

_log = get_logger("intake")


def keep(prepared: Prepared, folder: Path) -> None:
    """Return once the report stands durably in the spare area. Raises Unavailable; then nothing does."""
    durable.write_file(folder / f"{prepared.report_id}{WAITING}", render(prepared))
    _log.warning("report_kept_aside", report=prepared.report_id)


def waiting(folder: Path) -> Iterator[tuple[Path, Prepared]]:
    """Every report that waits. What is no report is renamed, so that it blocks no other one."""
    for path in sorted(folder.glob(f"*{WAITING}")):
        prepared = _read(path)
        if prepared is not None:
            yield path, prepared


def _read(path: Path) -> Prepared | None:
    """The report of a file; None where another process took it in, and for what is none of this release's."""
    try:
        return parse(durable.read_file(path, FILE_BYTES_MAX))
    except LookupError:
        return None
    except NewerFormatError:
        _log.error("report_of_newer_release")
    except ValueError:
        with durable.storage():
            path.rename(path.with_suffix(DAMAGED))
        _log.error("report_damaged")
    return None


def drop(path: Path) -> None:
    """Return once the file is gone: its report stands in the database."""
    with durable.storage():
        path.unlink(missing_ok=True)
        durable.sync_folder(path.parent)
