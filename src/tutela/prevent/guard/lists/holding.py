"""What runs in the process of a list: it opens one list, then answers yes or no until the guard goes away.

``python -I -S`` runs ``main`` with a socket as standard input and nothing else. Before it reads a byte of the
list it gives up files, network, new processes and memory beyond a bound (``detect.media.lockdown``, as far as
the system can), and no other process of this user can look into it. The list and the key of its PDQ values
are in its memory only; it writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.arithmetic import mih_build, mih_query, use_path
from tutela.detect.matching.bundles.buckets import Buckets, fill_buckets
from tutela.detect.matching.bundles.layout import render_header
from tutela.detect.matching.bundles.opening import OpenBundle, open_bundle
from tutela.detect.matching.bundles.prints import PrintShape, commitment, decrypt, encrypt, gather_prints
from tutela.detect.matching.bundles.trust import parse_trust
from tutela.detect.media import lockdown
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.notes import verified
from tutela.kernel.errors import TutelaError
from tutela.kernel.taxonomy import legal_classes
from tutela.prevent.guard.lists import frames

#: Most memory in bytes. The largest list that can be opened needs some 600 MB while it is opened (our own).
MEMORY_BYTES_MAX: Final = 768 << 20
_CHANNEL: Final = 3

#: Gives exactly so many bytes, or raises EOFError; takes all bytes.
Read = Callable[[int], bytes]
Write = Callable[[bytes], None]


def main(arithmetic: str, parent_pid: str) -> None:
    """Runs until the parent closes its end. ``arithmetic`` is the path that the parent uses."""
    take_channel()
    use_path(arithmetic)
    warm()
    prepared = lockdown.prepare()
    layers = lockdown.seal(prepared, bytes_max=MEMORY_BYTES_MAX, parent_pid=int(parent_pid))
    try:
        serve(read_channel, write_channel, layers)
    except EOFError:
        return


def take_channel() -> None:
    """Moves the socket away from standard input, which becomes /dev/null like the other two."""
    os.dup2(0, _CHANNEL, inheritable=False)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    os.chdir("/")


def warm() -> None:
    """Exercises whatever would otherwise open a file later: libraries, data files, kernels."""
    legal_classes()
    key = Ed25519PrivateKey.generate()
    verified(key.public_key().public_bytes_raw(), b"", key.sign(b""))
    shape, section = fill_buckets("sha256", [bytes(32)], bytes(32))
    Buckets(shape, section).has(bytes(32), bytes(32))
    clear = gather_prints([(bytes(32), 100)], bytes(32))
    prints = PrintShape(entries=1, distance_bits=31, quality_min=50, commitment=commitment(clear))
    decrypt(encrypt(clear, bytes(32), b""), prints, bytes(32), b"").near(np.zeros((1, 32), np.uint8))
    hashes = np.zeros((1, 4), "<u8")
    mih_query(mih_build(hashes), hashes)


def read_channel(size: int) -> bytes:
    """Exactly ``size`` bytes from the parent. Raises EOFError when it is gone."""
    whole = bytearray(size)
    rest = memoryview(whole)
    while rest:
        count = os.readv(_CHANNEL, [rest])
        if not count:
            raise EOFError
        rest = rest[count:]
    return bytes(whole)


def write_channel(message: bytes) -> None:
    """Returns once all of it is on its way. Raises EOFError when the parent is gone."""
    rest = memoryview(message)
    try:
        while rest:
            rest = rest[os.write(_CHANNEL, rest) :]
    except BrokenPipeError as error:
        raise EOFError from error


def serve(read: Read, write: Write, layers: int) -> None:
    """Opens what the first message names, then answers questions until the other side ends (EOFError).

    A refusal is the last message: whoever may not open a list has no more to ask.
    """
    try:
        opened = open_ordered(read)
    except TutelaError as error:
        write(frames.render_message(frames.REFUSED, frames.render_refusal(error)))
        return
    told = bytes([layers]) + render_header(opened.header)
    write(frames.render_message(frames.OPENED, told))
    while True:
        answer_one(read, write, opened)


def open_ordered(read: Read) -> OpenBundle:
    """The list that the parent orders to open. Raises as ``open_bundle``."""
    kind, payload = frames.read_message(read, frames.OPEN_BYTES_MAX)
    if kind != frames.OPEN:
        raise ValueError("a question before a list")
    order = frames.parse_order(payload)
    trust = parse_trust(order.trust)
    return open_bundle(order.bundle, trust, FixedClock(order.now), prints_key=order.prints_key)


def answer_one(read: Read, write: Write, opened: OpenBundle) -> None:
    """Answers the next question."""
    kind, payload = frames.read_message(read, frames.ASK_BYTES_MAX)
    if kind != frames.ASK:
        raise ValueError("not a question")
    met = opened.ask(*frames.parse_question(payload))
    write(frames.render_message(frames.ANSWER, frames.render_answer(met)))
