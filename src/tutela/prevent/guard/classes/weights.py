"""A weight file, opened once and compared with its card before any parser sees it."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from tutela.detect.media.held import Held
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.classes.cards import WeightFile
from tutela.prevent.guard.classes.onnx_scan import check_onnx

#: A link is not followed, a pipe is not waited for.
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def find_weights(wanted: WeightFile, folder: Path) -> Path:
    """Where the file is: inside its installed distribution, or below ``folder``, the card's own.

    Raises Unavailable where the distribution is not installed in the version of the card.
    """
    if not wanted.package:
        return folder / wanted.file
    try:
        found = distribution(wanted.package)
    except PackageNotFoundError as error:
        raise Unavailable(f"the package {wanted.package} is not installed") from error
    if found.version != wanted.package_version:
        raise Unavailable(f"the package {wanted.package} is not version {wanted.package_version}")
    return Path(str(found.locate_file(wanted.file)))


def open_weights(path: Path, wanted: WeightFile) -> Held:
    """The file's bytes in memory that nobody can change, behind a read-only descriptor; close it.

    They have the size and the SHA-256 of the card, and refer to no other file.
    Raises Unavailable where no file is, Refused for every other difference.
    """
    data = _read(path, wanted.size_bytes)
    if not hmac.compare_digest(hashlib.sha256(data).digest(), wanted.sha256):
        raise Refused("the weight file is not the one of the model card: its SHA-256 differs")
    try:
        check_onnx(data)
    except ValueError as error:
        raise Refused(f"the weight file is refused: {error}") from error
    held = Held(len(data))
    try:
        held.write(data)
        held.seal()
    except BaseException:
        held.close()
        raise
    return held


def _read(path: Path, size_bytes: int) -> bytes:
    try:
        fd = os.open(path, _FLAGS)
    except FileNotFoundError as error:
        raise Unavailable("the weight file is missing") from error
    except OSError as error:
        raise Refused("the weight file cannot be opened, or is a link") from error
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size != size_bytes:
            raise Refused("the weight file is not the one of the model card: its size differs")
        return _all_of(fd, size_bytes)
    finally:
        os.close(fd)


def _all_of(fd: int, size_bytes: int) -> bytes:
    pieces, done = [], 0
    while piece := os.pread(fd, size_bytes + 1 - done, done):
        pieces.append(piece)
        done += len(piece)
    return b"".join(pieces)
