"""A list from originals: for each file its digests, the PDQ of what a viewer shows, and of centred crops.

The list stores upright forms only; whoever asks brings the eight orientations. Crops of 5, 10 and 15 %
a side are marked derived: they find the crop variant, and say so. A film is one vPDQ of its frames.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tutela.detect.fingerprints.files import Examiner, Fingerprinter
from tutela.detect.fingerprints.hashers import pick_hashers
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.fingerprints.vpdq import film_frames
from tutela.detect.matching.entry_ids import keyed_id
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.shapes import FORENSIC, Ask

#: Centred crops in percent a side (issue 1; bar 3 finds the 10 % crop through them).
CROPS_PERCENT = (5, 10, 15)
_DIGESTS = ("sha256", "sha1", "md5")
_HASHERS = (*_DIGESTS, "pdq", "vpdq")
#: Files in the works at once: keeps two workers busy, holds nothing of a folder of millions.
_WINDOW = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltFile:
    """What one original gave: its entries, or none. ``remark`` says what is missing, and why.

    ``unread`` is True when it could not be read, or not completely; digests may be there all the same.
    """

    path: Path
    entries: tuple[ListEntry, ...]
    remark: str = ""
    unread: bool = False

    @property
    def digests_only(self) -> bool:
        """True when nothing perceptual could be had: only the same bytes will be found again."""
        return bool(self.entries) and all(entry.kind in _DIGESTS for entry in self.entries)


def build_ask(ask: Ask | None = None) -> Ask:
    """What the sandbox is asked for an original: exact PDQ, and the crops."""
    return replace(ask or Ask(limits=FORENSIC), pdq_mode="exact", crops_percent=CROPS_PERCENT)


def originals(folder: Path) -> Iterator[Path]:
    """Every regular file below ``folder`` in the order of its name; symbolic links are not followed.

    A file may stand in the folder's place. What cannot be opened is found out when it is opened.
    """
    if not folder.is_dir():
        yield folder
        return
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if _is_regular(path):
                yield path


def build_files(
    pool: Examiner,
    paths: Iterable[Path],
    salt: bytes,
    *,
    workers: int = 1,
    ask: Ask | None = None,
    seen: Callable[[bytes], bool] | None = None,
) -> Iterator[BuiltFile]:
    """What each original gave, in the order of ``paths``.

    Contents that ``seen`` knows by SHA-256 (default: those that came before) give no entries again.
    ``salt`` is the list's. Containers are listed by their digests only.
    """
    printer = Fingerprinter(pool, build_ask(ask), dihedral=False, hashers=pick_hashers(_HASHERS))
    known = seen or _Once()
    queue = iter(paths)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="list-build") as threads:
        while window := list(islice(queue, _WINDOW)):
            for path, found in zip(window, threads.map(lambda one: _look(printer, one), window), strict=True):
                yield _built(path, found, salt, known)


def build_entries(
    pool: Examiner, paths: Iterable[Path], salt: bytes, *, workers: int = 1, ask: Ask | None = None
) -> Iterator[ListEntry]:
    """The entries of all originals, those of one file together (see ``build_files``)."""
    for built in build_files(pool, paths, salt, workers=workers, ask=ask):
        yield from built.entries


def entries_of(prints: FileFingerprints, salt: bytes) -> tuple[ListEntry, ...]:
    """The entries of one file: SHA-256, SHA-1, MD5, then PDQ forms and crops, or one vPDQ of a film.

    Nothing for a file that could not be read at all, or without a byte.
    """
    sha256 = prints.digest("sha256")
    if not sha256 or not prints.size_bytes:
        return ()
    entry = keyed_id(salt, [b"sha256", sha256])
    digests = [ListEntry(entry=entry, kind=kind, value=prints.digest(kind)) for kind in _DIGESTS]
    return (*digests, *(_film(entry, prints) if prints.film else _forms(entry, prints)))


def _film(entry: str, prints: FileFingerprints) -> list[ListEntry]:
    """Frames are compared as a set (standards/12 section 12.2), so each hash is kept once."""
    frames = b"".join(dict.fromkeys(frame.value for frame in film_frames(prints.prints)))
    return [ListEntry(entry=entry, kind="vpdq", value=frames)] if frames else []


def _forms(entry: str, prints: FileFingerprints) -> list[ListEntry]:
    """One entry for each distinct PDQ; an upright form before the crops that may equal it."""
    found: dict[bytes, ListEntry] = {}
    pdq = [(crop_of(one.form), one) for one in prints.prints if one.kind == "pdq"]
    for derived, one in sorted(pdq, key=lambda pair: bool(pair[0])):
        kept = ListEntry(entry=entry, kind="pdq", value=one.value, quality=one.quality, derived=derived)
        found.setdefault(one.value, kept)
    return list(found.values())


def crop_of(form: str) -> str:
    """``c10`` of ``f0/r0/white/c10``, or "" for a whole picture (names: decisions.md section 1)."""
    last = form.rsplit("/", 1)[-1]
    return last if last.startswith("c") and last[1:].isdigit() else ""


class _Once:
    """True for a digest that was asked before."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def __call__(self, sha256: bytes) -> bool:
        known = sha256 in self._digests
        self._digests.add(sha256)
        return known


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return True


def _look(printer: Fingerprinter, path: Path) -> FileFingerprints | str:
    """Fingerprints of a file, or the reason of the system why it cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        return error.strerror or "could not be opened"
    try:
        return printer.fingerprint(descriptor, name_hint=path.name)
    finally:
        os.close(descriptor)


def _built(
    path: Path, found: FileFingerprints | str, salt: bytes, known: Callable[[bytes], bool]
) -> BuiltFile:
    if isinstance(found, str):
        return BuiltFile(path=path, entries=(), remark=found, unread=True)
    entries = entries_of(found, salt)
    if entries and known(found.digest("sha256")):
        return BuiltFile(path=path, entries=(), remark="the same content was listed already")
    unread = found.trouble is not None and found.trouble.kind != "not_media"
    return BuiltFile(path=path, entries=entries, remark=_remark(found, entries), unread=unread)


def _remark(found: FileFingerprints, entries: tuple[ListEntry, ...]) -> str:
    if found.trouble is not None:
        return found.trouble.reason
    if not found.size_bytes:
        return "the file is empty"
    return "" if any(entry.kind not in _DIGESTS for entry in entries) else "too little detail for PDQ"
