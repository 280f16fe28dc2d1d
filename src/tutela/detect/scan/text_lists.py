"""Text lists (CSV, JSON lines, one hash a line, NCMEC, VICS, NSRL) read into memory for one call.

``tutela list import`` makes a list file of them, which opens in milliseconds instead.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.disputes import mark_disputes
from tutela.detect.matching.headers import checked_header, new_salt
from tutela.detect.matching.imports import collect
from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.readers import guess_format, json_lines, read_entries
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.segment import Segment
from tutela.detect.matching.shapes import ListHeader
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Unavailable

#: Kinds by the digits of a plain line where only one kind has so many.
_KIND_OF_DIGITS = {32: "md5", 40: "sha1"}
#: Name endings that say the kind of a plain list: ``bank.pdq``.
_KIND_ENDINGS = frozenset({"md5", "sha1", "sha256", "pdq"})


class TextList(Segment):
    """A text list in memory; asked like a list file."""

    def __init__(self, segment: Segment, header: ListHeader, *, index: IndexKind = BUCKETED) -> None:
        super().__init__(segment.arrays, index=index)
        self.header = header

    @property
    def version(self) -> str:
        """The header's own, or the beginning of the file's SHA-256."""
        return self.header.version

    def parts(self) -> tuple[Segment, ...]:
        """The list is one part."""
        return (self,)


def open_text_list(path: Path, *, clock: Clock | None = None, index: IndexKind = BUCKETED) -> TextList:
    """The whole list, read to its end. Raises Invalid naming the wrong line, Unavailable from the system.

    Its name is the file's, its version the first 12 digits of the file's SHA-256, unless a header in the
    file says otherwise; thresholds are the default ones.
    """
    try:
        format_name = guess_format(path)
        written = json_lines.read_header(path) if format_name == "jsonl" else None
        header = _header(path, format_name, written, clock or SystemClock())
        options = ReadOptions(
            salt=header.salt,
            salt_of_file=written is not None and bool(written.salt),
            kind=_kind(path, format_name),
            known_good=header.known_good,
        )
        columns = collect(read_entries([path], format_name, options, Tally()), Tally())
        marked, _ = mark_disputes(columns, header)
        segment = Segment(arrange(marked, quality_min=header.thresholds.quality_min))
        return TextList(segment, header, index=index)
    except ValueError as error:
        raise Invalid(str(error), field="--list") from error
    except OSError as error:
        raise Unavailable(f"{path}: the list cannot be read: {error.strerror}") from error


def _header(path: Path, format_name: str, written: ListHeader | None, clock: Clock) -> ListHeader:
    if written is not None:
        return checked_header(written if written.salt else replace(written, salt=new_salt()))
    with path.open("rb") as file:
        version = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    return checked_header(
        ListHeader(
            name=path.stem,
            version=version,
            created=clock.now(),
            known_good=format_name == "nsrl",
            salt=new_salt(),
        )
    )


def _kind(path: Path, format_name: str) -> str:
    """The kind of a plain list's lines; empty for formats that say it themselves. Raises ValueError."""
    if format_name != "text":
        return ""
    ending = path.suffix.removeprefix(".").lower()
    if ending in _KIND_ENDINGS:
        return ending
    with path.open("rb") as file:
        first = file.readline(256).split(b",")[0].split()
    digits = len(first[0]) if first else 0
    if digits in _KIND_OF_DIGITS:
        return _KIND_OF_DIGITS[digits]
    raise ValueError(
        f"{path.name} may be pdq or sha256: name it .pdq or .sha256, "
        "or import it with tutela list import --kind"
    )
