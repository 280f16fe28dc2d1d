"""What is left on a device: every file and folder that holds one of the names, in its name or its content."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

#: Bytes that are read at once; the end of each part is looked at again with the next one.
PART_BYTES = 1024 * 1024
#: In what a name may be written: as it is, and as databases and settings of some programs write it.
_FORMS = ("utf-8", "utf-16-le", "utf-16-be")


def places_of(words: Iterable[str], roots: Iterable[Path], *, besides: Sequence[Path] = ()) -> list[Path]:
    """The paths below ``roots`` in whose name or content one of the words occurs, in any case.

    What is in ``besides``, or below it, is passed over: the folder in which the program is installed. Links
    are not followed; where one leads counts as its content. What cannot be read is passed over.
    """
    wanted = [word.lower() for word in words]
    return sorted(path for root in roots for path in _all(root, set(besides)) if _tells(path, wanted))


def _all(root: Path, besides: set[Path]) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = [name for name in folders if here / name not in besides]
        yield from (here / name for name in (*folders, *files) if here / name not in besides)


def _tells(path: Path, words: Sequence[str]) -> bool:
    if any(word in path.name.lower() for word in words):
        return True
    try:
        if path.is_symlink():
            return any(word in str(path.readlink()).lower() for word in words)
        return path.is_file() and _holds(path, words)
    except OSError:
        return False


def _holds(path: Path, words: Sequence[str]) -> bool:
    """Whether the content has one of the words. Capital letters of ASCII count as small ones."""
    forms = {word.encode(form) for word in words for form in _FORMS}
    overlap = max(map(len, forms), default=1) - 1
    with path.open("rb") as file:
        tail = b""
        while part := file.read(PART_BYTES):
            text = tail + part.lower()
            if any(form in text for form in forms):
                return True
            tail = text[-overlap:] if overlap else b""
    return False
