"""Processes that use one vault at the same time: sealing, moving epochs on, sweeping."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import TutelaError


def store(root: Path) -> FileBlobStore:
    return FileBlobStore(root / "objects", root / "envelopes")


def keys(root: Path) -> FileKeyStore:
    return FileKeyStore(root / "public", root / "private", SystemClock())


def seal(root: Path, until_seconds: float) -> None:
    """Seal, and note each id once ``put`` came back; now and then note one and destroy it."""
    sealer, blobs, chance = Sealer(store(root), keys(root)), store(root), random.Random(os.getpid())
    while time.monotonic() < until_seconds:
        blob = sealer.put(BytesIO(chance.randbytes(chance.randrange(100_000)))).blob
        _note(root, "sealed", blob)
        if chance.random() < 0.2:
            _note(root, "gone", blob)
            blobs.destroy(blob)


def _note(root: Path, name: str, blob: str) -> None:
    with (root / f"{name}-{os.getpid()}").open("a") as file:
        file.write(f"{blob}\n")


def rotate(root: Path, until_seconds: float) -> None:
    """Rotate, move everything on, retire, again and again."""
    here, opener = keys(root), Opener(store(root), keys(root))
    while time.monotonic() < until_seconds:
        old = here.current().id
        here.rotate()
        while opener.move_epoch(old):
            pass
        time.sleep(0.2)
        while opener.move_epoch(old):
            pass
        here.retire(old)


def sweep(root: Path, until_seconds: float) -> None:
    """Sweep all the time."""
    while time.monotonic() < until_seconds:
        store(root).sweep()


def started(work: Callable[[Path, float], None], root: Path, until_seconds: float) -> int:
    """The process id of a child that does ``work``; it ends with 0 when nothing was raised."""
    child = os.fork()
    if child == 0:
        code = 2  # anything that is no error of tutela
        try:
            work(root, until_seconds)
            code = 0
        except TutelaError as error:
            os.write(2, f"{work.__name__}: {error}\n".encode())
            code = 1
        finally:
            os._exit(code)
    return child
