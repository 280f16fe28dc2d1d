"""The rig of the cases with a real opener in this process: vault, ledger, sandboxed media workers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from tests.hotline.cases.rig import PLACE, DigestLooker, Rig
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.protected import TileMaker
from tutela.detect.media.shapes import WEB
from tutela.hotline.cases.actions.openings import record_opening
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.opening import Opener
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.opener.orders import OpenOrder, render_order
from tutela.kernel.opener.serving import OpeningService
from tutela.kernel.opener.tiles import Tile, parse_tiles


def a_picture(side: int = 200) -> bytes:
    """A drawn picture with a fine pattern, which a tile cannot hold."""
    rows, columns = np.indices((side, side))
    fine = (((rows + columns) % 2) * 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.stack([fine, (rows % 256).astype(np.uint8), fine], axis=2)).save(out, "PNG")
    return out.getvalue()


@dataclass
class RealOpener:
    """Asked as over its socket; ``crossed`` is every byte that came to the asker."""

    made: Rig
    pool: MediaPool
    crossed: list[bytes] = field(default_factory=list)

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        keys = self.made.vault
        service = OpeningService(
            Opener(self.made.blobs, keys),
            keys,
            self._record,
            bytes_max=1 << 20,
            reduce=TileMaker(self.pool, WEB),
        )
        answer = service.answer(render_order(order), [])
        self.crossed.append(json.dumps(answer).encode())
        return parse_tiles(answer)

    def _record(self, order: OpenOrder, contents: Contents | None) -> None:
        epoch = next(iter(self.made.blobs.envelopes(order.blob)))
        record_opening(order, contents, epoch=epoch, clock=self.made.clock)


@contextmanager
def opened(body: bytes) -> Iterator[tuple[Rig, RealOpener]]:
    """A rig whose place shows these bytes, and an opener over its vault."""
    made = Rig(recorded={PLACE: Recorded(body=body)}, looker=DigestLooker())
    with MediaPool() as pool:
        yield made, RealOpener(made=made, pool=pool)
