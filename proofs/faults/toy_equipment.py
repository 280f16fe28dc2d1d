"""A worker's equipment without other processes: a fetcher in this process, a list that knows everything.

The jobs are the product's (``cases.jobs``, ``takedown.jobs``): what they fetch is made up here and sealed by
the product's own service into the vault's files. ``with equipped(...)`` of ``hotline.cases.equipment`` puts
it in place.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from tutela.config import load
from tutela.hotline.cases.actions import Met, Print
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.index_key import read_index_key
from tutela.hotline.cases.looking import Found, Looked, Looks
from tutela.kernel.channels.memory import contents_of
from tutela.kernel.clock import Clock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FilePublicKeys
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Response
from tutela.kernel.fetcher.serving import FetchingService
from tutela.processes.places import vault_places

#: Bytes of a made-up picture beside its mark.
BODY_BYTES = 20_000
#: Ways to the internet: a removal needs two.
VANTAGES = ("direct", "proxied")


class AnyPlace:
    """A fetcher for which every address leads to one body: its mark, and what the address makes of it."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The made-up answer; the same each time, so that a later look finds the same content."""
        recorded = Recorded(body=self.body(request.untrusted_url))
        return ReplayFetcher({request.untrusted_url: recorded}).fetch(request)

    def body(self, url: str) -> bytes:
        """The body of this address."""
        return self._mark + hashlib.shake_256(url.encode()).digest(BODY_BYTES) + self._mark


class KnowsAll:
    """A looker for which every file is listed, byte for byte, by an approved entry."""

    def look(self, descriptor: int) -> Looked:
        """The file, known."""
        value = hashlib.sha256(contents_of(descriptor)).hexdigest()
        met = Met(
            list_id="lst",
            list_version="1",
            entry="ent",
            status="known",
            confirmed="sha256",
            approved=True,
            reason="list_matched",
            votes=2,
            legal_class="csam",
        )
        prints = (Print(kind="sha256", value=value, form="file"),)
        return Looked(status="known", prints=prints, found=(Found(kind="sha256", form="file", met=met),))


def toy_equipment(
    home: Path, mark: bytes, clock: Clock, *, fetcher: Fetcher | None = None, looker: Looks | None = None
) -> Equipment:
    """What the jobs work with: the vault, the keys and the ledger of ``home``, and nobody outside of it."""
    places = vault_places(load().custody, home)
    keys, vault = fetch_key_store(home, clock), FilePublicKeys(places.public)
    blobs = FileBlobStore(places.objects, places.envelopes)
    blobs.sweep()
    service = FetchingService(
        dict.fromkeys(VANTAGES, fetcher or AnyPlace(mark)),
        Sealer(blobs, vault),
        open_url=lambda sealed: open_text(sealed, keys),
        seal=lambda text: seal_text(text, vault),
        configuration="0" * 64,
        clock=clock,
    )
    return Equipment(
        fetcher=service,
        looker=looker or KnowsAll(),
        index_key=partial(read_index_key, home),
        vantages=VANTAGES,
        clock=clock,
    )
