"""Canary entries: hashes that match nothing and name the recipient of a list that leaked (ST-17).

Each recipient of a feed gets a few entries that nobody else gets. They are derived, not stored: an HMAC
over recipient, list, kind and number under the key of this service. Whoever has the key and the names can
say whose copy a dump was; whoever has only the dump cannot tell a canary from an entry.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.kernel.errors import Invalid, Unavailable

#: Canaries of one recipient by list and kind. A dump of a random tenth of a list holds at least one of
#: 32 (two kinds) with 97 % (1 - 0.9**32); a whole dump holds all.
PER_KIND = 16
#: Kinds that canaries are made of: those that a feed can carry (``feed.SIGNAL_TYPES``).
KINDS = ("pdq", "md5")
#: File of the key in the data folder of the service.
KEY_FILE = "feed.key"
#: Bytes of the key: as long as the digest of the HMAC (RFC 2104 section 3).
KEY_BYTES = 32
#: Bits that are set in a PDQ hash: each of 256 is compared with their median (pdq/README), so exactly half.
PDQ_BITS_SET = 128
_PDQ_BITS = 8 * VALUE_BYTES["pdq"]
_RANK_BYTES = 4
_PURPOSE = b"tutela feed canary 1"
_ORDER_PURPOSE = b"tutela feed order 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Canaries:
    """Makes and recognises the canaries of all recipients. ``key``: 32 secret bytes."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"the key of the canaries has {KEY_BYTES} bytes, not {len(self.key)}")

    def values(self, recipient: str, list_name: str, kind: str) -> tuple[bytes, ...]:
        """The ``PER_KIND`` canaries of one recipient, list and kind (``pdq`` or ``md5``): raw values.

        A PDQ canary has 128 bits set, as every real one has; the distance of such a hash to any other is
        128 +- 8 bits, so that it comes within 31 bits of a picture with a probability below 1e-30.
        """
        return tuple(self._value(recipient, list_name, kind, number) for number in range(PER_KIND))

    def _value(self, recipient: str, list_name: str, kind: str, number: int) -> bytes:
        seed = self._mac(_PURPOSE, recipient, list_name, kind, str(number))
        return _balanced(seed) if kind == "pdq" else seed[: VALUE_BYTES[kind]]

    def order_key(self, recipient: str) -> bytes:
        """32 bytes that key the order in which this recipient gets the entries of its lists."""
        return self._mac(_ORDER_PURPOSE, recipient)

    def _mac(self, purpose: bytes, *parts: str) -> bytes:
        raw = [purpose, *(part.encode() for part in parts)]
        framed = b"".join(len(one).to_bytes(4, "big") + one for one in raw)
        return hmac.digest(self.key, framed, "sha256")

    def named(self, recipients: Iterable[str], lists: Iterable[str]) -> dict[bytes, tuple[str, str]]:
        """Every canary of these recipients and lists, with the recipient's name and the list's."""
        known = tuple(lists)
        return {
            value: (recipient, list_name)
            for recipient in recipients
            for list_name in known
            for kind in KINDS
            for value in self.values(recipient, list_name, kind)
        }


def recipients_of(
    untrusted_values: Iterable[bytes], named: Mapping[bytes, tuple[str, str]]
) -> dict[str, dict[str, int]]:
    """Whose copy these raw values are from: recipient to list to the number of different canaries.

    ``named`` is from ``Canaries.named``; the recipient with most canaries comes first. Several recipients
    mean that somebody put copies together, or that several leaked.
    """
    counts: dict[str, Counter[str]] = {}
    for recipient, name in sorted(named[value] for value in {*untrusted_values} & named.keys()):
        counts.setdefault(recipient, Counter())[name] += 1
    ordered = sorted(counts.items(), key=lambda one: -one[1].total())
    return {recipient: dict(lists) for recipient, lists in ordered}


def _balanced(seed: bytes) -> bytes:
    """256 bits of which 128 are set, chosen by ranks that SHAKE-256 draws from ``seed``."""
    stream = hashlib.shake_256(seed).digest(_PDQ_BITS * _RANK_BYTES)
    ranks = [(stream[_RANK_BYTES * bit : _RANK_BYTES * (bit + 1)], bit) for bit in range(_PDQ_BITS)]
    number = sum(1 << bit for _, bit in sorted(ranks)[:PDQ_BITS_SET])
    return number.to_bytes(VALUE_BYTES["pdq"], "big")


def open_key(folder: Path) -> bytes:
    """The key in the data folder; drawn when there is none yet. Several processes may ask at once.

    Keep a copy: without the key a later leak cannot be attributed. Raises Unavailable when it cannot be
    read, written, or is not a key.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _draw_key(path)
        return _checked_key(path.read_bytes())
    except OSError as error:
        raise Unavailable(f"the key of the feed cannot be read: {error.strerror}") from error


def kept_key(folder: Path) -> bytes:
    """The key in the data folder, where there is one. Raises Invalid without one, else as ``open_key``."""
    if not (folder / KEY_FILE).exists():
        raise Invalid(
            f"there is no {KEY_FILE}, so no canary can be told: say with TUTELA_HOME where the service's"
            " data is, or put the copy of the key back",
            field=str(folder),
        )
    return open_key(folder)


def _checked_key(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise Unavailable(f"{KEY_FILE} is damaged: put its copy back, or remove it and lose old canaries")
    return key


def _draw_key(path: Path) -> None:
    """Writes a key beside and links it into place: whoever is second keeps the first one's."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
