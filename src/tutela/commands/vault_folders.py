"""What the commands about the vault share: its folders, its keys, the passphrase. No command itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.errors import Conflict
from tutela.kernel.settings import find_origins, home

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.kernel.custody.blob_files import FileBlobStore
    from tutela.kernel.custody.key_files import FileKeyStore
    from tutela.kernel.custody.keys import Epoch, KeyStore, PublicKeys

F = TypeVar("F", bound=Callable[..., Any])

#: Backup programs that are told so leave out a folder with this file (borg, restic: --exclude-if-present).
NO_BACKUP = ".nobackup"


@dataclass(frozen=True, kw_only=True, slots=True)
class VaultFolders:
    """Where the parts of the vault stand; ``envelopes`` and ``private`` are in no backup."""

    objects: Path
    public: Path
    envelopes: Path
    private: Path


def the_clock() -> Clock:
    """The clock that epochs are made by."""
    return SystemClock()


def vault_folders(config_path: Path | None) -> VaultFolders:
    """The folders by the settings in force, below TUTELA_HOME where they say nothing."""
    config = _config(config_path)
    vault = _folder(config.custody.vault if config else "", "vault")
    return VaultFolders(
        objects=vault / "objects",
        public=vault / "epochs",
        envelopes=_folder(config.custody.envelopes if config else "", "envelopes"),
        private=_folder(config.custody.keys if config else "", "keys"),
    )


def _config(config_path: Path | None) -> Config | None:
    if not find_origins(config_path).any():
        return None
    from tutela.config import load

    return load(config_path)


def _folder(configured: str, name: str) -> Path:
    return Path(configured) if configured else home() / name


def key_store(folders: VaultFolders, *, wrapped: bool = False, confirm: bool = False) -> FileKeyStore:
    """Both halves of the keys. ``wrapped``: private keys are written under a passphrase, which is asked."""
    from tutela.kernel.cores import forbid_cores
    from tutela.kernel.custody.key_files import FileKeyStore

    forbid_cores()
    wraps = any(folders.private.glob("*.key.age"))
    ask = cache(lambda: ask_passphrase(confirm=confirm)) if wrapped or wraps else None
    return FileKeyStore(folders.public, folders.private, the_clock(), ask)


def blob_store(folders: VaultFolders) -> FileBlobStore:
    """The sealed objects."""
    from tutela.kernel.custody.blob_files import FileBlobStore

    return FileBlobStore(folders.objects, folders.envelopes)


def ask_passphrase(*, confirm: bool) -> str:
    """What is typed, unseen."""
    typed: str = click.prompt("passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return typed


def passphrase_option(command: F) -> F:
    """The option that puts a passphrase on what is written."""
    return click.option(
        "--passphrase", "wrapped", is_flag=True, help="Ask for a passphrase and seal the private key with it."
    )(command)


def mark_no_backup(folders: VaultFolders) -> None:
    """Return once both folders say to backup programs that they are left out."""
    from tutela.kernel.custody.durable import write_file

    for folder in (folders.envelopes, folders.private):
        if not (folder / NO_BACKUP).exists():
            write_file(folder / NO_BACKUP, b"never in a backup: see the manual, how-to/keys.md\n")


def chosen_epoch(keys: KeyStore, untrusted_epoch: str | None) -> Epoch:
    """The epoch of this id; the current one where none is named. Raises Refused, Unavailable."""
    from tutela.kernel.custody.keys import known

    return keys.current() if untrusted_epoch is None else known(keys, untrusted_epoch)


def epoch_facts(epoch: Epoch, keys: KeyStore, objects: int) -> dict[str, Any]:
    """What may be shown of an epoch: everything but its private key."""
    return {
        "epoch": epoch.id,
        "number": epoch.number,
        "made": iso_utc(epoch.made),
        "recipient": epoch.recipient,
        "state": _state(epoch, keys),
        "private_key": keys.has_private(epoch.id),
        "shares": {"need": epoch.split.need, "of": epoch.split.of} if epoch.split else None,
        "objects": objects,
    }


def _state(epoch: Epoch, keys: PublicKeys) -> str:
    if epoch.retired:
        return "retired"
    return "current" if epoch == keys.current() else "earlier"


def check_new(keys: PublicKeys) -> None:
    """Return where no epoch is there yet. Raises Conflict."""
    if keys.epochs():
        raise Conflict("the vault has keys already: tutela keys rotate makes new ones")
