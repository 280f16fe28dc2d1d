"""The visitor's process, put together from settings: keys, vault, browsers, socket."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tutela.config import Config
from tutela.hotline.cases.addresses import SealingKeys, fetch_key_store, fetch_public_keys, seal_address
from tutela.hotline.cases.page_plan import ending_kind
from tutela.kernel.channels.listening import Listener
from tutela.kernel.clock import SystemClock
from tutela.kernel.cores import forbid_cores
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.urls import Url
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger
from tutela.kernel.visiting.asking import SOCKET
from tutela.kernel.visiting.chromium import Chromium, program, sweep_profiles
from tutela.kernel.visiting.orders import Named
from tutela.kernel.visiting.serving import Seals, StartBrowser, VisitingService
from tutela.kernel.visiting.settings import VisitSettings
from tutela.processes.fetching import digest_of
from tutela.processes.places import sockets, vault_places

#: Questions at the same time; browsers there are fewer (visits.at_once).
ORDERS_AT_ONCE = 16
#: Seconds between two looks for visits whose time is over (our own).
TEND_SECONDS = 15.0

Say = Callable[[str], None]
_log = get_logger("visitor")


def browsers(guard: Guard, settings: VisitSettings, *, sandboxed: bool = True) -> StartBrowser:
    """What starts a Chromium behind ``guard``. Raises Unavailable where none is installed.

    ``sandboxed`` is for tests that run as root.
    """
    path, rules = settings.program or program(), settings.rules()
    if not Path(path).is_file():
        raise Unavailable("visits.program is no file: it is the path of Chromium, or left empty")

    def start() -> Chromium:
        if sandboxed and os.geteuid() == 0:
            raise Unavailable("no page is visited as root, whom Chromium's own sandbox refuses")
        return Chromium(guard, rules, path=path, sandboxed=sandboxed)

    return start


def run_visitor(
    start: StartBrowser, settings: Config, home: Path, stop: threading.Event, *, say: Say
) -> None:
    """Answers until ``stop`` is set; then every browser is ended. What may be met is what ``start`` allows.

    Raises Unavailable without keys or where the socket cannot be made, Conflict where another one listens.
    """
    forbid_cores()
    places, clock = vault_places(settings.custody, home), SystemClock()
    fetch, vault = fetch_key_store(home, clock), FilePublicKeys(places.public)
    fetch.private(fetch.current().id)  # said here, not at the first order
    vault.current()
    _log.info("leftovers_swept", objects=sweep_profiles())
    keys = SealingKeys(vault=vault, fetch=fetch_public_keys(home))
    service = VisitingService(
        start,
        Sealer(FileBlobStore(places.objects, places.envelopes), vault),
        Seals(
            open_url=lambda sealed: open_text(sealed, fetch),
            seal=lambda text: seal_text(text, vault),
            name=lambda kind, url, page: named(kind, url, page, keys),
        ),
        configuration=digest_of(settings.egress),
        rules=settings.visits.rules(),
        clock=clock,
    )
    path = sockets(home) / SOCKET
    with closing(service), Listener(path, service.answer, at_once=ORDERS_AT_ONCE) as listener:
        say(f"== visitor on {path}")
        threading.Thread(target=_tend, args=(service, stop), daemon=True).start()
        listener.run(stop)


def named(kind: str, url: Url, page: Url, keys: SealingKeys) -> Named:
    """The address of a part that stood on ``page``, sealed; what a link leads to is told by its ending."""
    sealed = seal_address(url, keys, referrer=page)
    return Named(
        kind=kind if kind in ("picture", "film") else ending_kind(url) or "url",
        found_as=kind,
        url_sealed=sealed.url_sealed,
        host_sealed=sealed.host_sealed,
        url_for_fetch=sealed.url_for_fetch,
        referrer_sealed=sealed.referrer_sealed,
        referrer_for_fetch=sealed.referrer_for_fetch,
    )


def _tend(service: VisitingService, stop: threading.Event) -> None:
    while not stop.wait(TEND_SECONDS):
        service.end_late()
