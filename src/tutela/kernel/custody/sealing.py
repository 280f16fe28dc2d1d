"""Sealing: what the fetcher and the public side do, with public keys alone.

Each object gets a pair of keys of its own. Its bytes are sealed to the public half; the private half goes
into the envelope, sealed to the epoch's public key, and is forgotten. Both are plain files of the age format.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tutela.kernel.custody import age, envelopes
from tutela.kernel.custody.age import Source, Target
from tutela.kernel.custody.blobs import BLOB_PREFIX, BlobSink
from tutela.kernel.custody.envelopes import Contents, Measured
from tutela.kernel.custody.keys import Epoch, PublicKeys
from tutela.kernel.ids import new_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """An object that stands durably in the vault, and what went in."""

    blob: str
    epoch: str
    contents: Contents


class Sealer:
    """Puts bytes into the vault. Holds no private key: what it sealed it cannot open."""

    def __init__(self, blobs: BlobSink, keys: PublicKeys) -> None:
        self._blobs, self._keys = blobs, keys

    def put(self, source: Source) -> Sealed:
        """Everything of ``source``, sealed, whole and durable, under a new id.

        Memory does not grow with the size. Raises Unavailable where the vault takes nothing or has no key; an
        error of ``source`` passes as it is. A failure leaves nothing that can be opened; a crash after the
        envelope and before the answer leaves a whole object whose id nobody was told.
        """
        epoch = self._keys.current()
        work = _Work(new_id(BLOB_PREFIX), Measured(source=source), epoch, age.new_key())
        self._blobs.put(work.blob, epoch.id, work.write)
        self._follow(work, epoch)
        return Sealed(blob=work.blob, epoch=work.epoch.id, contents=work.contents())

    def _follow(self, work: _Work, epoch: Epoch) -> None:
        """Seal the key anew where the keys were rotated meanwhile: the old epoch may be on its way out."""
        while (now := self._keys.current()).id != work.epoch.id:
            was, work.epoch = work.epoch, now
            self._blobs.move(work.blob, was.id, now.id, work.envelope())


@dataclass
class _Work:
    """One object on its way in."""

    blob: str
    source: Measured
    epoch: Epoch
    _pair: tuple[str, str] = field(repr=False)
    _contents: list[Contents] = field(default_factory=list)

    def write(self, target: Target) -> bytes:
        """Seal the bytes into ``target``; the envelope."""
        age.seal(self.source, target, self._pair[1])
        self._contents.append(self.source.contents(self.blob))
        return self.envelope()

    def envelope(self) -> bytes:
        """The object's key for the present epoch."""
        return envelopes.render(self.contents(), self._pair[0], self.epoch.recipient)

    def contents(self) -> Contents:
        """What went in; there once ``write`` is done."""
        return self._contents[0]
