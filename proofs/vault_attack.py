"""What a process can do that holds the fetcher's belongings alone: seal, and fail to open.

``python -m proofs.vault_attack BELONGINGS PRIVATE NUMBER`` seals into the folder BELONGINGS, drops to the
user nobody where it may, tries every way in, and prints ``sealed= tried= opened= control=``. The control
opens with the private key, before the privileges are dropped: so the attempts could have succeeded.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from tutela.kernel.clock import SystemClock
from tutela.kernel.custody import age, bech32, envelopes
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.keys import PrivateKey
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import TutelaError

#: The user and group without rights (Linux: nobody).
NOBODY = 65_534


def attempts(
    belongings: Path, private: Path, blob: str, planted: str
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Ways to open one object, by name; each returns something if it works and raises otherwise."""
    blobs = FileBlobStore(belongings / "vault" / "objects", belongings / "envelopes")
    public = belongings / "vault" / "epochs"
    (epoch, envelope), *_ = blobs.envelopes(blob).items()
    recipient = FilePublicKeys(public).current().recipient
    yield (
        "no key",
        lambda: Opener(blobs, FileKeyStore(public, belongings / "none", SystemClock())).check(blob),
    )
    yield (
        "own key",
        lambda: Opener(blobs, FileKeyStore(public, belongings / "own", SystemClock())).check(blob),
    )
    yield "public half as the secret", lambda: _with(blobs, blob, bech32.parse("age", recipient))
    yield "a key of its own", lambda: envelopes.parse(envelope, blob, planted)
    yield "the bytes with a key of its own", lambda: _unsealed(blobs, blob, planted)
    yield "the opener's folder", lambda: FileKeyStore(public, private, SystemClock()).private(epoch).text()
    yield "the opener's file", (private / f"{epoch}.key").read_bytes


def _with(blobs: FileBlobStore, blob: str, raw: bytes) -> object:
    (envelope,) = blobs.envelopes(blob).values()
    return envelopes.parse(envelope, blob, PrivateKey(raw=raw).text())


def _unsealed(blobs: FileBlobStore, blob: str, secret: str) -> None:
    with blobs.sealed(blob) as sealed:
        age.unseal(sealed, BytesIO(), secret)


def main(belongings: Path, private: Path, number: int) -> int:
    """0; what was tried stands in the output."""
    public = FilePublicKeys(belongings / "vault" / "epochs")
    blobs = FileBlobStore(belongings / "vault" / "objects", belongings / "envelopes")
    sealed = [Sealer(blobs, public).put(BytesIO(os.urandom(5_000))).blob for _ in range(number)]
    opener = Opener(blobs, FileKeyStore(public.folder, private, SystemClock()))
    control = sum(opener.check(blob).size_bytes == 5_000 for blob in sealed)
    own = belongings / "own"
    own.mkdir(mode=0o700)
    planted, _ = age.new_key()
    (own / f"{public.current().id}.key").write_text(planted)
    (own / f"{public.current().id}.key").chmod(0o600)
    _drop(belongings)
    tried = opened = 0
    for blob in sealed:
        for _, attempt in attempts(belongings, private, blob, planted):
            tried += 1
            opened += _works(attempt)
    sys.stdout.write(f"sealed={len(sealed)} tried={tried} opened={opened} control={control}\n")
    return 0


def _drop(belongings: Path) -> None:
    """Become the user nobody, who owns what the fetcher owns and nothing else."""
    if os.getuid() != 0:
        return
    for path in (belongings, *belongings.rglob("*")):
        shutil.chown(path, NOBODY, NOBODY)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (TutelaError, OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
