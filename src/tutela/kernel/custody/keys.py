"""Keys of the vault: an epoch is a pair of keys in use for a time; sealing needs the public half alone.

An epoch's id is made from its public key, so that a key restored from shares finds its epoch again and no
file can put another public key under a known id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from tutela.kernel.clock import Clock
from tutela.kernel.custody import age, bech32
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.ids import ALPHABET, RANDOM_CHARACTERS

#: Bytes of an X25519 key (RFC 7748 section 5).
KEY_BYTES = 32
#: What stands before a secret key (age-encryption.org/v1, "The X25519 recipient type").
_SECRET_PREFIX = "age-secret-key-"  # noqa: S105 - the public beginning, no secret
#: Prefix of an epoch's id (decisions.md section 8 gives the form).
EPOCH_PREFIX = "epo_"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateKey:
    """The secret half of an epoch: 32 bytes, never shown by accident."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"a private key has {KEY_BYTES} bytes, not {len(self.raw)}")

    @classmethod
    def new(cls) -> PrivateKey:
        """One from the system's random source."""
        return cls.read(age.new_key()[0])

    @classmethod
    def read(cls, untrusted_text: str) -> PrivateKey:
        """The key that ``text`` wrote. Raises ValueError for anything else, without quoting it."""
        return cls(raw=bech32.parse(_SECRET_PREFIX, untrusted_text.strip()))

    def text(self) -> str:
        """As the age tools write it: ``AGE-SECRET-KEY-1...``."""
        return bech32.render(_SECRET_PREFIX, self.raw).upper()

    def recipient(self) -> str:
        """The public half, as the age tools write it: ``age1...``."""
        return age.public_of(self.text())


def epoch_id(recipient: str) -> str:
    """``epo_`` and 160 bits of the SHA-256 of the public key: the same key has always the same id."""
    bits = int.from_bytes(hashlib.sha256(recipient.encode("ascii")).digest(), "big")
    return EPOCH_PREFIX + "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(RANDOM_CHARACTERS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """That shares of a key were given out: any ``need`` of ``of``."""

    need: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """What everybody may know of a pair of keys. ``number`` counts from 1; ``retired``: its key is gone."""

    id: str
    recipient: str
    number: int
    made: datetime
    retired: bool = False
    split: Split | None = None


class PublicKeys(Protocol):
    """What the fetcher and the public side hold: nothing here opens anything."""

    def epochs(self) -> tuple[Epoch, ...]:
        """Every epoch, the oldest first."""
        ...

    def current(self) -> Epoch:
        """The newest epoch that is not retired. Raises Unavailable where there is none."""
        ...


class KeyStore(PublicKeys, Protocol):
    """What the opener and the keeper of the keys hold."""

    def has_private(self, epoch: str) -> bool:
        """Whether the private key of this epoch is here."""
        ...

    def private(self, epoch: str) -> PrivateKey:
        """The private key of this epoch. Raises Unavailable where it is missing, Refused where it is gone."""
        ...

    def rotate(self) -> Epoch:
        """A new epoch, durably; sealing goes to it from now on."""
        ...

    def restore(self, key: PrivateKey) -> Epoch:
        """The epoch of this key, whose private half is here again. Raises Refused where it was retired."""
        ...

    def record_split(self, epoch: str, split: Split) -> None:
        """Keep that shares were given out, never the shares."""
        ...

    def retire(self, epoch: str) -> None:
        """Return once the private key is destroyed: nothing sealed to it can be opened, here or in backups.

        Raises Conflict for the current epoch, Refused for one that is not known.
        """
        ...


def newest(epochs: Iterable[Epoch]) -> Epoch:
    """The last epoch that is not retired. Raises Unavailable."""
    usable = [one for one in epochs if not one.retired]
    if not usable:
        raise Unavailable("there is no sealing key yet: tutela keys init")
    return usable[-1]


def known(keys: PublicKeys, untrusted_epoch: str) -> Epoch:
    """The epoch of this id. Raises Refused where there is none."""
    for one in keys.epochs():
        if one.id == untrusted_epoch:
            return one
    raise Refused("there is no epoch of that id: tutela keys list")


def retirable(keys: PublicKeys, epoch: str) -> Epoch:
    """The epoch, if its key may be destroyed. Raises Conflict for the current one, Refused."""
    found = known(keys, epoch)
    if not found.retired and found == keys.current():
        raise Conflict("this epoch is in use: tutela keys rotate first")
    return found


def check_here(epoch: Epoch, *, here: bool) -> None:
    """Return where the private key is here. Raises Refused where it was destroyed, Unavailable otherwise."""
    if epoch.retired:
        raise Refused(f"the key of {epoch.id} was destroyed on purpose; nothing opens what it sealed")
    if not here:
        raise Unavailable(f"the private key of {epoch.id} is not here: tutela keys restore")


@dataclass
class MemoryKeyStore:
    """The fake: epochs and keys in dictionaries."""

    clock: Clock
    rows: dict[str, Epoch] = field(default_factory=dict)
    privates: dict[str, PrivateKey] = field(default_factory=dict)

    def epochs(self) -> tuple[Epoch, ...]:
        """Every epoch, the oldest first."""
        return tuple(self.rows.values())

    def current(self) -> Epoch:
        """The newest epoch that is not retired. Raises Unavailable."""
        return newest(self.epochs())

    def has_private(self, epoch: str) -> bool:
        """Whether the private key of this epoch is here."""
        return epoch in self.privates

    def private(self, epoch: str) -> PrivateKey:
        """The private key of this epoch. Raises Unavailable, Refused."""
        check_here(known(self, epoch), here=self.has_private(epoch))
        return self.privates[epoch]

    def rotate(self) -> Epoch:
        """A new epoch."""
        return self.restore(PrivateKey.new())

    def restore(self, key: PrivateKey) -> Epoch:
        """The epoch of this key, whose private half is here again. Raises Refused where it was retired."""
        recipient = key.recipient()
        made = Epoch(
            id=epoch_id(recipient), recipient=recipient, number=len(self.rows) + 1, made=self.clock.now()
        )
        found = self.rows.setdefault(made.id, made)
        check_here(found, here=True)
        self.privates[found.id] = key
        return found

    def record_split(self, epoch: str, split: Split) -> None:
        """Keep that shares were given out."""
        self.rows[epoch] = replace(known(self, epoch), split=split)

    def retire(self, epoch: str) -> None:
        """Forget the private key. Raises Conflict for the current epoch, Refused."""
        self.rows[epoch] = replace(retirable(self, epoch), retired=True)
        self.privates.pop(epoch, None)
