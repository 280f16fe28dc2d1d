"""Where sealed objects stand: the bytes of each, and apart from them the envelope with the object's key.

The bytes may be copied into backups, the envelopes never: without its envelope an object is noise, wherever
its bytes still lie. An object exists from the moment its envelope stands until the envelope is destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, Protocol

from tutela.kernel.custody.age import Damaged, Target
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: Prefix of a sealed object's id (decisions.md section 8 gives the form).
BLOB_PREFIX = "blb_"

#: Writes the sealed bytes of an object and gives back its envelope.
Write = Callable[[Target], bytes]


class BlobSink(Protocol):
    """All that a process that only seals needs: no list, no reading, no destruction (threat model, Z3)."""

    def put(self, blob: str, epoch: str, write: Write) -> None:
        """Return once the object is there durably and whole; a failure leaves nothing. Raises Unavailable."""
        ...

    def move(self, blob: str, old: str, new: str, envelope: bytes) -> None:
        """Return once the envelope of epoch ``new`` stands durably and that of ``old`` is destroyed."""
        ...


class BlobStore(BlobSink, Protocol):
    """Everything that can be done with sealed objects without any key."""

    def sealed(self, blob: str) -> BinaryIO:
        """The sealed bytes, to be closed. Raises Refused where there is no such object, Damaged."""
        ...

    def envelopes(self, blob: str) -> Mapping[str, bytes]:
        """The envelope by epoch; two after a crash while it was moved. Raises Refused where none is."""
        ...

    def blobs(self, epoch: str | None = None) -> Iterator[str]:
        """The ids of all objects, or of those whose envelope is of one epoch, in order."""
        ...

    def size_bytes(self, blob: str) -> int:
        """Bytes that the sealed object takes. Raises Refused where there is no such object."""
        ...

    def destroy(self, blob: str) -> None:
        """Return once the envelope is overwritten and gone, and the bytes are unlinked.

        May be called again after a crash. Raises Refused where nothing of the object is left.
        """
        ...

    def sweep(self) -> int:
        """How many leftovers of dead processes were taken away; what a live one is doing stays."""
        ...


def checked_blob(untrusted_blob: str) -> str:
    """The id, if it is one. Raises Refused: what has no id of ours does not exist here."""
    return _checked(untrusted_blob, BLOB_PREFIX, "object")


def checked_epoch(untrusted_epoch: str) -> str:
    """The id, if it is one. Raises Refused."""
    return _checked(untrusted_epoch, EPOCH_PREFIX, "epoch")


def _checked(untrusted_id: str, prefix: str, what: str) -> str:
    if not untrusted_id.startswith(prefix) or not is_id(untrusted_id):
        raise Refused(f"there is no such {what}")
    return untrusted_id


def no_object() -> Refused:
    """The refusal for an object that was never there and for one that is destroyed: the same face."""
    return Refused("there is no such object")


@dataclass
class MemoryBlobStore:
    """The fake: two dictionaries, open to whoever wants to damage something in a test."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    keys: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def put(self, blob: str, epoch: str, write: Write) -> None:
        """Keep the object."""
        body = BytesIO()
        envelope = write(body)
        self.bodies[checked_blob(blob)] = body.getvalue()
        self.keys[blob] = {checked_epoch(epoch): envelope}

    def move(self, blob: str, old: str, new: str, envelope: bytes) -> None:
        """Keep the envelope of the new epoch instead of the old one's."""
        found = self.keys.get(blob, {})
        if not {old, new} & found.keys():
            raise no_object()
        found.setdefault(checked_epoch(new), envelope)
        found.pop(old, None)

    def sealed(self, blob: str) -> BinaryIO:
        """The sealed bytes. Raises Refused, Damaged."""
        self.envelopes(blob)
        if blob not in self.bodies:
            raise Damaged("the bytes of the object are not there")
        return BytesIO(self.bodies[blob])

    def envelopes(self, blob: str) -> Mapping[str, bytes]:
        """The envelope by epoch. Raises Refused."""
        if not self.keys.get(blob):
            raise no_object()
        return dict(self.keys[blob])

    def blobs(self, epoch: str | None = None) -> Iterator[str]:
        """The ids, in order."""
        yield from sorted(blob for blob, found in self.keys.items() if epoch is None or epoch in found)

    def size_bytes(self, blob: str) -> int:
        """Bytes that the sealed object takes. Raises Refused, Damaged."""
        with self.sealed(blob) as body:
            return len(body.read())

    def destroy(self, blob: str) -> None:
        """Forget both. Raises Refused where nothing is left."""
        envelope, body = self.keys.pop(blob, None), self.bodies.pop(blob, None)
        if envelope is None and body is None:
            raise no_object()

    def sweep(self) -> int:
        """How many bodies without an envelope were taken away."""
        lost = self.bodies.keys() - self.keys.keys()
        for blob in lost:
            del self.bodies[blob]
        return len(lost)
