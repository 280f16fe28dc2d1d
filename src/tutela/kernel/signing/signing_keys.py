"""The private half of a signer's key as a file of its own, closed to others, on the signer's own machine.

``<name>.key`` holds one line ``PRIVATE+KEY+name+number+base64`` (the form of Go's note tools);
``<name>.key.age`` holds the same sealed with a passphrase (age, scrypt).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody import age, durable
from tutela.kernel.custody.notes import ED25519, Note, NoteKey, exact
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.signing import documents

#: What a private key's line begins with.
_BEGIN = "PRIVATE+KEY+"
#: Ends of the names of the files.
_PLAIN, _WRAPPED = ".key", ".key.age"
#: Bytes of the largest file: a key sealed with a passphrase has some 400.
_FILE_BYTES_MAX = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """A signer's private key with the signer's name. Its text is a secret and is never printed."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls, name: str) -> SigningKey:
        """A new key from the system's random source."""
        return cls(name=name, private=Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, untrusted_text: str) -> SigningKey:
        """The key behind a private key's line. Raises ValueError, without quoting it."""
        name, _, rest = untrusted_text.strip().removeprefix(_BEGIN).partition("+")
        number, _, encoded = rest.partition("+")
        try:
            raw = exact(encoded)
        except ValueError:
            raw = b""
        if not untrusted_text.startswith(_BEGIN) or len(raw) != 33 or raw[0] != ED25519:
            raise ValueError("this is no private key of a signer")
        key = cls(name=name, private=Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if key.public.number.hex() != number:
            raise ValueError("the private key's number does not fit its name and bytes")
        return key

    @property
    def public(self) -> NoteKey:
        """What others check signatures with, and may know."""
        return NoteKey(name=self.name, public_key=self.private.public_key().public_bytes_raw())

    def text(self) -> str:
        """The line of the file. A secret."""
        encoded = base64.b64encode(bytes([ED25519]) + self.private.private_bytes_raw()).decode("ascii")
        return f"{_BEGIN}{self.name}+{self.public.number.hex()}+{encoded}"

    def sign(self, note: Note) -> Note:
        """The note with this signature. Raises Refused for a text that cannot be signed."""
        return documents.add_signature(note, self.name, self.private)


def write_key(folder: Path, key: SigningKey, passphrase: str = "") -> Path:
    """The file that holds this key durably, 0600; sealed where a passphrase is given.

    Raises Conflict where a key of this name is there, Unavailable.
    """
    if find_key(folder, key.name) is not None:
        raise Conflict(f"there is a key of {key.name} already; nothing was changed")
    data = (key.text() + "\n").encode("ascii")
    if passphrase:
        path, data = folder / f"{key.name}{_WRAPPED}", age.seal_with_passphrase(data, passphrase)
    else:
        path = folder / f"{key.name}{_PLAIN}"
    durable.write_file(path, data)
    return path


def find_key(folder: Path, name: str) -> Path | None:
    """The file with the key of this name, None where none is there."""
    found = (folder / f"{name}{end}" for end in (_PLAIN, _WRAPPED))
    return next((path for path in found if path.exists()), None)


def read_key(path: Path, ask: Callable[[], str]) -> SigningKey:
    """The key in this file; ``ask`` gives the passphrase where it is sealed.

    Raises Refused where others may read the file or the passphrase is wrong, Invalid where it holds no key.
    """
    if not path.exists():
        raise Refused("there is no such key here: tutela signers key makes one")
    durable.refuse_others(path)
    data = durable.read_file(path, _FILE_BYTES_MAX)
    if path.name.endswith(_WRAPPED):
        data = age.unseal_with_passphrase(data, ask())
    try:
        return SigningKey.read(data.decode("ascii"))
    except ValueError as error:
        raise Invalid("this file holds no private key of a signer", field=path.name) from error
