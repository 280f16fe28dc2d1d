"""Checkpoints: what a log, and its witnesses, sign about its size and root (C2SP tlog-checkpoint 1.0)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody.merkle import HASH_BYTES
from tutela.kernel.custody.notes import (
    COSIGNATURE,
    Note,
    NoteKey,
    Signature,
    check_key,
    exact,
    key_number,
    key_text,
    read_key,
    verified,
)

#: A size in decimal, without leading zeros; 63 bits are more than a log will ever hold.
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
#: Bytes of the time before a witness's signature: seconds since 1970, big-endian.
_TIME_BYTES = 8
#: The last second of the year 9999: no witness looked later, and no calendar here says a later one.
_TIME_MAX = 253_402_300_799


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The log ``origin`` had ``size`` leaves and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"

    @classmethod
    def read(cls, untrusted_text: str) -> Checkpoint:
        """The checkpoint that a note's text holds; further lines are allowed and left aside.

        Raises ValueError for anything else.
        """
        origin, size, root, *_ = [*untrusted_text.split("\n"), "", "", ""]
        if not origin or not _SIZE.fullmatch(size):
            raise ValueError("a checkpoint is a line with the origin and one with the size")
        raw = exact(root)
        if len(raw) != HASH_BYTES:
            raise ValueError(f"the root has {len(raw)} bytes, not {HASH_BYTES}")
        return cls(origin=origin, size=int(size), root=raw)


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessKey:
    """The public key of a witness: its signatures carry the time at which it looked (tlog-cosignature v1)."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_key(self.name, self.public_key)

    @classmethod
    def read(cls, untrusted_text: str) -> WitnessKey:
        """The key behind ``name+number+base64`` (C2SP signed-note, "Verifier keys"). Raises ValueError."""
        return cls(**read_key(untrusted_text, COSIGNATURE))

    def __str__(self) -> str:
        return key_text(self.name, COSIGNATURE, self.public_key)

    @property
    def number(self) -> bytes:
        """Of its cosignatures."""
        return key_number(self.name, COSIGNATURE, self.public_key)

    def verify(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is a time and this key's signature on it and on ``text``."""
        seconds = int.from_bytes(value[:_TIME_BYTES], "big")
        return seconds <= _TIME_MAX and verified(self.public_key, _timed(text, seconds), value[_TIME_BYTES:])

    def seconds(self, note: Note) -> int | None:
        """Seconds since 1970 of this witness's newest right signature on the note; None without one."""
        mine = (one.value for one in note.signatures if (one.name, one.number) == (self.name, self.number))
        times = [
            int.from_bytes(value[:_TIME_BYTES], "big") for value in mine if self.verify(note.text, value)
        ]
        return max(times, default=None)


def cosign(text: str, name: str, key: Ed25519PrivateKey, seconds: int) -> Signature:
    """A witness's signature on a checkpoint's text at this time (seconds since 1970)."""
    public = key.public_key().public_bytes_raw()
    value = seconds.to_bytes(_TIME_BYTES, "big") + key.sign(_timed(text, seconds))
    return Signature(name=name, number=key_number(name, COSIGNATURE, public), value=value)


def _timed(text: str, seconds: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, "Format")."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def checked(note: Note, key: NoteKey, origin: str) -> Checkpoint:
    """The checkpoint of this log, signed by it. Raises ValueError otherwise."""
    if not note.signed_by(key):
        raise ValueError("the checkpoint has no right signature of the log's key")
    found = Checkpoint.read(note.text)
    if found.origin != origin:
        raise ValueError("the checkpoint is of another log")
    return found
