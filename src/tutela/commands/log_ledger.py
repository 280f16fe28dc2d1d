"""What the commands about the log share: its database, its files, texts from a pipe. No command itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.hotline.databases import answering
from tutela.kernel.errors import Invalid, Unavailable
from tutela.web.starting import start_django

#: Bytes of the largest text that is read: a request to a witness with 64 signatures (kernel.custody).
TEXT_BYTES_MAX = 1 << 17


@contextmanager
def ledger(config: Path | None) -> Iterator[None]:
    """Gives a block in which the ledger can be reached. Raises Unavailable where it cannot."""
    if config is not None:
        os.environ["TUTELA_CONFIG"] = str(config)  # Django's settings are made in this process
    start_django()
    with answering():
        yield


def read_text(place: str) -> str:
    """The text of a small file; ``-`` is standard input. Raises Unavailable, Invalid."""
    try:
        if place == "-":
            raw = sys.stdin.buffer.read(TEXT_BYTES_MAX + 1)
        else:
            with Path(place).open("rb") as file:
                raw = file.read(TEXT_BYTES_MAX + 1)
    except OSError as error:
        raise Unavailable(f"the file cannot be read: {error.strerror}") from error
    if len(raw) > TEXT_BYTES_MAX:
        raise Invalid(f"has more than {TEXT_BYTES_MAX} bytes", field="file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("is no UTF-8 text", field="file") from error
