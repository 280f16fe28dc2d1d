"""The process of a classifier: the only place where weights are read. It reaches no file and no network.

``main`` gets a socket as standard input and the number of a descriptor with the weights, which the parent has
checked (``weights``). It gives up sockets, loads the weights and runs them once; a child of its own gives up
every other right (``detect.media.lockdown``), greets, and scores squares until the socket is closed.

The child is needed because onnxruntime starts a thread when it is imported: a process is sealed thread by
thread, and a fork leaves all of them behind.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tutela.detect.media import lockdown
from tutela.prevent.guard.classes import wire
from tutela.prevent.guard.classes.cards import ModelInput
from tutela.prevent.guard.classes.preparing import prepared

Score = Callable[[NDArray[np.uint8]], float]
#: Resident bytes (our own: weights of 100 MB, twice, and the layers between).
BYTES_MAX: Final = 1 << 30
#: onnxruntime's word for "fatal errors alone": its lines might quote the model.
_SILENT: Final = 4


def main(weights_fd: int) -> None:
    """Serves until the parent goes away, in a child that ends with this process."""
    channel = _take_channel()
    network = lockdown.deny_sockets()
    kind, payload = _frame(channel)
    if kind != wire.LOAD:
        return
    wanted, output, index = wire.parse_load(payload)
    score = _loaded(_all_of(weights_fd), wanted, output, index)
    os.close(weights_fd)
    score(np.full((wanted.side_pixels, wanted.side_pixels, 3), 128, np.uint8))
    prepared_seal = lockdown.prepare()
    gc.collect()
    main_pid, child_pid = os.getpid(), os.fork()
    if child_pid:
        os.close(channel)
        os.waitpid(child_pid, 0)
        return
    try:
        layers = lockdown.seal(prepared_seal, bytes_max=BYTES_MAX, parent_pid=main_pid)
        _serve(channel, score, wanted.side_pixels, layers if network else 0)
    finally:
        os._exit(0)


def _serve(channel: int, score: Score, side_pixels: int, layers: int) -> None:
    _write(channel, wire.render_ready(layers))
    while True:
        kind, payload = _frame(channel)
        if kind != wire.SQUARE:
            return
        _write(channel, _answer(score, payload, side_pixels))


def _answer(score: Score, payload: bytes, side_pixels: int) -> bytes:
    try:
        return wire.render_score(score(wire.parse_square(payload, side_pixels)))
    except Exception:  # noqa: BLE001 - whatever the model does, the parent hears that there is no score
        return wire.frame(wire.FAULT)


def _loaded(weights: bytes, wanted: ModelInput, output: str, index: int) -> Score:
    """The model as a function of a square. Any exception ends the process, which the parent notices."""
    session = _session(weights)

    def score(square: NDArray[np.uint8]) -> float:
        (values,) = session.run([output], {wanted.name: prepared(square, wanted)})
        return float(np.asarray(values).reshape(-1)[index])

    return score


def _session(weights: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _SILENT
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _take_channel() -> int:
    """The socket of standard input, moved away from it; nothing is ever printed."""
    channel = os.dup(0)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    os.chdir("/")
    return channel


def _frame(channel: int) -> tuple[int, bytes]:
    """Kind and payload of the next frame; kind 0 at the end."""
    head = _exactly(channel, wire.HEAD.size)
    if not head:
        return 0, b""
    kind, length = wire.HEAD.unpack(head)
    return kind, _exactly(channel, length)


def _exactly(channel: int, size: int) -> bytes:
    whole = bytearray()
    while len(whole) < size:
        piece = os.read(channel, size - len(whole))
        if not piece:
            return b""
        whole += piece
    return bytes(whole)


def _write(channel: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(channel, rest) :]


def _all_of(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
