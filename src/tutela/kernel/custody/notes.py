"""Signed notes: a text, a blank line, and a line for each signature (C2SP signed-note 1.0).

A line is an em dash, the key's name, and base64 of its four-byte number and the signature. Signatures of keys
that the reader does not know are kept and not trusted.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypedDict

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Kinds of signature (C2SP signed-note, "Signature types"): plain Ed25519, and a witness's with its time.
ED25519, COSIGNATURE = 0x01, 0x04
#: Most bytes of a note that is read, and most signatures on it (our own; a checkpoint has some 200 bytes).
NOTE_BYTES_MAX, SIGNATURES_MAX = 65_536, 64
#: What a key's name may hold: no space of any kind, no plus sign (C2SP signed-note, "Format").
_NAME = re.compile(r"[^\s+\x00-\x20]{1,200}")
#: What stands before every signature.
_DASH = "\u2014 "


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One line of a note: the key's name, its number (4 bytes), the bytes after it."""

    name: str
    number: bytes
    value: bytes

    def line(self) -> str:
        """As it stands in a note."""
        return f"{_DASH}{self.name} {base64.b64encode(self.number + self.value).decode('ascii')}\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A text that ends in a line feed, and the signatures on it, unchecked."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def signed_by(self, key: Verifier) -> bool:
        """Whether a signature of this key is on it and right."""
        mine = (one for one in self.signatures if (one.name, one.number) == (key.name, key.number))
        return any(key.verify(self.text, one.value) for one in mine)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """The same text with further signatures."""
        return Note(text=self.text, signatures=(*self.signatures, *more))


class Verifier(Protocol):
    """A public key with a name."""

    @property
    def name(self) -> str:
        """The name on its signatures' lines."""
        ...

    @property
    def number(self) -> bytes:
        """Four bytes that say which key and which kind of signature it is."""
        ...

    def verify(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this key's signature on ``text``."""
        ...


def parse(untrusted_note: str) -> Note:
    """The note, its signatures unchecked. Raises ValueError for anything that is no signed note."""
    if len(untrusted_note.encode("utf-8", "replace")) > NOTE_BYTES_MAX:
        raise ValueError(f"a note has at most {NOTE_BYTES_MAX} bytes")
    if any(ord(sign) < 0x20 and sign != "\n" for sign in untrusted_note):
        raise ValueError("a note has no control characters")
    text, blank, lines = untrusted_note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("a note is a text, a blank line, and lines with signatures")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > SIGNATURES_MAX:
        raise ValueError(f"a note has at most {SIGNATURES_MAX} signatures")
    return Note(text=text + "\n", signatures=signatures)


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise ValueError("a signature's line is an em dash, a name without spaces or plus signs, and base64")
    raw = exact(encoded)
    if len(raw) < 5:
        raise ValueError("a signature is four bytes of the key's number and at least one more")
    return Signature(name=name, number=raw[:4], value=raw[4:])


def exact(untrusted_text: str) -> bytes:
    """The bytes behind base64 (RFC 4648 section 4) in its one canonical form; raises ValueError for others.

    Bits that base64 leaves unused must be zero: otherwise a note could be changed without a trace.
    """
    try:
        raw = base64.b64decode(untrusted_text, validate=True)
    except ValueError as error:
        raise ValueError("this is not base64") from error
    if base64.b64encode(raw).decode("ascii") != untrusted_text:
        raise ValueError("this base64 has bits that nothing needs")
    return raw


def key_number(name: str, kind: int, public_key: bytes) -> bytes:
    """Four bytes of SHA-256 over name, line feed, kind and key (C2SP signed-note, "Key ID")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]


class _KeyFields(TypedDict):
    name: str
    public_key: bytes


def check_key(name: str, public_key: bytes) -> None:
    """Return where a key may have this name and these bytes. Raises ValueError."""
    if not _NAME.fullmatch(name) or len(public_key) != 32:
        raise ValueError("a key is 32 bytes and a name without spaces or plus signs")


def read_key(untrusted_text: str, kind: int) -> _KeyFields:
    """Name and bytes behind ``name+number+base64`` of this kind. Raises ValueError for anything else."""
    name, _, rest = untrusted_text.strip().partition("+")
    number, _, encoded = rest.partition("+")
    raw = exact(encoded)
    if not raw or raw[0] != kind:
        raise ValueError("the key is of another kind" if raw else "this is no key: name+number+base64")
    if key_number(name, kind, raw[1:]).hex() != number:
        raise ValueError("the key's number does not fit its name and bytes")
    return {"name": name, "public_key": raw[1:]}


def key_text(name: str, kind: int, public_key: bytes) -> str:
    """The public key as it is given to others (C2SP signed-note, "Verifier keys")."""
    encoded = base64.b64encode(bytes([kind]) + public_key).decode("ascii")
    return f"{name}+{key_number(name, kind, public_key).hex()}+{encoded}"


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteKey:
    """A public Ed25519 key (32 bytes) that signs notes under ``name``."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_key(self.name, self.public_key)

    @classmethod
    def read(cls, untrusted_text: str) -> NoteKey:
        """The key behind ``name+number+base64`` (C2SP signed-note, "Verifier keys"). Raises ValueError."""
        return cls(**read_key(untrusted_text, ED25519))

    @property
    def number(self) -> bytes:
        """Of its plain Ed25519 signatures."""
        return key_number(self.name, ED25519, self.public_key)

    def __str__(self) -> str:
        return key_text(self.name, ED25519, self.public_key)

    def verify(self, text: str, value: bytes) -> bool:
        """Whether ``value`` is this key's signature on ``text`` (RFC 8032)."""
        return verified(self.public_key, text.encode(), value)


def verified(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 signature is right; a signature of a wrong length is not."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Note:
    """``text`` signed by this key under this name. Raises ValueError where it does not end in a line feed."""
    if not text.endswith("\n"):
        raise ValueError("the text of a note ends in a line feed")
    public = NoteKey(name=name, public_key=key.public_key().public_bytes_raw())
    signature = Signature(name=name, number=public.number, value=key.sign(text.encode()))
    return Note(text=text, signatures=(signature,))
