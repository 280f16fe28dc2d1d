"""The opener's process, put together from settings: keys, vault, ledger, socket.

It has media workers of its own: of an object that a person looks at nothing but a protected picture leaves
this process, and the workers hold no key and reach nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.config import Config
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.protected import TileMaker
from tutela.kernel.channels.listening import Listener
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.log import get_logger
from tutela.kernel.opener.asking import SOCKET
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.serving import OpeningService
from tutela.processes.places import sockets, vault_places
from tutela.processes.working import LatePool
from tutela.web.starting import start_django

#: Bytes of the largest object that is opened at once (decisions.md section 1: bytes out of one archive).
OBJECT_BYTES_MAX = 512 << 20
#: Openings at the same time: people look at one thing each (our own).
OPENINGS_AT_ONCE = 4

#: Seconds between two looks for objects that no case names: longer than a fetch may take (egress: an hour).
TEND_SECONDS = 2 * 3_600.0
#: Seconds from the start until the clock is first looked at; two hours later something may go (our own).
FIRST_ROUND_SECONDS = 60.0

if TYPE_CHECKING:
    from tutela.hotline.database_clock import ClockGuard

Say = Callable[[str], None]
_log = get_logger("opener")


def run_opener(settings: Config, home: Path, stop: threading.Event, *, say: Say) -> None:
    """Answers orders until ``stop`` is set.

    Raises Unavailable without the private key or the ledger, Refused where the ledger is not protected or a
    key is open to others, Conflict where another opener listens.
    """
    start_django()
    from tutela.hotline.cases.actions.openings import close_connection, record_opening
    from tutela.hotline.database_clock import ClockGuard
    from tutela.hotline.databases import answering
    from tutela.hotline.house.checks import check_database
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.people.enactments import take_up_configuration

    check_database()
    mandate = take_up_configuration(home, actor=process("opener")).digests["mandate.toml"]
    close_connection()
    places = vault_places(settings.custody, home)
    keys = FileKeyStore(places.public, places.private, SystemClock())
    keys.private(keys.current().id)  # said here, not at the first order
    blobs, guard = FileBlobStore(places.objects, places.envelopes), ClockGuard()

    def record(order: OpenOrder, contents: Contents | None) -> None:
        epoch = next(iter(blobs.envelopes(order.blob))) if order.blob else ""
        try:
            with answering():
                guard.check()
            record_opening(order, contents, epoch=epoch, configuration=mandate)
        finally:
            close_connection()

    pool = LatePool(lambda: MediaPool(settings.media.rules()))
    service = OpeningService(
        Opener(blobs, keys),
        keys,
        record,
        bytes_max=OBJECT_BYTES_MAX,
        reduce=TileMaker(pool, settings.media.limits("web")),
    )
    path = sockets(home) / SOCKET
    listen = partial(Listener, path, service.answer, at_once=OPENINGS_AT_ONCE)
    with closing(pool), listen() as listener:
        say(f"== opener on {path}")
        threading.Thread(target=_tend, args=(blobs, stop), daemon=True).start()
        threading.Thread(target=_keep_times, args=(blobs, guard, stop), daemon=True).start()
        listener.run(stop)


def _tend(blobs: FileBlobStore, stop: threading.Event) -> None:
    """Takes objects away that came since the start and that no case names, until ``stop`` is set.

    Those that were there before stay and are counted: where an older backup of the database was restored,
    they are evidence.
    """
    from tutela.hotline.cases.actions.unclaimed import destroy_unclaimed, unclaimed

    inherited = _patiently(lambda: unclaimed(blobs))
    if inherited is None:
        return
    if inherited:
        _log.warning("objects_unclaimed", objects=len(inherited))
    before: frozenset[str] = frozenset()
    while not stop.wait(TEND_SECONDS):
        found = _patiently(lambda: destroy_unclaimed(blobs, before))  # noqa: B023 - called at once
        before = before if found is None else found - inherited


def _keep_times(blobs: FileBlobStore, guard: ClockGuard, stop: threading.Event) -> None:
    """Destroys what is kept and whose time under the mandate is over, round by round, until ``stop`` is set.

    The bytes, the addresses and the reporters' words: each goes also where another cannot.

    While the clocks differ nothing is destroyed (governance.md section 5.2).
    """
    from tutela.hotline.cases.actions.destroying import Destroyer
    from tutela.hotline.cases.actions.emptying import empty_addresses
    from tutela.hotline.cases.steady_clock import SteadyClock
    from tutela.hotline.intake.reporter_words import empty_words

    destroyer, steady, wait_seconds = Destroyer(blobs), SteadyClock(SystemClock()), FIRST_ROUND_SECONDS
    while not stop.wait(wait_seconds):
        wait_seconds = TEND_SECONDS
        _kept(destroyer.round, guard)
        if steady.is_steady():
            _kept(empty_addresses, guard)
            _kept(empty_words, guard)


def _kept(rounds: Callable[[], int], guard: ClockGuard) -> None:
    """Return once the round was tried, where the clocks agree; the next one tries again what failed."""
    from tutela.hotline.cases.actions.openings import close_connection

    try:
        guard.check()
        rounds()
    except Exception:  # noqa: BLE001 - the last resort of this thread
        _log.exception("times_not_kept")
    finally:
        close_connection()


def _patiently(look: Callable[[], frozenset[str]]) -> frozenset[str] | None:
    """What ``look`` found; None where it failed: opening goes on, and the next round tries again."""
    from tutela.hotline.cases.actions.openings import close_connection

    try:
        return look()
    except Exception:  # noqa: BLE001 - the last resort of this thread
        _log.exception("unclaimed_not_swept")
        return None
    finally:
        close_connection()
