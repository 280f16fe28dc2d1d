"""threatexchange's text form: one value a line, all of one kind; also what md5sum and sha256sum print.

``columns`` is the fast way: a million hashes of fixed width in a few seconds, without one object an entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.columns import Columns
from tutela.detect.matching.plain_columns import plain_columns
from tutela.detect.matching.poison import poison_values
from tutela.detect.matching.readers.opening import numbered_lines, open_text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.rows import RowMaker
from tutela.detect.matching.readers.values import parse_hex, parse_kind
from tutela.detect.matching.shapes import ListEntry

#: Kinds written as a fixed number of hexadecimal digits.
FIXED_KINDS = ("md5", "sha1", "sha256", "pdq")
_BLOCK_CHARACTERS = 1 << 22
#: Begins a line of explanation.
_COMMENT = "#"


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of text files. Raises ValueError naming file and line that are wrong."""
    kind, maker = _kind(options), RowMaker(options, tally)
    for path in paths:
        with open_text(path, options.encoding, options.progress) as file:
            try:
                yield from _entries(file, kind, maker)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error


def _entries(file: TextIO, kind: str, maker: RowMaker) -> Iterator[ListEntry]:
    for number, line in numbered_lines(file):
        if line.startswith(_COMMENT):
            continue
        try:
            value, quality = _cells(kind, line)
            yield from maker.entries({"quality": quality}, [(kind, value)])
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error


def columns(paths: Sequence[Path], options: ReadOptions) -> Columns | None:
    """All lines as columns, or None: then they have to be read entry by entry.

    That is so when a line is not a plain hash of the kind (it may be wrong, or carry a name), and when
    a value has to be left out.
    """
    kind = _kind(options)
    if kind not in FIXED_KINDS:
        return None
    width, values = VALUE_BYTES[kind], bytearray()
    for path in paths:
        with open_text(path, options.encoding, options.progress) as file:
            while lines := file.readlines(_BLOCK_CHARACTERS):
                raw = _fixed(lines, width)
                if raw is None:
                    return None
                values += raw
    whole = bytes(values)
    if not poison_values()[kind].isdisjoint(whole[at : at + width] for at in range(0, len(whole), width)):
        return None
    return plain_columns(kind, whole, options.salt)


def _kind(options: ReadOptions) -> str:
    if not options.kind:
        raise ValueError("a text list does not say what its values are: say --kind, for example --kind md5")
    return parse_kind(options.kind)


def _fixed(lines: list[str], width: int) -> bytes | None:
    """The bytes of lines that are empty or hold nothing but ``2 * width`` digits, else None."""
    digits = [text for text in map(str.strip, lines) if text]
    if digits and set(map(len, digits)) != {2 * width}:
        return None
    try:
        raw = bytes.fromhex("".join(digits))
    except ValueError:
        return None
    return raw if len(raw) == len(digits) * width else None


def _cells(kind: str, line: str) -> tuple[str, str]:
    """Value and quality of a line: ``hash``, ``hash  name`` (md5sum), for PDQ also ``hash,quality``."""
    if kind not in FIXED_KINDS:
        return line, ""
    first = line.split(maxsplit=1)[0]
    value, _, rest = first.partition(",")
    parse_hex(kind, value, VALUE_BYTES[kind])
    if rest and kind != "pdq":
        raise ValueError("only a PDQ hash may have its quality behind a comma")
    return value, rest.split(",")[0]
