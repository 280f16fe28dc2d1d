"""Opening: what only the opener does, with the private key of the epoch.

Nothing passes before the whole object is known to be whole, and before the opening is recorded: the object is
read twice, first into nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from tutela.kernel.custody import age, envelopes
from tutela.kernel.custody.age import Damaged, Target
from tutela.kernel.custody.blobs import BlobStore
from tutela.kernel.custody.envelopes import Contents, Measured
from tutela.kernel.custody.keys import KeyStore, retirable
from tutela.kernel.errors import Refused, TutelaError, Unavailable

#: Called with the contents before the first byte passes; what it raises keeps the object closed.
Record = Callable[[Contents], object]


class Opener:
    """Opens objects of the vault; needs the private key of the epoch that an envelope is sealed to."""

    def __init__(self, blobs: BlobStore, keys: KeyStore) -> None:
        self._blobs, self._keys = blobs, keys

    def open(self, blob: str, target: Target, *, record: Record) -> Contents:
        """What the object holds; its bytes are in ``target``.

        ``record`` is called once the object is known to be whole and before a byte passes (ST-18: log, then
        release). Raises Refused where there is no such object, Unavailable where the key is not here, Damaged
        where anything was altered or cut off: before a byte passes, or, where that happened between the two
        readings, after authentic bytes that the caller then drops.
        """
        contents, key = self._key(blob)
        with self._blobs.sealed(blob) as sealed:
            self._read(sealed, Measured(), contents, key)
            record(contents)
            sealed.seek(0, os.SEEK_SET)
            self._read(sealed, Measured(target=target), contents, key)
        return contents

    def check(self, blob: str) -> Contents:
        """What the object holds, every byte checked and none passed on. Raises as ``open``."""
        contents, key = self._key(blob)
        with self._blobs.sealed(blob) as sealed:
            self._read(sealed, Measured(), contents, key)
        return contents

    def move_epoch(self, old: str) -> int:
        """How many envelopes of epoch ``old`` were sealed anew to the current one; it may then be retired.

        Bytes are not touched. May be called again after a crash. Raises Conflict for the current epoch, and
        Damaged at an envelope that cannot be opened, so that none is left behind unnoticed.
        """
        retirable(self._keys, old)
        left = list(self._blobs.blobs(old))
        secret = self._keys.private(old).text() if left else ""  # an empty epoch needs no key any more
        return sum(self._move(blob, old, secret) for blob in left)

    def _move(self, blob: str, old: str, secret: str) -> bool:
        """Whether the envelope was there to be moved: the object may be destroyed meanwhile."""
        now = self._keys.current()
        try:
            envelope = self._blobs.envelopes(blob).get(old)
            if envelope is None:
                return False
            contents, key = envelopes.parse(envelope, blob, secret)
            self._blobs.move(blob, old, now.id, envelopes.render(contents, key, now.recipient))
        except Refused:
            return False
        return True

    def _key(self, blob: str) -> tuple[Contents, str]:
        """From the first envelope that opens; a second one is there after a crash only."""
        failed: TutelaError = Unavailable("no key is here")
        for epoch, envelope in self._blobs.envelopes(blob).items():
            try:
                return envelopes.parse(envelope, blob, self._keys.private(epoch).text())
            except TutelaError as error:
                failed = error
        raise failed

    def _read(self, sealed: BinaryIO, passing: Measured, contents: Contents, key: str) -> None:
        age.unseal(sealed, passing, key)
        if passing.contents(contents.blob, contents.salt) != contents:
            raise Damaged("the bytes are those of another object")
