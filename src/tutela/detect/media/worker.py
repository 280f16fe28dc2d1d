"""The processes behind the pool: a warm nursery that never sees untrusted bytes, and its workers.

``python -I -S`` runs ``main`` here with nothing but a control socket as standard input. The
nursery loads the decoders of its kind once, then forks one sealed worker for each order of the
parent: a worker costs milliseconds instead of an interpreter start, and still starts from
memory that no untrusted file has touched.

Kinds and what they load: ``picture`` (``pictures``), ``heic`` (``pictures_heic``, so that others
need not wait for its library), ``film`` (``film_worker``), ``container`` (``unpacking``), ``page``
(``page_worker``). Such a module has

* ``warm() -> None``: imports and exercises everything that would otherwise open a file later;
* ``handle(request, fd, answers) -> None``: serves one request, sends frames through ``answers``
  and ends with ``answers.end()``. It may raise ``DecodeTrouble``; the worker reports it.

The first three share ``examining.handle``, which reads, digests and then calls a function
``decode(source, ask, emit) -> MediaFacts``.
"""

from __future__ import annotations

import array
import gc
import importlib
import os
import resource
import signal
import socket
import struct
import sys
from types import ModuleType
from typing import Final

from tutela.detect.media import lockdown, orders, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.troubles import DecodeTrouble

MODULES: Final = {
    "picture": "tutela.detect.media.pictures",
    "heic": "tutela.detect.media.pictures_heic",
    "film": "tutela.detect.media.film_worker",
    "container": "tutela.detect.media.unpacking",
    "page": "tutela.detect.media.page_worker",
}
#: New objects after which a worker looks for cycles: it lives for 200 files and leaves few.
COLLECT_OBJECTS: Final = 20_000
#: Kinds that reduce no picture.
WITHOUT_ARITHMETIC: Final = frozenset({"container", "page"})
#: Kinds whose library starts threads however it is asked (libde265 inside libheif).
THREADED: Final = frozenset({"heic"})
#: Descriptors of a kind that may get more than one file: an E01 image of 2 TB in segments of 2 GB.
FILES_MAX: Final = {"container": 1024}
_CONTROL_FD: Final = 3
_DESCRIPTOR_BYTES: Final = array.array("i").itemsize


def main(kind: str, arithmetic: str) -> None:
    """Runs the nursery of ``kind`` until the parent closes the control socket.

    ``arithmetic`` is the path (``arithmetic.paths``) that the parent uses.
    """
    control = _take_control_socket()
    module = importlib.import_module(MODULES[kind])
    if kind not in WITHOUT_ARITHMETIC:
        importlib.import_module("tutela.arithmetic").use_path(arithmetic)
    module.warm()
    files_max = FILES_MAX.get(kind, lockdown.NOFILE_MAX)
    prepared = lockdown.prepare(files_max=files_max, threads=kind in THREADED)
    gc.collect()
    gc.freeze()  # a full collection in a worker would otherwise copy every shared page
    gc.set_threshold(COLLECT_OBJECTS)
    while True:
        message, fd = _receive(control, orders.ORDER.size)
        if not message:
            return
        order, value = orders.ORDER.unpack(message)
        if order == orders.FORK:
            _fork_worker(control, fd, module, prepared, value)
        elif order == orders.REAP:
            control.sendall(_reap(value))


def _take_control_socket() -> socket.socket:
    """The control socket, moved away from standard input, which becomes /dev/null."""
    os.dup2(0, _CONTROL_FD, inheritable=False)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    os.chdir("/")
    return socket.socket(fileno=_CONTROL_FD)


def _receive(channel: socket.socket, size: int) -> tuple[bytes, int]:
    """One message of ``size`` bytes and the descriptor beside it, or (b"", -1) at the end."""
    message, ancillary, _, _ = channel.recvmsg(size, socket.CMSG_SPACE(_DESCRIPTOR_BYTES))
    fd = -1
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fd = struct.unpack("i", data[:_DESCRIPTOR_BYTES])[0]
    while message and len(message) < size:
        rest = channel.recv(size - len(message))
        if not rest:
            return b"", fd
        message += rest
    return message, fd


def _reap(pid: int) -> bytes:
    """Wait status, peak memory and CPU of a worker of ours; zeros when it is not ours."""
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return orders.REAPED.pack(0, 0, 0)
    cpu_microseconds = int((usage.ru_utime + usage.ru_stime) * 1e6)
    return orders.REAPED.pack(status, usage.ru_maxrss, cpu_microseconds)


def _fork_worker(
    control: socket.socket, fd: int, module: ModuleType, prepared: lockdown.Prepared, bytes_max: int
) -> None:
    nursery_pid = os.getpid()
    if os.fork():
        os.close(fd)
        return
    status = 1
    try:
        os.dup2(fd, _CONTROL_FD, inheritable=False)
        os.close(fd)
        control.detach()  # its number now belongs to the worker's own socket
        channel = socket.socket(fileno=_CONTROL_FD)  # lives until _exit: to free it would ask the kernel
        _live(channel, module, prepared, bytes_max, nursery_pid)
        status = 0
    finally:
        os._exit(status)


def _live(
    channel: socket.socket, module: ModuleType, prepared: lockdown.Prepared, bytes_max: int, nursery_pid: int
) -> None:
    """Seals, greets and serves until the parent closes the socket."""
    layers = lockdown.seal(prepared, bytes_max=bytes_max, parent_pid=nursery_pid)
    answers = Answers(channel.fileno(), channel)
    parts = getattr(module, "PARTS", 0)
    answers.send(
        protocol.READY, protocol.render_ready(protocol.Ready(pid=os.getpid(), layers=layers, parts=parts))
    )
    answers.flush()
    while True:
        message, fd = _receive(channel, protocol.REQUEST_BYTES)
        if not message:
            return
        try:
            _serve(module, protocol.parse_request(message), fd, answers)
        finally:
            os.close(fd)


def _is_asked(channel: socket.socket) -> bool:
    """Whether another request is there already: then the two answers travel together."""
    try:
        return bool(channel.recvmsg(1, 0, socket.MSG_PEEK | socket.MSG_DONTWAIT)[0])
    except BlockingIOError:
        return False


def _serve(module: ModuleType, request: protocol.Request, fd: int, answers: Answers) -> None:
    try:
        module.handle(request, fd, answers)
    except DecodeTrouble as found:
        answers.trouble(found.kind, found.code)
    except MemoryError:
        answers.trouble("refused", "memory")
    except Exception:  # noqa: BLE001 - last resort of this process: any surprise ends its life, not the run
        answers.trouble("unreadable", "fault")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    more = answers.channel is not None and _is_asked(answers.channel)
    answers.end(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, more=more)


if __name__ == "__main__":
    main(*sys.argv[1:3])
