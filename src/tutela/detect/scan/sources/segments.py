"""The further parts of an E01 disk image: ``case.E02`` and so on beside ``case.E01``.

Names go E01-E99, then EAA-EZZ, FAA-ZZZ (libewf, Expert Witness Compression Format, segment file names).
"""

from __future__ import annotations

import itertools
import os
import string
from collections.abc import Iterator
from contextlib import ExitStack

from tutela.detect.scan.sources.folders import open_file

#: Ending of a first part; the case of its letter goes for all parts.
FIRST_ENDINGS = (".E01", ".e01")


def segment_endings(first: str) -> Iterator[str]:
    """Endings of the parts after the first one, in order: ``E02`` ... ``E99``, ``EAA`` ... ``ZZZ``."""
    letter = first[0]
    letters = string.ascii_uppercase if letter.isupper() else string.ascii_lowercase
    yield from (f"{letter}{number:02}" for number in range(2, 100))
    for initial, middle, last in itertools.product(letters[letters.index(letter) :], letters, letters):
        yield f"{initial}{middle}{last}"


def open_segments(path: str, stack: ExitStack) -> list[int]:
    """Descriptors of the further parts of a first part, up to the first that is missing.

    Empty for any other file. They are closed with ``stack``. A missing middle part shows as trouble of
    the image, not here.
    """
    root, ending = os.path.splitext(path)
    if ending not in FIRST_ENDINGS:
        return []
    opened: list[int] = []
    for following in segment_endings(ending[1:]):
        try:
            fd = open_file(os.fsencode(f"{root}.{following}"))
        except OSError:
            break
        stack.callback(os.close, fd)
        opened.append(fd)
    return opened
