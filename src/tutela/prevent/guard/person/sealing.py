"""Records that everybody who runs as the person can add to, and that only the passphrase opens.

A pair of X25519 keys is made at set-up. The public half lies open; the private half is sealed with
AES-256-GCM under a key that scrypt makes from the passphrase. Each record has a key of its own: a fresh
X25519 pair, the shared secret through HKDF-SHA-256 (bound to both public keys and to what the record is),
AES-256-GCM with a nonce of zeros, which no key meets twice. Whoever has the files but not the passphrase sees
how many records there are, and nothing of what they say. A lost passphrase cannot be replaced: what was
sealed is lost.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tutela.kernel.errors import Invalid, Refused, Unavailable

#: Base-2 logarithm of scrypt's work: 128 MiB and some tenths of a second (OWASP password storage: 2**17).
WORK_BITS = 17
#: The most that a file may ask for, so that a foreign one cannot take the memory.
_WORK_BITS_MAX = 20
#: Characters of a passphrase at least (NIST SP 800-63B-4: 15 where it stands alone; our own, lower: no server
#: is there that could be asked, but a person must be able to type it in distress).
PASSPHRASE_CHARACTERS_MIN = 10
#: Bytes that sealing adds to a record: the fresh public key and the tag.
ADDED_BYTES = 32 + 16
_MAGIC = b"SEALED 1"
#: magic, work bits, salt, nonce, sealed private key, public key
_FILE = struct.Struct(">8sB16s12s48s32s")
_NONCE = bytes(12)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedKeys:
    """The pair as it lies in its file; ``public`` seals, ``open`` takes the passphrase."""

    work_bits: int
    salt: bytes
    nonce: bytes
    wrapped: bytes
    public: bytes

    def open(self, passphrase: str) -> bytes:
        """The 32 bytes of the private key. Raises Refused for another passphrase."""
        key = _stretched(passphrase, self.salt, self.work_bits)
        try:
            return AESGCM(key).decrypt(self.nonce, self.wrapped, self.public)
        except InvalidTag as error:
            raise Refused("this is not the passphrase") from error

    def rewrapped(self, passphrase: str, new: str, *, work_bits: int = WORK_BITS) -> SealedKeys:
        """The same pair under another passphrase. Raises Refused where the first is not the one it has."""
        return _wrapped(self.open(passphrase), new, work_bits)

    def to_bytes(self) -> bytes:
        """The file."""
        return _FILE.pack(_MAGIC, self.work_bits, self.salt, self.nonce, self.wrapped, self.public)


def new_keys(passphrase: str, *, work_bits: int = WORK_BITS) -> SealedKeys:
    """A new pair. Raises Invalid for a passphrase that is too short."""
    return _wrapped(X25519PrivateKey.generate().private_bytes_raw(), passphrase, work_bits)


def _wrapped(private: bytes, passphrase: str, work_bits: int) -> SealedKeys:
    if len(passphrase.strip()) < PASSPHRASE_CHARACTERS_MIN:
        raise Invalid(f"at least {PASSPHRASE_CHARACTERS_MIN} characters", field="passphrase")
    salt, nonce = urandom(16), urandom(12)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    sealed = AESGCM(_stretched(passphrase, salt, work_bits)).encrypt(nonce, private, public)
    return SealedKeys(work_bits=work_bits, salt=salt, nonce=nonce, wrapped=sealed, public=public)


def read_keys(untrusted_data: bytes) -> SealedKeys:
    """The pair of a file. Raises Unavailable where it is damaged."""
    try:
        magic, work_bits, salt, nonce, wrapped, public = _FILE.unpack(untrusted_data)
    except struct.error as error:
        raise Unavailable("the file of your keys is damaged") from error
    if magic != _MAGIC or not 1 <= work_bits <= _WORK_BITS_MAX:
        raise Unavailable("the file of your keys is damaged, or of another release")
    return SealedKeys(work_bits=work_bits, salt=salt, nonce=nonce, wrapped=wrapped, public=public)


def _stretched(passphrase: str, salt: bytes, work_bits: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << work_bits, r=8, p=1).derive(passphrase.encode("utf-8"))


def seal(plain: bytes, public: bytes, *, what: bytes) -> bytes:
    """``plain`` sealed: ``ADDED_BYTES`` longer. ``what`` says which kind of record it is."""
    fresh = X25519PrivateKey.generate()
    sender = fresh.public_key().public_bytes_raw()
    key = _shared(fresh, X25519PublicKey.from_public_bytes(public), sender + public, what)
    return sender + AESGCM(key).encrypt(_NONCE, plain, what)


def unseal(untrusted_sealed: bytes, private: bytes, *, what: bytes) -> bytes:
    """What ``seal`` was given. Raises ValueError for a record that is damaged, of another kind or key."""
    own = X25519PrivateKey.from_private_bytes(private)
    sender, sealed = untrusted_sealed[:32], untrusted_sealed[32:]
    public = own.public_key().public_bytes_raw()
    key = _shared(own, X25519PublicKey.from_public_bytes(sender), sender + public, what)
    try:
        return AESGCM(key).decrypt(_NONCE, sealed, what)
    except InvalidTag as error:
        raise ValueError("a sealed record is damaged") from error


def _shared(own: X25519PrivateKey, other: X25519PublicKey, both: bytes, what: bytes) -> bytes:
    secret = own.exchange(other)
    return HKDF(algorithm=SHA256(), length=32, salt=both, info=what).derive(secret)
