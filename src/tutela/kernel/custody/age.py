"""Sealing and opening of streams in the age format, version 1: the only user of pyrage.

Recipients are X25519 keys. The payload is cut into chunks of 64 KiB, each sealed with ChaCha20-Poly1305
under a number and a mark on the last one (STREAM, age-encryption.org/v1): a reader never gets a byte that was
altered, moved or added, but learns only at the end that nothing was cut off. So unseal into a target that
counts before one that keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from tutela.kernel.errors import Refused, Unavailable

if TYPE_CHECKING:
    from types import ModuleType

#: Bytes of a chunk of the payload (age-encryption.org/v1, "Payload").
CHUNK_BYTES = 65_536


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


class Target(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """How many bytes were taken."""
        ...


class Damaged(Unavailable):
    """What stands in the vault is not what was sealed: altered, cut off, or sealed to another key."""

    code = "damaged"


def new_key() -> tuple[str, str]:
    """A new pair from the system's random source: secret (``AGE-SECRET-KEY-1...``), public (``age1...``)."""
    identity = _library().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def public_of(secret: str) -> str:
    """The public key (``age1...``) of a secret one. Raises ValueError, without quoting it."""
    try:
        return str(_library().x25519.Identity.from_str(secret).to_public())
    except _library().IdentityError as error:
        raise ValueError("this is no secret key of the age format") from error


def seal(source: Source, target: Target, *recipients: str) -> None:
    """Return once everything of ``source`` is sealed to the public keys ``recipients`` and in ``target``.

    Each of the keys opens it. Memory does not grow with the size. Raises ValueError for a key that is none,
    or where no key is named; errors of both sides pass.
    """
    if not recipients:
        raise ValueError("what is sealed is sealed to a key")
    _run(_library().encrypt_io, source, target, [_recipient(one) for one in recipients])


def check_public(untrusted_key: str) -> str:
    """The public key (``age1...``), where it is one. Raises ValueError otherwise."""
    _recipient(untrusted_key)
    return untrusted_key


def unseal(source: Source, target: Target, secret: str) -> None:
    """Return once the whole sealed stream is in ``target``. Raises Damaged where it was altered or cut off.

    Every byte that reached ``target`` before Damaged is one that was sealed, in its place; some are missing.
    """
    _run(_library().decrypt_io, source, target, [_library().x25519.Identity.from_str(secret)])


def seal_with_passphrase(data: bytes, passphrase: str) -> bytes:
    """``data`` sealed with a passphrase: scrypt of the age format, about a second's work."""
    return bytes(_library().passphrase.encrypt(data, passphrase))


def unseal_with_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """What ``seal_with_passphrase`` was given. Raises Refused for another passphrase or altered bytes."""
    try:
        return bytes(_library().passphrase.decrypt(sealed, passphrase))
    except _library().DecryptError as error:
        raise Refused("this passphrase does not open the key") from error


def _recipient(untrusted_key: str) -> Any:
    try:
        return _library().x25519.Recipient.from_str(untrusted_key)
    except _library().RecipientError as error:
        raise ValueError("this is no public key of the age format") from error


class _End:
    """One end of a stream as the library sees it: remembers the error that the library would only quote."""

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self._call = call
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        return bytes(self._guarded(size))

    def write(self, data: bytes) -> int:
        return int(self._guarded(data))

    def flush(self) -> None:
        """Nothing: the target is flushed by whoever opened it."""

    def _guarded(self, argument: Any) -> Any:
        try:
            return self._call(argument)
        except BaseException as error:
            self.error = error
            raise


def _run(work: Callable[..., None], source: Source, target: Target, keys: list[Any]) -> None:
    """``work`` between both ends; their own errors come through as they were, and are never lost."""
    reader, writer = _End(source.read), _End(target.write)
    try:
        work(reader, writer, keys)
    except (_library().EncryptError, _library().DecryptError, OSError) as error:
        if not (reader.error or writer.error):
            raise Damaged("altered, cut off, or sealed to another key") from error
    theirs = reader.error or writer.error
    if theirs is not None:  # the library says nothing of an error met while its last buffer is written
        raise theirs


@cache
def _library() -> ModuleType:
    try:
        import pyrage
    except ImportError as error:
        raise Unavailable("the vault needs the extra custody: pip install 'tutela[custody]'") from error
    found: ModuleType = pyrage
    return found
