"""Private keys that sign notes, each in a file of its own that only its owner can read.

The form is that of Go's ``note`` package: ``PRIVATE+KEY+name+number+base64``, one line that a person can
write down. The name is part of it, so that a key never signs for another log.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody import durable
from tutela.kernel.custody.checkpoints import WitnessKey
from tutela.kernel.custody.notes import ED25519, NoteKey, check_key, exact
from tutela.kernel.errors import Conflict, Unavailable

#: What stands before a private key (golang.org/x/mod/sumdb/note, "Generating Keys").
_BEGIN = "PRIVATE+KEY+"
#: Bytes of the largest file that is read: a key with a name of 200 characters has some 300.
_FILE_BYTES_MAX = 1_024


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key and the name it signs under. ``repr`` shows the name only."""

    name: str
    private: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_key(self.name, self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @classmethod
    def new(cls, name: str) -> SigningKey:
        """A new key. Raises ValueError for a name that no key may have."""
        return cls(name=name, private=Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, untrusted_text: str) -> SigningKey:
        """The key behind its line of text. Raises ValueError, which repeats nothing of it."""
        text = untrusted_text.strip()
        name, _, rest = text.removeprefix(_BEGIN).partition("+")
        number, _, encoded = rest.partition("+")
        raw = exact(encoded)
        if not text.startswith(_BEGIN) or len(raw) != 33 or raw[0] != ED25519:
            raise ValueError("this is no private key of a log: PRIVATE+KEY+name+number+base64")
        key = cls(name=name, private=Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if key.note_key.number.hex() != number:
            raise ValueError("the number of the private key does not fit: a sign is wrong")
        return key

    def text(self) -> str:
        """The line that ``read`` takes; whoever has it signs as this log."""
        encoded = base64.b64encode(bytes([ED25519]) + self.private.private_bytes_raw()).decode("ascii")
        return f"{_BEGIN}{self.name}+{self.note_key.number.hex()}+{encoded}"

    @property
    def note_key(self) -> NoteKey:
        """What checks its signatures as a log."""
        return NoteKey(name=self.name, public_key=self.private.public_key().public_bytes_raw())

    @property
    def witness_key(self) -> WitnessKey:
        """What checks its cosignatures as a witness."""
        return WitnessKey(name=self.name, public_key=self.private.public_key().public_bytes_raw())


def write_signing_key(path: Path, key: SigningKey) -> None:
    """Return once the key stands durably at ``path``, closed to others. Raises Conflict where a file is."""
    if path.exists():
        raise Conflict(f"there is a {path.name} already; it is never replaced")
    durable.write_file(path, (key.text() + "\n").encode())


def read_signing_key(path: Path) -> SigningKey:
    """The key at ``path``. Raises Unavailable where none is or it is damaged, Refused where it is open."""
    try:
        data = durable.read_file(path, _FILE_BYTES_MAX)
    except LookupError as error:
        raise Unavailable(f"there is no {path.name} here") from error
    durable.refuse_others(path)
    try:
        return SigningKey.read(data.decode("utf-8"))
    except ValueError as error:
        raise Unavailable(f"{path.name} is damaged") from error
