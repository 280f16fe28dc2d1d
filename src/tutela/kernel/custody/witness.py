"""A witness: another machine, which signs a checkpoint only if it continues the last (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.clock import Clock
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, checked, cosign
from tutela.kernel.custody.notes import NoteKey, Signature, parse
from tutela.kernel.errors import Conflict, Invalid, Refused


class WitnessStore(Protocol):
    """What a witness keeps: the last checkpoint that it signed, by log."""

    def last(self, origin: str) -> Checkpoint | None:
        """The newest one of this log, or None."""
        ...

    def replace(self, before: Checkpoint | None, after: Checkpoint, note: str) -> bool:
        """Keeps ``after`` durably if ``before`` is still the newest one; False where it is not."""
        ...


@dataclass
class MemoryWitnessStore:
    """The fake: a dictionary."""

    kept: dict[str, tuple[Checkpoint, str]] = field(default_factory=dict)

    def last(self, origin: str) -> Checkpoint | None:
        """The newest one of this log, or None."""
        return self.kept[origin][0] if origin in self.kept else None

    def replace(self, before: Checkpoint | None, after: Checkpoint, note: str) -> bool:
        """Keeps ``after`` if ``before`` is still the newest one."""
        if self.last(after.origin) != before:
            return False
        self.kept[after.origin] = (after, note)
        return True


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Signs as ``name`` for the logs whose keys it was given."""

    name: str
    key: Ed25519PrivateKey
    logs: Sequence[NoteKey]
    store: WitnessStore
    clock: Clock

    def cosign(self, untrusted_note: str, old_size: int, untrusted_proof: Sequence[bytes]) -> Signature:
        """A signature on the checkpoint, once it is kept durably.

        ``old_size`` is the size that the caller believes was signed last, and the proof leads from there.
        Raises Invalid for a note that is none or a proof that does not hold, Refused for a log that is not
        known or not signed by it, Conflict with the true size where ``old_size`` is not the last one.
        """
        found = self._known(untrusted_note)
        last = self.store.last(found.origin)
        size = last.size if last is not None else 0
        if old_size != size:
            raise Conflict(f"the last checkpoint signed here has {size} leaves")
        root = last.root if last is not None else merkle.EMPTY_ROOT
        if not merkle.is_beginning(size, root, found.size, found.root, untrusted_proof):
            raise Invalid("does not lead from the last checkpoint signed here to this one", field="proof")
        if not self.store.replace(last, found, untrusted_note):
            raise Conflict("another checkpoint was signed here meanwhile")
        seconds = int(self.clock.now().timestamp())
        return cosign(parse(untrusted_note).text, self.name, self.key, seconds)

    def _known(self, untrusted_note: str) -> Checkpoint:
        try:
            note = parse(untrusted_note)
            origin = Checkpoint.read(note.text).origin
        except ValueError as error:
            raise Invalid(str(error), field="checkpoint") from error
        for key in self.logs:
            if key.name == origin and note.signed_by(key):
                return checked(note, key, origin)
        raise Refused("this witness knows no log of that name with that key")
