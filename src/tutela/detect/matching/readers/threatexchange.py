"""What threatexchange's command line prints of its data, and what its ``local_file`` exchange reads.

Three forms, told apart by the beginning: ``tx dataset -P --csv`` (a header that begins with
``signal_type,signal_str``), ``tx dataset -P`` (``pdq HASH 'collaboration' POSITIVE_CLASS ...``) and
``tx dataset -P -S`` or a ``local_file`` (``pdq HASH``). Files are read twice: once for the values that
somebody votes against, once for the entries; a value with votes on both sides is disputed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tutela.detect.matching.readers.opening import head_text, not_text, numbered_lines, open_text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.rows import RowMaker
from tutela.detect.matching.shapes import ListEntry
from tutela.kernel.taxonomy import legal_classes

#: The files are read this many times (progress).
PASSES = 2
#: Beginning of the header of the CSV form (threatexchange 1.2.17, cli/dataset_cmd.py).
HEADER = "signal_type,signal_str,"
#: Their names of what tutela can compare; a film's digest is a file's (``VideoMD5Signal``).
KINDS: Mapping[str, str] = {
    "pdq": "pdq",
    "video_md5": "md5",
    "video_sha256": "sha256",
    "vpdq": "vpdq",
    "photodna": "photodna",
    "photo_dna": "photodna",
    "url": "url",
}
#: Their other types (signal_type/ and extensions/ of 1.2.17): texts, and digests that nothing here has.
OTHER_TYPES = ("raw_text", "trend_query", "url_md5", "video_tmk", "text_tlsh", "tlsh", "pdf", "pdq_ocr")
#: Their words for what the votes on a value come to (exchanges/fetch_state.py).
CATEGORIES = ("POSITIVE_CLASS", "NEGATIVE_CLASS", "INVESTIGATION_SEED", "DISPUTED")
_AGAINST = "NEGATIVE_CLASS"
_SAID = re.compile(rf"(?:^|\s)({'|'.join(CATEGORIES)})(?:\s|$)")
_SOURCE = "threatexchange"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One line: their type, the value, whose it is, and what the votes come to ("" = not said)."""

    type: str
    value: str
    collaboration: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()


def begins_like_it(first_line: str) -> bool:
    """True for the header of the CSV form, and for a line that begins with one of their types."""
    name, _, value = first_line.partition(" ")
    return first_line.startswith(HEADER) or (name in KINDS and bool(value.strip()))


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of the files. Raises ValueError naming file and line that are wrong."""
    against = {(row.type, row.value.lower()) for _, row in _rows(paths, options) if row.category == _AGAINST}
    maker = RowMaker(options, tally)
    for place, row in _rows(paths, options):
        if row.type not in KINDS:
            tally.add("values of types that tutela does not compare left out")
        elif row.category == _AGAINST:
            tally.add("values that only votes against were given for, or votes against, left out")
        else:
            disputed = row.category == "DISPUTED" or (row.type, row.value.lower()) in against
            try:
                yield from maker.entries(_fields(row, disputed=disputed), [(KINDS[row.type], row.value)])
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from error


def _fields(row: _Row, *, disputed: bool) -> dict[str, str]:
    classes = [tag for tag in row.tags if tag in {known.name for known in legal_classes()}]
    said = [row.category] if row.category in CATEGORIES[2:] else []
    return {
        "source": "/".join(filter(None, (_SOURCE, row.collaboration))),
        "class": classes[0] if len(classes) == 1 else "",
        "note": " ".join([*said, *row.tags]),
        "disputed": "true" if disputed else "",
    }


def _rows(paths: Sequence[Path], options: ReadOptions) -> Iterator[tuple[str, _Row]]:
    """Every row with the file and line it stands in. Raises ValueError."""
    for path in paths:
        with open_text(path, options.encoding, options.progress) as file:
            rows = _csv_rows(file) if head_text(path, options.encoding).startswith(HEADER) else _lines(file)
            try:
                for number, row in rows:
                    yield f"{path}: line {number}", row
            except (ValueError, csv.Error) as error:
                raise ValueError(f"{path}: {error}") from error


def _lines(file: TextIO) -> Iterator[tuple[int, _Row]]:
    for number, line in numbered_lines(file):
        row = _plain_row(line)
        if row.type not in KINDS and row.type not in OTHER_TYPES:
            raise ValueError(f"line {number}: begins with no type of threatexchange such as pdq")
        yield number, row


def _csv_rows(file: TextIO) -> Iterator[tuple[int, _Row]]:
    reader = csv.DictReader(file, strict=True, restval="")
    try:
        for cells in reader:
            row = _Row(
                type=cells["signal_type"],
                value=cells["signal_str"],
                collaboration=cells.get("collab", ""),
                category=cells.get("category", ""),
                tags=tuple(cells.get("tags", "").split()),
            )
            yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise ValueError(not_text(error)) from error


def _plain_row(line: str) -> _Row:
    name, _, rest = line.partition(" ")
    value, _, said = rest.partition(" ")
    category = _SAID.search(said)
    return _Row(type=name, value=value, category=category[1] if category else "")
