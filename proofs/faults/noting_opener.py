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
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.serving import OpeningService
from tutela.processes.opening import OBJECT_BYTES_MAX
from tutela.processes.places import vault_places


class NotingOpener:
    """An opener whose every release is noted in the moment in which it happens."""

    def __init__(self, service: OpeningService, file: Path) -> None:
        self._service, self._file = service, file

    def text(self, order: OpenOrder) -> str:
        """The text that was sealed."""
        text = self._service.open_text(order)
        sys.stdout.write(f"OPENED {order.case}\n")
        with self._file.open("a", encoding="ascii") as file:
            file.write(f"{order.case} {OrmLogStore().size()}\n")
        return text

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        """Bytes of the object."""
        return self._service.open_object(order, descriptor).size_bytes


def noting_opener(home: Path) -> NotingOpener:
    """The opener over keys, vault and ledger of ``home``."""
    places = vault_places(load().custody, home)
    keys = FileKeyStore(places.public, places.private, SystemClock())
    blobs = FileBlobStore(places.objects, places.envelopes)
    service = OpeningService(Opener(blobs, keys), keys, record_opening, bytes_max=OBJECT_BYTES_MAX)
    return NotingOpener(service, home / RELEASED)
