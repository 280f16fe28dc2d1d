"""Hostile media for the sandbox: the two corpora beside the checkout, and mutants of our own seeds.

The files are bytes, never shown: a message names them by archive path or by mutant number
(fault-injection.md section 6.3). Mutants come from generated seeds, so every checkout has them.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from tests.pictures import every_format
from tests.shared_folder import shared
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import FORENSIC, Ask, Examined
from tutela.detect.media.troubles import REASONS

#: SHA-256 of the archives (corpora/README.md).
CORPORA = {
    "pillow-images": "f49f9ca3d47eee398febc61a8ae6c8e1940fb6b587302ce21369822ebe9e0911",
    "gofuzz-images": "ead43b52f8bee58a108ebe3762012f67c4708b9da4e5b77f6255923de119cf11",
}
#: Files in both archives (corpora/README.md).
CORPUS_FILES = 2_754
#: A mutant has 1 to this share of its bytes' count of flipped bits (fault-injection.md 6.3 rule 5).
FLIPPED_SHARE = 1 / 250
SEED_BYTES_MAX = 60_000
#: Reasons of a trouble that mean the worker was ended, by verdict.
ENDED = {
    REASONS["killed"][1]: "killed",
    REASONS["cpu"][1]: "time-out",
    REASONS["wall"][1]: "time-out",
    REASONS["protocol"][1]: "lied",
    REASONS["fault"][1]: "fault",
}


def corpus(name: str) -> Iterator[tuple[str, bytes]]:
    """(path inside the archive, bytes) of every file, without unpacking; skips visibly without it."""
    path = shared("corpora", f"{name}.tar.xz")
    if hashlib.sha256(path.read_bytes()).hexdigest() != CORPORA[name]:
        raise ValueError(f"the corpus {name} is not the one of the manifest")
    with tarfile.open(path, "r:xz") as archive:
        for entry in archive:
            stream = archive.extractfile(entry)
            if stream is not None:
                yield entry.name, stream.read()


@cache
def seeds() -> Mapping[str, bytes]:
    """Small sound pictures in every format and oddity, by name."""
    made = dict(every_format(seed=3, width=96, height=72))
    return {name: data for name, data in made.items() if len(data) <= SEED_BYTES_MAX}


def mutants(
    count: int, *, seed: int, sound: Callable[[], Mapping[str, bytes]] = seeds
) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of ``count`` mutants; the name holds what replays one: seed, number, origin."""
    origins = sorted(sound().items())
    for number in range(count):
        random = np.random.default_rng([seed, number])
        name, data = origins[number % len(origins)]
        yield f"{seed}:{number}:{name}", mutated(data, random)


def mutated(data: bytes, random: np.random.Generator) -> bytes:
    """``data`` with some bits flipped, and in one case of eight cut off or with a part repeated."""
    changed = np.frombuffer(data, np.uint8).copy()
    flips = int(random.integers(1, max(2, int(len(data) * FLIPPED_SHARE))))
    places = random.integers(0, len(data), flips)
    changed[places] ^= (1 << random.integers(0, 8, flips)).astype(np.uint8)
    whole = changed.tobytes()
    at, end = sorted(int(place) for place in random.integers(0, len(data), 2))
    return {0: whole[:end], 1: whole[:end] + whole[at:]}.get(int(random.integers(0, 16)), whole)


def examined(pool: MediaPool, data: bytes) -> Examined:
    """What the pool says about ``data``; an exception is a crash of the parent."""
    fd = os.memfd_create("hostile")
    try:
        os.write(fd, data)
        return pool.examine(fd, Ask(limits=replace(FORENSIC)), lambda form: None)
    finally:
        os.close(fd)


def verdict(answer: Examined) -> str:
    """One word for the table: decoded, refused, unreadable, not_media, killed, time-out, lied, fault."""
    if answer.trouble is None:
        return "decoded"
    return ENDED.get(answer.trouble.reason, answer.trouble.kind)


def digests_are_right(answer: Examined, data: bytes) -> bool:
    """Whether all three digests are those of the bytes."""
    expected = tuple(hashlib.new(name, data).digest() for name in ("md5", "sha1", "sha256"))
    return (answer.md5, answer.sha1, answer.sha256) == expected
