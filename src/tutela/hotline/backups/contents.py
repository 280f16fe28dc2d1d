"""What of the house's folder goes into a backup: everything but what must not, and what is made anew.

Never: private keys and envelopes (kernel.custody: what is destroyed stays destroyed, in backups too). They
stand in folders with a file ``.nobackup``, and are named by the caller besides, in case somebody removed it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tutela.hotline.backups.key_bundles import BUNDLE
from tutela.hotline.databases import FILE_NAME
from tutela.kernel.custody.durable import GONE, PART

#: A folder with this file is in no backup.
NO_BACKUP = ".nobackup"
#: What the vault's folder and the spare area are called in a backup, wherever they stand.
VAULT, SPARE = "vault", "spare"
#: In TUTELA_HOME and not in a backup: the database (its snapshot is), and the match service's own data
#: (how-to/operate.md says how to keep it). The login key is: without it nobody's authenticator app fits.
#: Nor a bundle of keys that a restore left sealed.
LEFT_OUT = frozenset({FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", "match", BUNDLE})
#: Sealed objects are copied after the database, so that each one that it names is there.
LAST = f"{VAULT}/objects/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the house stands: its folder, the vault's public one, the spare area, and what never leaves."""

    home: Path
    vault: Path
    spare: Path
    never: Collection[Path]

    def elsewhere(self) -> Mapping[str, Path]:
        """Folders that a setting may have put elsewhere, by what they are called in a backup."""
        return {VAULT: self.vault, SPARE: self.spare}


def files_before(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    """(name in the backup, path) of each file that is copied before the database."""
    return ((name, path) for name, path in _files(places) if not str(name).startswith(LAST))


def files_after(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    """(name in the backup, path) of each sealed object, which is copied after it."""
    return ((name, path) for name, path in _files(places) if str(name).startswith(LAST))


def place_of(name: PurePosixPath, places: Places) -> Path:
    """Where a file of a backup belongs in a house."""
    folder = places.elsewhere().get(name.parts[0])
    if folder is not None:
        return folder.joinpath(*name.parts[1:])
    return places.home.joinpath(*name.parts)


def _files(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    never = {one.resolve() for one in places.never}
    elsewhere = places.elsewhere()
    yield from _walk(places.home, PurePosixPath(), {*never, *(one.resolve() for one in elsewhere.values())})
    for name, folder in elsewhere.items():
        yield from _walk(folder, PurePosixPath(name), never)


def _walk(folder: Path, name: PurePosixPath, never: Collection[Path]) -> Iterator[tuple[PurePosixPath, Path]]:
    """Regular files below a folder, in order. A folder that goes meanwhile is passed over."""
    if not folder.is_dir() or (folder / NO_BACKUP).exists():
        return
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        path, here = folder / entry.name, name / entry.name
        if path.resolve() in never or (not name.parts and entry.name in LEFT_OUT):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, here, never)
        elif _is_kept(entry):
            yield here, path


def _is_kept(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file: no link, socket or half-written one."""
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISREG(mode) and not entry.name.endswith((PART, GONE))
