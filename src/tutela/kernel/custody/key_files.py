"""Keys of the vault as files: what may be backed up in one folder, private keys in another that never is.

``<epoch>.json`` holds the public key, ``<epoch>.split`` that shares were given out, ``<epoch>.retired`` that
the key is destroyed. ``<epoch>.key`` is the private key as the age tools write it, ``<epoch>.key.age`` the
same sealed with a passphrase.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutela.kernel.clock import Clock, iso_utc
from tutela.kernel.custody import age, durable
from tutela.kernel.custody.keys import (
    Epoch,
    PrivateKey,
    Split,
    check_here,
    epoch_id,
    known,
    newest,
    retirable,
)
from tutela.kernel.errors import Unavailable
from tutela.kernel.formats import NewerFormatError, check_version

#: Version of the file of a public key.
EPOCH_FORMAT = 1
#: Bytes of the largest file here: a key sealed with a passphrase has some 350.
_FILE_BYTES_MAX = 4_096
#: Ends of the names of the public files.
_PUBLIC, _SPLIT, _RETIRED = ".json", ".split", ".retired"
#: Ends of the names of the private files: plain, and sealed with a passphrase.
_PLAIN, _WRAPPED = ".key", ".key.age"
#: End of the name of a private file while another is put in its place.
_ASIDE = ".old"


class FilePublicKeys:
    """The public halves in ``folder``; this is all that the fetcher is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def epochs(self) -> tuple[Epoch, ...]:
        """Every epoch, the oldest first. Raises Unavailable where a file is not what was written there."""
        with durable.storage():
            found = sorted(self.folder.glob(f"*{_PUBLIC}")) if self.folder.exists() else []
        return tuple(sorted((self._epoch(path) for path in found), key=lambda one: (one.number, one.id)))

    def current(self) -> Epoch:
        """The newest epoch that is not retired. Raises Unavailable."""
        return newest(self.epochs())

    def _epoch(self, path: Path) -> Epoch:
        try:
            row: dict[str, Any] = json.loads(durable.read_file(path, _FILE_BYTES_MAX))
            check_version("a public key of the vault", row["v"], reads=EPOCH_FORMAT)
            epoch = Epoch(
                id=epoch_id(row["recipient"]),
                recipient=row["recipient"],
                number=int(row["number"]),
                made=datetime.strptime(row["made"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                retired=path.with_suffix(_RETIRED).exists(),
                split=self._split(path.with_suffix(_SPLIT)),
            )
        except NewerFormatError as error:
            raise Unavailable(str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable("a public key of the vault cannot be read") from error
        if epoch.id != path.stem:
            raise Unavailable("a public key of the vault stands under the name of another")
        return epoch

    def _split(self, path: Path) -> Split | None:
        try:
            row = json.loads(durable.read_file(path, _FILE_BYTES_MAX))
        except LookupError:
            return None
        return Split(need=int(row["need"]), of=int(row["of"]))


class FileKeyStore(FilePublicKeys):
    """Both halves. ``passphrase`` is asked when a private key is written or read; None: keys are plain."""

    def __init__(
        self, public: Path, private: Path, clock: Clock, passphrase: Callable[[], str] | None = None
    ) -> None:
        super().__init__(public)
        self.private_folder = private
        self._clock, self._passphrase = clock, passphrase

    def has_private(self, epoch: str) -> bool:
        """Whether the private key of this epoch is here."""
        return any(path.exists() for path in self._private_files(epoch))

    def private(self, epoch: str) -> PrivateKey:
        """The private key of this epoch.

        Raises Unavailable where it is missing or damaged; Refused where it is destroyed, open to others, or
        the passphrase is wrong.
        """
        found = known(self, epoch)
        check_here(found, here=self.has_private(epoch))
        durable.refuse_others(self.private_folder)
        try:
            key = PrivateKey.read(self._private_text(epoch))
        except ValueError as error:
            raise age.Damaged(f"the private key of {epoch} is damaged: tutela keys restore") from error
        if key.recipient() != found.recipient:
            raise age.Damaged(f"the private key of {epoch} is another one: tutela keys restore")
        return key

    def rotate(self) -> Epoch:
        """A new epoch; its private key is durable before anything can be sealed to it."""
        self._finish_retiring()
        return self.restore(PrivateKey.new())

    def restore(self, key: PrivateKey) -> Epoch:
        """The epoch of this key, whose private half is here again. Raises Refused where it was retired."""
        recipient = key.recipient()
        epochs = {one.id: one for one in self.epochs()}
        found = epochs.get(epoch_id(recipient))
        if found is not None:
            check_here(found, here=True)
            self._write_private(found.id, key)
            return found
        number = 1 + max((one.number for one in epochs.values()), default=0)
        made = Epoch(
            id=epoch_id(recipient),
            recipient=recipient,
            number=number,
            made=self._clock.now().replace(microsecond=0),
        )
        self._write_private(made.id, key)
        self._write(
            made.id, _PUBLIC, v=EPOCH_FORMAT, recipient=recipient, number=number, made=iso_utc(made.made)
        )
        return made

    def record_split(self, epoch: str, split: Split) -> None:
        """Keep that shares were given out, never the shares."""
        self._write(known(self, epoch).id, _SPLIT, need=split.need, of=split.of)

    def retire(self, epoch: str) -> None:
        """Return once the private key is overwritten and gone. Raises Conflict for the current epoch."""
        found = retirable(self, epoch)
        self._write(found.id, _RETIRED, retired=iso_utc(self._clock.now()))
        self._finish_retiring()

    def _finish_retiring(self) -> None:
        """Overwrite what is left of the keys of retired epochs: a process may have died in between."""
        for epoch in (one.id for one in self.epochs() if one.retired):
            with durable.storage():
                for path in sorted(self.private_folder.glob(f"{epoch}.*")):
                    durable.erase(path)

    def _private_files(self, epoch: str) -> tuple[Path, Path]:
        return self.private_folder / f"{epoch}{_PLAIN}", self.private_folder / f"{epoch}{_WRAPPED}"

    def _private_text(self, epoch: str) -> str:
        plain, wrapped = self._private_files(epoch)
        path = plain if plain.exists() else wrapped
        durable.refuse_others(path)
        data = durable.read_file(path, _FILE_BYTES_MAX)
        if path == wrapped:
            if self._passphrase is None:
                raise Unavailable(f"the private key of {epoch} needs its passphrase")
            data = age.unseal_with_passphrase(data, self._passphrase())
        return data.decode("ascii")

    def _write_private(self, epoch: str, key: PrivateKey) -> None:
        """The key in the form that is asked for; a file in the other form is destroyed afterwards."""
        plain, wrapped = self._private_files(epoch)
        data = (key.text() + "\n").encode("ascii")
        if self._passphrase is None:
            path, other = plain, wrapped
        else:
            path, other, data = wrapped, plain, age.seal_with_passphrase(data, self._passphrase())
        aside = path.with_name(path.name + _ASIDE)
        if path.exists():
            with durable.storage():
                path.rename(aside)
        durable.write_file(path, data)
        durable.destroy_file(aside)
        durable.destroy_file(other)

    def _write(self, epoch: str, end: str, **row: object) -> None:
        durable.write_file(self.folder / f"{epoch}{end}", (json.dumps(row) + "\n").encode("ascii"))
