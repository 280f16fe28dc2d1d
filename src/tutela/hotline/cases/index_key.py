"""The index key: one file, held by the worker, under which equal addresses have equal digests.

Without it a digest in the database says nothing: addresses can be guessed, HMAC-SHA-256 under an unknown key
cannot. No Django here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tutela.kernel.custody import durable
from tutela.kernel.egress.urls import Url
from tutela.kernel.errors import Conflict, Unavailable

#: In TUTELA_HOME; decisions.md section 4: the worker holds it and nobody else. It belongs into the backup of
#: secrets: with a new one, equal addresses before and after it are no longer recognised as equal.
FILE_NAME = "index.key"
#: 256 bits, the length of the digest (RFC 2104 section 3).
KEY_BYTES = 32
#: What is digested is told apart, so that a host never has the digest of an address.
_ADDRESS, _HOST, _TEXT, _CONTACT = b"address\x00", b"host\x00", b"text\x00", b"contact\x00"


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexKey:
    """The key, never shown by accident."""

    raw: bytes = field(repr=False)

    def address_digest(self, url: Url) -> str:
        """HMAC-SHA-256 of the canonical address, 64 hexadecimal characters."""
        return self._digest(_ADDRESS + url.canonical.encode("utf-8"))

    def host_digest(self, url: Url) -> str:
        """HMAC-SHA-256 of the host without a dot at its end, 64 hexadecimal characters."""
        return self._digest(_HOST + url.name.encode("utf-8"))

    def text_digest(self, digest: bytes) -> str:
        """HMAC-SHA-256 of the digest of a page's visible text, 64 hexadecimal characters."""
        return self._digest(_TEXT + digest)

    def contact_digest(self, key: str) -> str:
        """HMAC-SHA-256 of what a contact is for (a host, a site, an address, a network), 64 characters."""
        return self._digest(_CONTACT + key.encode("utf-8"))

    def _digest(self, data: bytes) -> str:
        return hmac.new(self.raw, data, hashlib.sha256).hexdigest()


def read_index_key(home: Path) -> IndexKey:
    """The key of this hotline. Raises Unavailable where it is not here, Refused where others may read it."""
    path = home / FILE_NAME
    try:
        text = durable.read_file(path, 2 * KEY_BYTES + 1)
    except LookupError as error:
        raise Unavailable("the index key is not here: tutela hotline init makes it") from error
    durable.refuse_others(path)
    try:
        raw = bytes.fromhex(text.decode("ascii"))
    except ValueError as error:
        raise Unavailable("the index key is damaged: bring it back from the backup of secrets") from error
    if len(raw) != KEY_BYTES:
        raise Unavailable("the index key is cut off: bring it back from the backup of secrets")
    return IndexKey(raw=raw)


def make_index_key(home: Path) -> IndexKey:
    """A new key in ``home``, durably, readable by its owner only. Raises Conflict rather than replace one."""
    if (home / FILE_NAME).exists():
        raise Conflict("there is an index key already, and a new one would make every digest worthless")
    key = IndexKey(raw=secrets.token_bytes(KEY_BYTES))
    durable.write_file(home / FILE_NAME, key.raw.hex().encode("ascii") + b"\n")
    return key
