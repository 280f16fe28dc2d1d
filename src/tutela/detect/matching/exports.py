"""A list leaves the house: for a named recipient and purpose, with a record of it beside the file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from tutela.detect.matching.live import LiveList
from tutela.detect.matching.tlist import ListView
from tutela.detect.matching.writers import json_lines, tables, text
from tutela.kernel.clock import Clock, iso_utc
from tutela.kernel.errors import Invalid, Unavailable

#: Ending of the record beside an export.
RECORD_ENDING = ".record.json"
FORMATS = ("csv", "jsonl", "text")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRecord:
    """Who got what, when, and for what. ``sha256`` is that of the exported file."""

    list: str
    version: str
    format: str
    values: int
    recipient: str
    purpose: str
    created: str
    file: str
    sha256: str


def export_list(
    source: ListView | LiveList,
    target: Path,
    format_name: str,
    *,
    to: tuple[str, str],
    kind: str,
    clock: Clock,
) -> ExportRecord:
    """Write the list as ``format_name`` for ``to`` = (recipient, purpose), and the record beside it.

    Both files are complete or not there, mode 0600. Raises Invalid, Unavailable.
    """
    recipient, purpose = (one.strip() for one in to)
    if not recipient or not purpose:
        raise Invalid("a list leaves only for a named recipient and purpose", field="--recipient, --purpose")
    counts: list[int] = []
    try:
        _replace(target, lambda file: counts.append(_write(source, file, format_name, kind)))
        with target.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        record = ExportRecord(
            list=source.header.name,
            version=source.version,
            format=format_name,
            values=counts[0],
            recipient=recipient,
            purpose=purpose,
            created=iso_utc(clock.now()),
            file=target.name,
            sha256=digest,
        )
        line = json.dumps(asdict(record)) + "\n"
        _replace(target.with_name(target.name + RECORD_ENDING), lambda file: file.write(line))
    except ValueError as error:
        raise Invalid(str(error)) from error
    except OSError as error:
        raise Unavailable(f"{target}: the export could not be written: {error.strerror}") from error
    return record


def _write(source: ListView | LiveList, file: TextIO, format_name: str, kind: str) -> int:
    """Writes the entries and returns their number. Raises ValueError."""
    if format_name == "csv":
        return tables.write(source.entries(), file)
    if format_name == "jsonl":
        return json_lines.write(source.header, source.entries(), file)
    if format_name == "text" and kind:
        return text.write(kind, source.entries(), file)
    raise ValueError(f"the format is one of {', '.join(FORMATS)}; text needs a kind")


def _replace(target: Path, write: Callable[[TextIO], object]) -> None:
    """The file, written beside its place and renamed when it is complete and on disk. Raises OSError."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
