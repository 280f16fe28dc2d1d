"""The opener's own service in the sender's process, with a note of each release outside of the database."""

from __future__ import annotations

import sys
from pathlib import Path

from proofs.faults.real_flow import RELEASED
from tutela.config import load
from tutela.hotline.cases.actions.openings import record_opening
from tutela.hotline.ledger.store import OrmLogStore
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.serving import OpeningService, Reduce
from tutela.processes.opening import OBJECT_BYTES_MAX
from tutela.processes.places import vault_places


class NotingOpener:
    """An opener whose every release is noted in the moment in which it happens."""

    def __init__(self, service: OpeningService, home: Path) -> None:
        self._service, self._file = service, home / RELEASED

    def text(self, order: OpenOrder) -> str:
        """The text that was sealed."""
        text = self._service.open_text(order)
        sys.stdout.write(f"OPENED {order.case}\n")
        self._note(order)
        return text

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        """Bytes of the object."""
        return self._service.open_object(order, descriptor).size_bytes

    def _note(self, order: OpenOrder) -> None:
        with self._file.open("a", encoding="ascii") as file:
            file.write(f"{order.case} {OrmLogStore().size()}\n")


def opening_service(home: Path, *, reduce: Reduce | None = None) -> OpeningService:
    """The opener's service over keys, vault and ledger of ``home``."""
    places = vault_places(load().custody, home)
    keys = FileKeyStore(places.public, places.private, SystemClock())
    blobs = FileBlobStore(places.objects, places.envelopes)

    def record(order: OpenOrder, contents: Contents | None) -> None:
        epoch = next(iter(blobs.envelopes(order.blob))) if order.blob else ""
        record_opening(order, contents, epoch=epoch)

    return OpeningService(Opener(blobs, keys), keys, record, bytes_max=OBJECT_BYTES_MAX, reduce=reduce)


def noting_opener(home: Path) -> NotingOpener:
    """The opener over keys, vault and ledger of ``home``."""
    return NotingOpener(opening_service(home), home)
