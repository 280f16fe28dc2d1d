"""What an envelope holds: the key of one object, which object that is, and what its bytes were.

Object and key are bound to each other inside the sealed envelope: bytes and envelopes that somebody changed
round are refused. The salt makes the commitment that the log keeps; with the envelope it is gone, and what
the log says of a destroyed object can no longer be tried against anybody's file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from tutela.kernel.custody import age
from tutela.kernel.custody.age import Damaged, Source, Target
from tutela.kernel.formats import NewerFormatError, check_version

#: Version of the envelope's JSON.
ENVELOPE_FORMAT = 1
#: Bytes of the salt of a commitment: those of SHA-256 (RFC 2104 section 3).
_SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What was sealed: size in bytes, SHA-256 and SHA3-256 in hex (governance.md section 5.3)."""

    blob: str
    size_bytes: int
    sha256: str = field(repr=False)
    sha3_256: str = field(repr=False)
    salt: bytes = field(repr=False)

    def commitment(self) -> str:
        """HMAC-SHA-256 in hex over id, size and both digests, keyed with the salt: what the log may keep."""
        told = f"{self.blob}\n{self.size_bytes}\n{self.sha256}\n{self.sha3_256}\n"
        return hmac.new(self.salt, told.encode("ascii"), hashlib.sha256).hexdigest()


class Measured:
    """A source or target that counts and digests what passes; without an end behind it a mere count."""

    def __init__(self, *, source: Source | None = None, target: Target | None = None) -> None:
        self._source, self._target = source, target
        self._digests = (hashlib.sha256(), hashlib.sha3_256())
        self.size_bytes = 0

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes of the source; none at the end."""
        data = self._source.read(size) if self._source is not None else b""
        self._count(data)
        return data

    def write(self, data: bytes, /) -> int:
        """How many bytes were taken: all."""
        rest = memoryview(data)
        while self._target is not None and rest:
            rest = rest[self._target.write(bytes(rest)) :]
        self._count(data)
        return len(data)

    def contents(self, blob: str, salt: bytes | None = None) -> Contents:
        """What passed so far, as the contents of this object; without a salt, with a new one."""
        sha256, sha3_256 = (digest.hexdigest() for digest in self._digests)
        return Contents(
            blob=blob,
            size_bytes=self.size_bytes,
            sha256=sha256,
            sha3_256=sha3_256,
            salt=secrets.token_bytes(_SALT_BYTES) if salt is None else salt,
        )

    def _count(self, data: bytes) -> None:
        self.size_bytes += len(data)
        for digest in self._digests:
            digest.update(data)


def render(contents: Contents, secret: str, recipient: str) -> bytes:
    """The envelope of an object: its key and contents, sealed to an epoch's public key."""
    row = {
        "blob": contents.blob,
        "key": secret,
        "salt": contents.salt.hex(),
        "sha256": contents.sha256,
        "sha3_256": contents.sha3_256,
        "size_bytes": contents.size_bytes,
        "version": ENVELOPE_FORMAT,
    }
    sealed = BytesIO()
    age.seal(BytesIO(json.dumps(row, sort_keys=True).encode("ascii")), sealed, recipient)
    return sealed.getvalue()


def parse(untrusted_envelope: bytes, blob: str, secret: str) -> tuple[Contents, str]:
    """The contents and the key of the object, opened with an epoch's private key. Raises Damaged."""
    plain = BytesIO()
    age.unseal(BytesIO(untrusted_envelope), plain, secret)
    try:
        row: dict[str, Any] = json.loads(plain.getvalue())
        contents = Contents(
            blob=row["blob"],
            size_bytes=int(row["size_bytes"]),
            sha256=str(row["sha256"]),
            sha3_256=str(row["sha3_256"]),
            salt=bytes.fromhex(row["salt"]),
        )
        key = str(row["key"])
        age.public_of(key)
        check_version("the envelope", row["version"], reads=ENVELOPE_FORMAT)
    except NewerFormatError as error:
        raise Damaged(str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the envelope of the object holds something else") from error
    if contents.blob != blob:
        raise Damaged("the envelope is of another object")
    return contents, key
