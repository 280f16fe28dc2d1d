"""The fetcher's process, put together from settings: keys, vault, vantage points, socket."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from tutela.config import Config
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.kernel.channels.listening import Listener
from tutela.kernel.clock import SystemClock
from tutela.kernel.cores import forbid_cores
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import Fetcher
from tutela.kernel.fetcher.asking import SOCKET
from tutela.kernel.fetcher.orders import DIRECT
from tutela.kernel.fetcher.serving import FetchingService
from tutela.kernel.log import get_logger
from tutela.processes.places import sockets, vault_places

#: The second way to the internet, there where a SOCKS proxy is named: another address, another country.
PROXIED = "proxied"
#: Orders that are worked on at the same time; each host has its own, smaller budget (egress.host_concurrent).
ORDERS_AT_ONCE = 16

Say = Callable[[str], None]
_log = get_logger("fetcher")


def vantage_points(
    egress: EgressSettings, make: Callable[[EgressSettings], Fetcher]
) -> Mapping[str, Fetcher]:
    """The ways to the internet by name: ``direct``, ``proxied`` where the settings name a SOCKS proxy, and
    those of ``egress.vantages``.
    """
    found = {DIRECT: make(egress)}
    if egress.socks:
        found[PROXIED] = make(egress.model_copy(update={"socks_for": "all"}))
    for one in egress.vantages:
        found[one.name] = make(egress.model_copy(update={"socks": one.socks, "socks_for": "all"}))
    return found


def run_fetcher(
    fetchers: Mapping[str, Fetcher], settings: Config, home: Path, stop: threading.Event, *, say: Say
) -> None:
    """Answers orders until ``stop`` is set. What may be met is what ``fetchers`` were made to meet.

    Raises Unavailable without keys or where the socket cannot be made, Conflict where another one listens.
    """
    forbid_cores()
    places, clock = vault_places(settings.custody, home), SystemClock()
    keys, vault = fetch_key_store(home, clock), FilePublicKeys(places.public)
    keys.private(keys.current().id)  # said here, not at the first order
    vault.current()
    blobs = FileBlobStore(places.objects, places.envelopes)
    _log.info("leftovers_swept", objects=blobs.sweep())
    service = FetchingService(
        fetchers,
        Sealer(blobs, vault),
        open_url=lambda sealed: open_text(sealed, keys),
        seal=lambda text: seal_text(text, vault),
        configuration=digest_of(settings.egress),
        clock=clock,
    )
    path = sockets(home) / SOCKET
    with Listener(path, service.answer, at_once=ORDERS_AT_ONCE) as listener:
        say(f"== fetcher on {path}, vantage points: {', '.join(fetchers)}")
        listener.run(stop)


def digest_of(egress: EgressSettings) -> str:
    """SHA-256 in hex of the settings in force, for the custody record (governance.md section 5.3)."""
    told = json.dumps(egress.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()
