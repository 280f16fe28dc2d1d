"""A listener that runs while a block does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.channels.listening import Handle, Listener


@contextmanager
def answering(path: Path, handle: Handle, *, at_once: int = 16) -> Iterator[Path]:
    stop = threading.Event()
    with Listener(path, handle, at_once=at_once) as listener:
        running = threading.Thread(target=listener.run, args=(stop,), daemon=True)
        running.start()
        try:
            yield path
        finally:
            stop.set()
            running.join(5)
