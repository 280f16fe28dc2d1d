"""One open file as the parent sees it: a read-only descriptor, its size, its kind by content."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal

from tutela.detect.media.shapes import Trouble
from tutela.detect.media.sniff import HEAD_BYTES, family, sniff
from tutela.detect.media.troubles import trouble

Kind = Literal["picture", "heic", "film", "container", "page"]


@dataclass(kw_only=True, slots=True)
class Opened:
    """One file as the parent sees it: a read-only descriptor, its size, its kind by content.

    ``pieces`` are the bytes of a small file that is laid on a worker's desk; it needs no descriptor (-1).
    """

    fd: int
    size_bytes: int
    kind: str
    own: bool
    trouble: Trouble | None = None
    pieces: tuple[bytes, ...] | None = None

    @classmethod
    def of(cls, fd: int) -> Opened:
        """The file behind ``fd``; ``trouble`` says why it cannot be examined."""
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                return cls(
                    fd=fd,
                    size_bytes=0,
                    kind="unknown",
                    own=False,
                    trouble=trouble("unreadable", "not_regular"),
                )
            kind = kind_of(fd)
            mine = _read_only(fd)
        except OSError:
            return cls(
                fd=fd, size_bytes=0, kind="unknown", own=False, trouble=trouble("unreadable", "unreadable")
            )
        return cls(fd=mine, size_bytes=status.st_size, kind=kind, own=mine != fd)

    @property
    def family(self) -> str:
        """Family of the kind (``sniff.family``)."""
        return family(self.kind)

    @property
    def worker_kind(self) -> Kind:
        """Which workers decode this kind; the picture workers also say no to everything else."""
        if self.kind == "heic":
            return "heic"
        return "film" if self.family == "film" else "picture"

    def close(self) -> None:
        """Closes the descriptor if it is a reopened one."""
        if self.own:
            os.close(self.fd)


#: Enough to know every kind but tar archives and disk images.
_FIRST_BYTES: Final = 4_096


def kind_of(fd: int) -> str:
    """The kind of an open file by its content (``sniff``); OSError when it cannot be read."""
    kind = sniff(os.pread(fd, _FIRST_BYTES, 0))
    return sniff(os.pread(fd, HEAD_BYTES, 0)) if kind == "unknown" else kind


def kind_of_bytes(untrusted_data: bytes) -> str:
    """The kind of a file whose bytes are at hand, the same as ``kind_of``."""
    kind = sniff(untrusted_data[:_FIRST_BYTES])
    return sniff(untrusted_data[:HEAD_BYTES]) if kind == "unknown" else kind


def _read_only(fd: int) -> int:
    """``fd`` itself when it is read-only, else a read-only one onto the same file."""
    import fcntl  # POSIX only, as SCM_RIGHTS is

    if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        return fd
    return os.open(f"/dev/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)


#: Extensions that media of each kind usually have; others make the name suspicious.
_USUAL: Final[dict[str, frozenset[str]]] = {
    "jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif", "thm", "mpo"}),
    "png": frozenset({"png", "apng"}),
    "gif": frozenset({"gif"}),
    "webp": frozenset({"webp"}),
    "avif": frozenset({"avif", "avifs"}),
    "heic": frozenset({"heic", "heif", "hif", "heics", "heifs"}),
    "tiff": frozenset({"tif", "tiff", "dng", "nef", "cr2", "arw"}),
    "bmp": frozenset({"bmp", "dib"}),
}


def name_differs(name: str, kind: str) -> bool:
    """Whether a picture has an extension that says something else (none at all is no lie)."""
    suffix = PurePath(name).suffix.lower().lstrip(".")
    return bool(suffix) and kind in _USUAL and suffix not in _USUAL[kind]
