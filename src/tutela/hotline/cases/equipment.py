"""What the jobs of a worker work with: a fetcher, something that looks at files, the index key, a clock.

The worker's process is equipped when it starts; a job that runs elsewhere is not done, it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tutela.detect.matching.parts import OpenList
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.looking import Looked, Looks, ReadsPages
from tutela.hotline.cases.page_plan import PageRules
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.asking import Fetches
from tutela.kernel.fetcher.orders import DIRECT
from tutela.share.notices.asking import Asker

#: Bytes of a body that a worker holds in memory (decisions.md section 1: bytes out in all).
BODY_BYTES_MAX = 512 << 20
#: Items that fall with one list at once without a person (our own; ``hotline.fallen_items_max``).
FALLEN_MAX = 50
#: Seconds after which a job is tried again that met no equipment (our own).
_RETRY_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """``vantages``: names of the fetcher's ways to the internet, from which a place is looked at again.

    Without ``pages`` a page is a file like any other; ``inline`` asks the lists about SHA-256 digests of
    pictures inside a page. ``asker`` asks registries, one for all threads; without one nobody is looked up.
    ``rules`` bound what is fetched of one, ``sealing`` gives the keys that its
    addresses are sealed to. ``lists`` are those in use at the moment; of more than ``fallen_max`` items whose
    entries are gone from one of them at once, a person is asked first.
    """

    fetcher: Fetches
    looker: Looks
    index_key: Callable[[], IndexKey]
    vantages: tuple[str, ...] = (DIRECT,)
    pages: ReadsPages | None = None
    inline: Callable[[Sequence[bytes]], Looked] | None = None
    asker: Asker | None = None
    rules: PageRules = PageRules()  # noqa: RUF009 - it has no state
    sealing: Callable[[], SealingKeys] = sealing_keys
    lists: Callable[[], Sequence[OpenList]] = tuple
    fallen_max: int = FALLEN_MAX
    body_bytes_max: int = BODY_BYTES_MAX
    clock: Clock = SystemClock()  # noqa: RUF009 - it has no state


_in_use: list[Equipment] = []


def equip(equipment: Equipment) -> None:
    """From now on the jobs of this process work with it."""
    _in_use[:] = [equipment]


def equipment() -> Equipment:
    """What the jobs work with. Raises Unavailable in a process that is no worker."""
    if not _in_use:
        raise Unavailable(
            "this process has no fetcher: tutela work run does the jobs", retry_after_seconds=_RETRY_SECONDS
        )
    return _in_use[0]


@contextmanager
def equipped(given: Equipment) -> Iterator[None]:
    """A block whose jobs work with it; for tests and demonstrations."""
    before = list(_in_use)
    equip(given)
    try:
        yield
    finally:
        _in_use[:] = before
