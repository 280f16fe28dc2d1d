"""An address on its way: sealed twice where it comes in, and met in the clear by the fetcher alone.

Whoever takes in an address (the public process, the fetcher that finds pictures on a page) seals it with
public keys only: once to the vault's epoch, whose private key the opener holds, and once to the fetch key,
whose private key the fetcher holds. The worker holds neither: it reads ``url_for_fetch`` from the database
and passes it through the pipe as it is. The fetcher opens it with ``open_text`` of
``kernel.custody.sealed_texts`` and the key store of ``fetch_key_store``, fetches, and answers with the
canonical address, of which the worker keeps the keyed digest (``index_key``) and nothing else.
docs/explanation/addresses.md says why. No Django here: the fetcher imports this without a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tutela.kernel.clock import Clock
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.keys import PublicKeys
from tutela.kernel.custody.sealed_texts import epoch_of, open_text, seal_text
from tutela.kernel.egress.urls import Url, read_url

#: Below TUTELA_HOME: public halves of the fetch key; every process that takes in addresses reads them.
FETCH_PUBLIC = "fetch/epochs"
#: Below TUTELA_HOME: private halves; the fetcher's user alone reads them, no backup holds them. A lost one is
#: replaced, not restored: the opener seals what is still to be fetched anew (``actions.reseal_addresses``).
FETCH_PRIVATE = "fetch/keys"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealingKeys:
    """The public halves that an address is sealed to: of the vault for the opener, of the fetcher."""

    vault: PublicKeys
    fetch: PublicKeys


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAddress:
    """An address as the database may hold it. ``url_for_fetch`` is empty where nothing will be fetched.

    The page from which a link led there is sealed likewise; empty where nobody named one.
    """

    url_sealed: bytes = field(repr=False)
    host_sealed: bytes = field(repr=False)
    url_for_fetch: bytes = field(repr=False)
    referrer_sealed: bytes = field(default=b"", repr=False)
    referrer_for_fetch: bytes = field(default=b"", repr=False)

    @property
    def url_epoch(self) -> str:
        """Epoch of the vault's key that opens ``url_sealed`` and ``host_sealed``."""
        return epoch_of(self.url_sealed)

    @property
    def fetch_epoch(self) -> str:
        """Epoch of the fetch key, or an empty text."""
        return epoch_of(self.url_for_fetch) if self.url_for_fetch else ""


def seal_address(url: Url, keys: SealingKeys, *, referrer: Url | None = None) -> SealedAddress:
    """The address as it was written, sealed for the opener and for the fetcher. Raises Unavailable."""
    return SealedAddress(
        referrer_sealed=seal_text(referrer.canonical, keys.vault) if referrer else b"",
        referrer_for_fetch=seal_text(referrer.canonical, keys.fetch) if referrer else b"",
        url_sealed=seal_text(url.raw, keys.vault),
        host_sealed=seal_text(url.name, keys.vault),
        url_for_fetch=seal_text(url.raw, keys.fetch),
    )


def open_for_fetch(untrusted_sealed: bytes, keys: FileKeyStore) -> Url:
    """The address that the fetcher is to meet. Raises Damaged, Unavailable, Invalid; quotes nothing."""
    return read_url(open_text(untrusted_sealed, keys))


def fetch_public_keys(home: Path) -> FilePublicKeys:
    """What seals addresses to the fetcher."""
    return FilePublicKeys(home / FETCH_PUBLIC)


def fetch_key_store(home: Path, clock: Clock) -> FileKeyStore:
    """Both halves of the fetch key: for the fetcher, and for whoever makes a new one (``rotate``)."""
    return FileKeyStore(home / FETCH_PUBLIC, home / FETCH_PRIVATE, clock)
