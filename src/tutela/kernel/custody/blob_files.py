"""Sealed objects as files: ``objects/ab/blb_ab....age`` and, in another folder, ``<epoch>/blb_ab....age``.

Order of every change, so that a crash between any two steps leaves a whole object or none: the bytes, then
the envelope; an envelope of the new epoch, then the old one's end; the envelope's end, then the bytes'.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from tutela.kernel.custody import durable
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.blobs import BLOB_PREFIX, Write, checked_blob, checked_epoch, no_object
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.ids import is_id

#: End of the name of a file of the age format.
_AGE = ".age"
#: Letters of the id that name the folder of the bytes: 1,024 folders.
_SHARD_LETTERS = 2
#: Bytes of the largest envelope that is read: one has some 700 (our own).
_ENVELOPE_BYTES_MAX = 4_096


class FileBlobStore:
    """Sealed bytes below ``objects`` (may be backed up), envelopes below ``envelopes`` (never is)."""

    def __init__(self, objects: Path, envelopes: Path) -> None:
        self._objects, self._envelopes = objects, envelopes

    def put(self, blob: str, epoch: str, write: Write) -> None:
        """Return once the object is there durably and whole; a failure leaves nothing. Raises Unavailable."""
        envelope_path = self._envelope(blob, epoch)
        with durable.Draft(self._object(blob)) as body:
            envelope = write(body)
            body.keep()
            durable.write_file(envelope_path, envelope)

    def move(self, blob: str, old: str, new: str, envelope: bytes) -> None:
        """Return once the envelope of epoch ``new`` stands durably and that of ``old`` is destroyed."""
        old_path = self._envelope(blob, old)
        with durable.storage(), durable.locked(self._object(blob), wait=True):
            new_path = self._envelope(blob, new)
            if not new_path.exists():  # else somebody was faster; a second copy would outlive the object
                if not old_path.exists():
                    raise no_object()
                durable.write_file(new_path, envelope)
            durable.destroy_file(old_path)

    def sealed(self, blob: str) -> BinaryIO:
        """The sealed bytes, to be closed. Raises Refused where there is no such object, Damaged."""
        path = self._object(blob)
        if not self._epochs(blob):
            raise no_object()
        with durable.storage():
            try:
                return os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb")
            except FileNotFoundError as error:
                raise Damaged("the bytes of the object are not there") from error

    def envelopes(self, blob: str) -> Mapping[str, bytes]:
        """The envelope by epoch; two after a crash while it was moved. Raises Refused where none is."""
        found = {}
        for epoch in self._epochs(blob):
            try:
                found[epoch] = durable.read_file(self._envelope(blob, epoch), _ENVELOPE_BYTES_MAX)
            except LookupError:  # moved or destroyed meanwhile
                continue
        if not found:
            raise no_object()
        return found

    def blobs(self, epoch: str | None = None) -> Iterator[str]:
        """The ids of all objects, or of those whose envelope is of one epoch, in order."""
        folders = self._epoch_folders() if epoch is None else [self._envelopes / checked_epoch(epoch)]
        with durable.storage():
            found = {path.stem for folder in folders for path in folder.glob(f"{BLOB_PREFIX}*{_AGE}")}
        yield from sorted(filter(is_id, found))

    def size_bytes(self, blob: str) -> int:
        """Bytes that the sealed object takes. Raises Refused where there is no such object, Damaged."""
        with self.sealed(blob) as body:
            return os.fstat(body.fileno()).st_size

    def destroy(self, blob: str) -> None:
        """Return once the envelope is overwritten and gone, and the bytes are unlinked. Raises Refused."""
        path = self._object(blob)
        with durable.locked(path, wait=True):  # so that no key moves on meanwhile
            ended = [durable.destroy_file(folder / path.name) for folder in self._epoch_folders()]
            if not self._unlink(path) and not any(ended):
                raise no_object()

    def sweep(self) -> int:
        """How many leftovers of dead processes were taken away; what a live one is doing stays."""
        with durable.storage():
            return sum(self._sweep_envelope(path) for path in self._leftover_envelopes()) + sum(
                self._sweep_object(path) for path in sorted(self._objects.glob(f"*/{BLOB_PREFIX}*"))
            )

    def _leftover_envelopes(self) -> list[Path]:
        ends = (durable.GONE, durable.PART)
        return [path for folder in self._epoch_folders() for path in folder.iterdir() if path.suffix in ends]

    def _sweep_envelope(self, path: Path) -> bool:
        with durable.locked(path) as ours:
            if ours:
                durable.erase(path)
            return ours

    def _sweep_object(self, path: Path) -> bool:
        """Whether this was half an object; looked at under its lock, which every change of a key holds."""
        with durable.locked(path) as ours:
            blob = path.name.removesuffix(_AGE)
            if not ours or (path.suffix == _AGE and self._epochs(blob)):
                return False
            return self._unlink(path)

    def _unlink(self, path: Path) -> bool:
        with durable.storage():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            durable.sync_folder(path.parent)
        return True

    def _epoch_folders(self) -> list[Path]:
        with durable.storage():
            return sorted(self._envelopes.glob(f"{EPOCH_PREFIX}*")) if self._envelopes.exists() else []

    def _epochs(self, blob: str) -> list[str]:
        name = f"{checked_blob(blob)}{_AGE}"
        return [folder.name for folder in self._epoch_folders() if (folder / name).exists()]

    def _object(self, blob: str) -> Path:
        letters = checked_blob(blob).removeprefix(BLOB_PREFIX)[:_SHARD_LETTERS]
        return self._objects / letters / f"{blob}{_AGE}"

    def _envelope(self, blob: str, epoch: str) -> Path:
        return self._envelopes / checked_epoch(epoch) / f"{checked_blob(blob)}{_AGE}"
