"""Whose copy of a list a file is: canaries among the values of a file that turned up somewhere (ST-17).

Nothing is said of any value but how many there are; a value that is no canary is forgotten at once.
"""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tutela.arithmetic import values_of
from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.gathering import columns_of_list
from tutela.detect.matching.live import open_any
from tutela.detect.matching.readers.opening import Progress, head, mark_encoding, open_bytes, silent
from tutela.detect.matching.sections import MAGIC_WORD
from tutela.detect.service.canary import Canaries, kept_key, recipients_of
from tutela.detect.service.deliveries import FOLDER, Deliveries
from tutela.kernel.errors import Invalid, Refused

#: Bytes read at once.
_PIECE_BYTES = 1 << 20
#: More characters than any written value has: 64 hexadecimal digits are the longest.
_LONGER = 2 * VALUE_BYTES["pdq"] + 1
#: What a value can be written with. A run of it at the end of a piece may go on in the next one.
_SIGNS = string.ascii_letters.encode() + string.digits.encode() + b"+/="
#: Everything else becomes a blank, so that runs of these signs are words: what is no text is passed quickly.
_RUNS = bytes(sign if sign in _SIGNS else 0x20 for sign in range(256))
#: Characters of the shortest written value: base64 of 16 bytes.
_SHORTEST = 24
#: MD5 and PDQ as hexadecimal digits or as base64 with its padding, whatever stands around them.
_WRITTEN = re.compile(
    rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{32})(?![0-9A-Fa-f])"
    rb"|(?<![0-9A-Za-z+/])(?:[0-9A-Za-z+/]{43}=|[0-9A-Za-z+/]{22}==)(?!=)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """``values`` of a file were looked at. Of each recipient whose canaries are among them: list to how many
    different ones, the recipient with most of them first."""

    values: int
    met: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def trace(file: Path, folder: Path, *, progress: Progress = silent) -> Trace:
    """Whose canaries are in ``file``: a list of tutela, or any text that values are written in.

    ``folder`` is the service's data folder with the key and the record of what was given to whom.
    Raises Invalid without the key and for a file without any value, Refused when nobody was ever given a
    list, Unavailable.
    """
    named = suspects(folder)
    values, found = 0, set[bytes]()
    for value in _values(file, progress):
        values += 1
        if value in named:
            found.add(value)
    if not values:
        raise Invalid("no MD5 and no PDQ value is in it; unpack what is packed", field=str(file))
    return Trace(values=values, met=recipients_of(found, named))


def suspects(folder: Path) -> dict[bytes, tuple[str, str]]:
    """Every canary that was ever given out, with the recipient's name and the list's. Raises as ``trace``."""
    canaries = Canaries(key=kept_key(folder))
    given = Deliveries(folder / FOLDER).recipients()
    if not given:
        raise Refused("no list was ever given to anybody from this data folder")
    named: dict[bytes, tuple[str, str]] = {}
    for recipient, lists in given.items():
        named |= canaries.named([recipient], lists)
    return named


def _values(file: Path, progress: Progress) -> Iterator[bytes]:
    if file.is_dir() or head(file).startswith(MAGIC_WORD):
        yield from _listed(file)
        return
    with open_bytes(file, progress) as stream:
        yield from written_values(stream, wide=mark_encoding(head(file)).startswith(("utf-16", "utf-32")))


def _listed(file: Path) -> Iterator[bytes]:
    """The PDQ and MD5 values of a list of tutela."""
    columns = columns_of_list(open_any(file))
    for block in (values_of(columns.pdq), columns.values["md5"]):
        raw, width = block.tobytes(), block.shape[1]
        yield from (raw[at : at + width] for at in range(0, len(raw), width))


def written_values(stream: BinaryIO, *, wide: bool = False) -> Iterator[bytes]:
    """Everything in the stream that is written as an MD5 or a PDQ value is. ``wide``: UTF-16 or UTF-32."""
    left = b""
    while piece := stream.read(_PIECE_BYTES):
        text = left + (piece.replace(b"\0", b"") if wide else piece)
        whole = text.rstrip(_SIGNS)
        left = text[len(whole) :][-_LONGER:]  # of a run that is too long, so much that it stays too long
        yield from _read(whole)
    yield from _read(left)


def _read(text: bytes) -> Iterator[bytes]:
    for run in text.translate(_RUNS).split():
        for written in _WRITTEN.findall(run) if len(run) >= _SHORTEST else ():
            yield binascii.a2b_base64(written) if written.endswith(b"=") else bytes.fromhex(written.decode())
