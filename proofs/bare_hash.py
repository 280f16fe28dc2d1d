"""What hashing alone costs: decoding and every fingerprint of the recipe, of bytes in memory; no service.

``python -m proofs.bare_hash FOLDER SECONDS`` prints CPU seconds for one of the folder's JPEG files.
"""

from __future__ import annotations

import gc
import hashlib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.media import pictures_jpeg
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, Examined, ShownForm
from tutela.detect.media.sniff import HEAD_BYTES
from tutela.detect.scan.recipe import Recipe


class BarePool:
    """Decodes the next of some JPEGs in this process: only for pictures that a measurement made itself."""

    def __init__(self, files: list[bytes]) -> None:
        self._files, self._next = files, 0

    def examine(
        self, _fd: int, ask: Ask, sink: Callable[[ShownForm], None], *, name_hint: str = ""
    ) -> Examined:
        """Digests and facts of the next file; its form goes to ``sink``."""
        data = self._files[self._next % len(self._files)]
        self._next += 1
        md5, sha1, sha256 = (digest(data).digest() for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256))
        head, whole = data[:HEAD_BYTES], memoryview(data)
        facts = pictures_jpeg.decode(
            Source(fd=-1, size_bytes=len(data), kind="jpeg", head=head, data=whole), ask, sink
        )
        return Examined(member=None, size_bytes=len(data), md5=md5, sha1=sha1, sha256=sha256, facts=facts)


def cpu_seconds_a_file(files: list[bytes], seconds: float) -> float:
    """CPU seconds for one file, all of them taken equally often for about ``seconds`` of wall time."""
    recipe = replace(Recipe(), profile="web")
    printer = Fingerprinter(
        BarePool(files), recipe.ask(), dihedral=recipe.dihedral, hashers=recipe.picked_hashers()
    )

    def every_file() -> None:
        for _ in files:
            if len(printer.fingerprint(-1).prints) < 4:  # three digests and a PDQ at least
                raise RuntimeError("a picture has no fingerprint")

    every_file()  # the first round fills caches
    gc.collect()
    gc.disable()
    used, rounds, end = time.process_time(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        every_file()
        rounds += 1
    return (time.process_time() - used) / (rounds * len(files))


def main(folder: str, seconds: str) -> None:
    """Prints the figure."""
    files = [path.read_bytes() for path in sorted(Path(folder).glob("*.jpg"))]
    print(cpu_seconds_a_file(files, float(seconds)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
