"""A vault whose every object's key is remembered, and the search for what is left of destroyed ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from proofs.disk_search import carved, forms
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody import age, bech32, envelopes
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.keys import PrivateKey
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import TutelaError

#: What a file of the age format begins with, and more than an envelope has.
MAGIC, ENVELOPE_BYTES = b"age-encryption.org/v1\n", 2_048


@dataclass
class Vault:
    """A vault below one folder, and what the measuring process remembers of each object."""

    root: Path
    keys_of: dict[str, str] = field(default_factory=dict)
    plain: dict[str, bytes] = field(default_factory=dict)
    sealed_keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def blobs(self) -> FileBlobStore:
        return FileBlobStore(self.root / "vault" / "objects", self.root / "envelopes")

    @property
    def keys(self) -> FileKeyStore:
        return FileKeyStore(self.root / "vault" / "epochs", self.root / "keys", SystemClock())

    def seal(self, data: bytes) -> str:
        """A sealed object; its key, which the product forgets, is kept here."""
        made: list[str] = []
        new_key = age.new_key

        def remembered() -> tuple[str, str]:
            pair = new_key()
            made.append(pair[0])
            return pair

        age.new_key = remembered
        try:
            blob = Sealer(self.blobs, FilePublicKeys(self.root / "vault" / "epochs")).put(BytesIO(data)).blob
        finally:
            age.new_key = new_key
        (self.keys_of[blob],), self.plain[blob] = made, data
        (self.sealed_keys[blob],) = self.blobs.envelopes(blob).values()
        return blob

    def opens(self, blob: str, keys: FileKeyStore | None = None) -> bool:
        """Whether the object comes back as it was."""
        target = BytesIO()
        try:
            Opener(self.blobs, keys or self.keys).open(blob, target, record=lambda _: None)
        except TutelaError:
            return False
        return target.getvalue() == self.plain[blob]

    def opened(self, blobs: list[str], keys: FileKeyStore | None = None) -> int:
        """How many of them come back."""
        return sum(self.opens(blob, keys) for blob in blobs)


def needles_of(vault: Vault, blobs: list[str]) -> dict[str, list[bytes]]:
    """What must not be found of each object: its key in every form, and the envelope that held it."""
    found_as: dict[str, list[bytes]] = {}
    for blob in blobs:
        text = vault.keys_of[blob]
        raw = bech32.parse("age-secret-key-", text)
        found_as[f"key {blob}"] = [text.encode(), text.lower().encode(), *forms(raw), *forms(text.encode())]
        whole = vault.sealed_keys[blob]
        found_as[f"envelope {blob}"] = [whole[at : at + 32] for at in range(160, len(whole) - 32, 32)]
    return found_as


def recoverable(image: bytes, vault: Vault, private: PrivateKey, destroyed: list[str]) -> int:
    """How many destroyed objects' keys somebody gets who has the whole disk and the epoch's private key."""
    wanted = {vault.sealed_keys[blob]: blob for blob in destroyed}
    lengths = {len(one) for one in wanted}
    got = set()
    for piece in carved(image, MAGIC, ENVELOPE_BYTES):
        for length in lengths:
            blob = wanted.get(piece[:length])
            if blob is not None and _opens_envelope(piece[:length], blob, private):
                got.add(blob)
    return len(got)


def _opens_envelope(envelope: bytes, blob: str, private: PrivateKey) -> bool:
    try:
        envelopes.parse(envelope, blob, private.text())
    except TutelaError:
        return False
    return True
