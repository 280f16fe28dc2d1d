"""What a worker's process is equipped with: the fetcher's socket, sealed media workers, lists, index key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from tutela.config import Config
from tutela.detect.matching.parts import OpenList
from tutela.detect.media.hearing import Sink
from tutela.detect.media.nursery import Worker
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask, Examined
from tutela.detect.scan.lists import LIST_ENDING, open_lists
from tutela.kernel.fetcher.asking import SOCKET, FetcherProcess
from tutela.processes.places import sockets
from tutela.share.notices.asking import Asker
from tutela.share.notices.bootstrap import Bootstrap
from tutela.share.notices.pace import Pace
from tutela.web.starting import start_django

#: Below TUTELA_HOME: the lists that what was fetched is compared with, files and folders of live lists.
LISTS = "lists"


@contextmanager
def equipped_worker(
    settings: Config, home: Path, *, bootstrap: Bootstrap | None = None, pace: Pace | None = None
) -> Iterator[None]:
    """A block in which this process can do the jobs of the hotline.

    The media workers start with the first file; a system without their sandbox gives Unavailable then.
    ``bootstrap`` and ``pace`` are a demonstration's own: its registry speaks http on loopback, which no
    setting allows (``parse_bootstrap(..., encrypted_only=False)``). Raises Invalid for a bootstrap file that
    is none.
    """
    start_django()
    from tutela.hotline.cases.address_keys import sealing_keys
    from tutela.hotline.cases.equipment import Equipment, equipped
    from tutela.hotline.cases.file_looker import FileLooker
    from tutela.hotline.cases.index_key import read_index_key
    from tutela.hotline.cases.page_reader import PageReader
    from tutela.hotline.takedown.carrying import CarriedRegistries, bootstrap_of

    registered = bootstrap or bootstrap_of(settings.notices)
    pool = LatePool(lambda: MediaPool(settings.media.rules()))
    try:
        ask = Ask(limits=settings.media.limits("web"))
        lists = Lists(home / LISTS).now
        looker = FileLooker(pool, ask, lists)
        fetcher = FetcherProcess(sockets(home) / SOCKET)
        registries = CarriedRegistries(fetcher, sealing_keys, vantage=settings.hotline.vantages[0])
        given = Equipment(
            fetcher=fetcher,
            asker=Asker(registries, registered, pace=pace),
            looker=looker,
            inline=looker.look_inline,
            index_key=partial(read_index_key, home),
            vantages=settings.hotline.vantages,
            pages=PageReader(pool, ask.limits),
            rules=settings.pages.rules(),
            lists=lists,
            fallen_max=settings.hotline.fallen_items_max,
        )
        with equipped(given):
            yield
    finally:
        pool.close()


class LatePool:
    """A media pool that starts with its first file, and lets no worker see a second one.

    A file comes from one report: what it did to a worker stays with it (decisions.md section 1, one batch).
    """

    def __init__(self, make: Callable[[], MediaPool]) -> None:
        self._make = make
        self._pool: MediaPool | None = None
        self._lock = threading.Lock()

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """As ``MediaPool.examine``. Raises Unavailable where no worker can be started."""
        pool = self._started()
        try:
            return pool.examine(fd, ask, sink, name_hint=name_hint)
        finally:
            pool.new_batch()

    @contextmanager
    def borrow(self, kind: Literal["page"]) -> Iterator[Worker]:
        """As ``MediaPool.borrow``, of a worker that reads one page. Raises Unavailable likewise."""
        pool = self._started()
        try:
            with pool.borrow(kind) as worker:
                yield worker
        finally:
            pool.new_batch()

    def _started(self) -> MediaPool:
        with self._lock:
            if self._pool is None:
                self._pool = self._make()
            return self._pool

    def close(self) -> None:
        """Ends the workers, if there were any."""
        if self._pool is not None:
            self._pool.close()


class Lists:
    """The lists in a folder, opened anew when one of them changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: tuple[object, tuple[OpenList, ...]] = ((), ())

    def now(self) -> Sequence[OpenList]:
        """The lists as they are now. Raises Invalid naming one that cannot be read."""
        paths = [path for path in _paths(self._folder) if path.is_dir() or path.suffix == LIST_ENDING]
        mark = tuple((path, path.stat().st_mtime_ns, _head(path)) for path in paths)
        if mark != self._kept[0]:
            self._kept = (mark, open_lists(paths))
        return self._kept[1]


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _head(path: Path) -> int:
    """When the head of a live list last changed, nanoseconds; 0 for a file."""
    head = path / "HEAD"
    return head.stat().st_mtime_ns if head.exists() else 0
