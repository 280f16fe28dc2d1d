"""An opening service over a vault in memory, and what it wrote down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

from tutela.kernel.channels.memory import contents_of
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import Kind, OpenOrder
from tutela.kernel.opener.serving import OpeningService
from tutela.kernel.opener.tiles import SIDE, Tile

PICTURE = b"picture" * 1_000
URL = "https://host.test/a.png"
GREY = Tile(width=640, height=480, luma=bytes([128]) * SIDE * SIDE)
CASE, PERSON = new_id("itm_"), new_id("usr_")


@dataclass
class World:
    """``down``: what was written down; ``log_is_away``: nothing can be."""

    blob: str
    sealed: bytes
    service: OpeningService = field(init=False)
    down: list[tuple[OpenOrder, Contents | None]] = field(default_factory=list)
    log_is_away: bool = False
    #: What the reducing side was handed.
    reduced: list[bytes] = field(default_factory=list)

    def reduce(self, descriptor: int) -> list[Tile]:
        self.reduced.append(contents_of(descriptor))
        return [GREY]

    def record(self, order: OpenOrder, contents: Contents | None) -> None:
        if self.log_is_away:
            raise Unavailable("the log cannot be written")
        self.down.append((order, contents))

    def text_order(self, who: str = PERSON) -> OpenOrder:
        kind: Kind = "person" if who == PERSON else "process"
        return OpenOrder(purpose="notice", kind=kind, who=who, case=CASE, sealed=self.sealed)

    def object_order(self, who: str = PERSON) -> OpenOrder:
        kind: Kind = "person" if who == PERSON else "process"
        return OpenOrder(purpose="hand_over", kind=kind, who=who, case=CASE, blob=self.blob)

    def tile_order(self, who: str = PERSON) -> OpenOrder:
        kind: Kind = "person" if who == PERSON else "process"
        return OpenOrder(purpose="tile", kind=kind, who=who, case=CASE, blob=self.blob)


def world(*, bytes_max: int = 1 << 20) -> World:
    blobs, keys = MemoryBlobStore(), MemoryKeyStore(clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    keys.rotate()
    made = World(sealed=seal_text(URL, keys), blob=Sealer(blobs, keys).put(BytesIO(PICTURE)).blob)
    made.service = OpeningService(
        Opener(blobs, keys), keys, made.record, bytes_max=bytes_max, reduce=made.reduce
    )
    return made
