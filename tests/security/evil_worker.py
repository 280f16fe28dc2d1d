"""A media worker that was taken over: it does what the file says. For tests only.

``evil_pool`` gives a pool whose workers load this module instead of a decoder, sealed as usual.
The first word of a file names an attempt of ``ATTEMPTS``. An attempt that succeeds is reported as
the codec ``escaped``, one that was answered with an error as ``refused``.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tutela.detect.media import examining, nursery, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.examining import Source
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import MediaFacts, ShownForm

PARTS = 0
_libc = ctypes.CDLL(None, use_errno=True)

#: The whole program of an evil nursery: the usual one with another module.
_START = (
    "import sys; sys.path[:0] = sys.argv[3:]; from tutela.detect.media import worker;"
    "worker.MODULES = {kind: 'tests.security.evil_worker' for kind in worker.MODULES};"
    "worker.main(*sys.argv[1:3])"
)


@contextmanager
def evil_pool(rules: PoolRules | None = None) -> Iterator[MediaPool]:
    """A pool of workers that are taken over."""
    folders = [*nursery.import_folders(), str(Path(__file__).resolve().parents[2])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nursery, "_START", _START)
        patch.setattr(nursery, "import_folders", lambda: folders)
        with MediaPool(rules or PoolRules(recheck_share_percent=0.0)) as pool:
            yield pool


def warm() -> None:
    """Nothing to load."""


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Reads and digests honestly, then does what the file says."""
    examining.handle(lambda source, ask, emit: _obey(source, answers), request, fd, answers)


def _obey(source: Source, answers: Answers) -> MediaFacts:
    word = bytes(source.data or b"").split(b"\n")[0].decode()
    if word in LIES:
        LIES[word](answers)
        return MediaFacts()
    try:
        ATTEMPTS[word]()
    except (OSError, MemoryError, ValueError):
        return MediaFacts(codec="refused")
    return MediaFacts(codec="escaped")


def _open_for_reading() -> None:
    Path("/etc/hostname").read_bytes()


def _open_for_writing() -> None:
    Path("/tmp/tutela-escape").write_bytes(b"x")


def _open_by_c_library() -> None:
    if _libc.open(b"/etc/hostname", os.O_RDONLY) < 0:
        raise OSError(ctypes.get_errno())


def _connect() -> None:
    socket.socket().connect(("127.0.0.1", 9))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    os.execv("/bin/true", ["true"])


def _trace() -> None:
    if _libc.ptrace(16, os.getppid(), 0, 0) < 0:  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno())


def _signal_parent() -> None:
    os.kill(1, 0)


def _thread() -> None:
    import threading

    threading.Thread(target=time.monotonic).start()


def _executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def _eat_memory() -> None:
    np.ones(600 << 20, np.uint8)


def _read_environment() -> None:
    if not any(name not in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LC_ALL") for name in os.environ):
        raise OSError("nothing to see")


def _other_descriptors() -> None:
    """Anything but the null device, the control socket and the file."""
    found = [number for number in range(5, 64) if _is_open(number)]
    if not found:
        raise OSError("none")


def _is_open(number: int) -> bool:
    try:
        os.lseek(number, 0, os.SEEK_CUR)
    except OSError as error:
        return error.errno != 9  # EBADF
    return True


def _loop() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0.2)  # what ``limit_cpu`` does, with less patience
    while True:
        pass


def _sleep() -> None:
    while True:
        time.monotonic()


def _crash() -> None:
    ctypes.string_at(0)


ATTEMPTS: dict[str, Callable[[], None]] = {
    "read a file": _open_for_reading,
    "write a file": _open_for_writing,
    "open by the C library": _open_by_c_library,
    "connect": _connect,
    "fork": _fork,
    "execute": _execute,
    "trace the parent": _trace,
    "signal": _signal_parent,
    "thread": _thread,
    "executable memory": _executable_memory,
    "eat memory": _eat_memory,
    "read the environment": _read_environment,
    "other descriptors": _other_descriptors,
    "loop": _loop,
    "hang": _sleep,
    "crash": _crash,
}


def _form(**changes: object) -> bytes:
    luma = np.zeros((64, 64), np.float32)
    values: dict[str, object] = {
        "form": "f0/r0",
        "frame": 0,
        "full_width": 64,
        "full_height": 64,
        "luma64": luma,
    }
    return protocol.render_form(ShownForm(**{**values, **changes}))  # type: ignore[arg-type]


def _luma_of(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.full((64, 64), value, np.float32)


def _endless_forms(answers: Answers) -> None:
    while True:
        answers.send(protocol.FORM, _form())


def _frame_of_4_gib(answers: Answers) -> None:
    os.write(answers._fd, protocol.HEAD.pack(protocol.FORM, 0xFFFFFFFF))


LIES: dict[str, Callable[[Answers], None]] = {
    "luma that is not a number": lambda answers: answers.send(protocol.FORM, _form(luma64=_luma_of(np.nan))),
    "luma out of range": lambda answers: answers.send(protocol.FORM, _form(luma64=_luma_of(4e9))),
    "name with a path": lambda answers: answers.send(protocol.FORM, _form(form="../../etc/passwd")),
    "name with markup": lambda answers: answers.send(protocol.FORM, _form(form="f0/r0<script>")),
    "too many pixels": lambda answers: answers.send(
        protocol.FORM, _form(full_width=60_000, full_height=60_000)
    ),
    "pixels nobody asked for": lambda answers: answers.send(
        protocol.FORM, _form(pixels=np.zeros((4, 4, 3), np.uint8))
    ),
    "form cut short": lambda answers: answers.send(protocol.FORM, _form()[:-1]),
    "unknown flag": lambda answers: answers.send(protocol.FORM, _form(clip_flags=128)),
    "unknown frame type": lambda answers: answers.send(99, b"x"),
    "frame of 4 GiB": _frame_of_4_gib,
    "unknown trouble": lambda answers: answers.send(protocol.TROUBLE, struct.pack("<BH", 0, 9_999)),
    "foreign container": lambda answers: answers.send(
        protocol.FACTS, struct.pack("<IIIdIBB", 1, 1, 1, 0.0, 0, 5, 0) + b"hello"
    ),
    "text in the codec": lambda answers: answers.send(
        protocol.FACTS, struct.pack("<IIIdIBB", 1, 1, 1, 0.0, 0, 4, 9) + b"jpegA secret"
    ),
    "endless duration": lambda answers: answers.send(
        protocol.FACTS, struct.pack("<IIIdIBB", 1, 1, 1, float("inf"), 0, 4, 4) + b"jpegjpeg"
    ),
    "second digests": lambda answers: answers.digests(
        protocol.Digests(size_bytes=1, md5=bytes(16), sha1=bytes(20), sha256=bytes(32))
    ),
    "endless forms": _endless_forms,
    "other answer each time": lambda answers: answers.send(
        protocol.FORM, _form(luma64=_luma_of(float(os.getpid() % 251)))
    ),
}
