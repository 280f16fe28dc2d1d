"""A fetching service over a recording and a vault in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.fetcher.serving import FetchingService

PICTURE = b"picture" * 30_000
THERE = "https://host.test/there.png"
MISSING = "https://host.test/missing.png"
CUT = "https://host.test/cut.png"
RECORDED: Mapping[str, Recorded] = {
    THERE: Recorded(body=PICTURE, headers={"Server": "one"}),
    MISSING: Recorded(status=404, body=b"not here"),
    CUT: Recorded(body=PICTURE, failure="cut_short"),
}


@dataclass(frozen=True, kw_only=True)
class Service:
    blobs: MemoryBlobStore
    keys: MemoryKeyStore
    service: FetchingService


def service(recorded: Mapping[str, Recorded] = RECORDED) -> Service:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    blobs, keys = MemoryBlobStore(), MemoryKeyStore(clock=clock)
    keys.rotate()
    made = FetchingService(
        {"direct": ReplayFetcher(recorded), "second": ReplayFetcher()},
        Sealer(blobs, keys),
        open_url=lambda sealed: sealed.decode(),
        seal=lambda text: seal_text(text, keys),
        configuration="0" * 64,
        clock=clock,
    )
    return Service(blobs=blobs, keys=keys, service=made)
