"""What of the house's folder goes into a backup: everything but what must not, and what is made anew.

Never: private keys and envelopes (kernel.custody: what is destroyed stays destroyed, in backups too). They
stand in folders with a file ``.nobackup``, and are named by the caller besides, in case somebody removed it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tutela.hotline.databases import FILE_NAME
from tutela.kernel.custody.durable import GONE, PART

#: A folder with this file is in no backup.
NO_BACKUP = ".nobackup"
#: What the vault's folder is called in a backup, wherever it stands.
VAULT = "vault"
#: In TUTELA_HOME and not in a backup: the database (its snapshot is), the login key (a new one ends all
#: sessions, as a restore should), and the match service's own data (how-to/operate.md says how to keep it).
LEFT_OUT = frozenset({FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", "login.key", "match"})
#: Sealed objects are copied after the database, so that each one that it names is there.
LAST = f"{VAULT}/objects/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the house stands: its folder, the vault's public one, and what never leaves."""

    home: Path
    vault: Path
    never: Collection[Path]


def files_before(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    """(name in the backup, path) of each file that is copied before the database."""
    return ((name, path) for name, path in _files(places) if not str(name).startswith(LAST))


def files_after(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    """(name in the backup, path) of each sealed object, which is copied after it."""
    return ((name, path) for name, path in _files(places) if str(name).startswith(LAST))


def place_of(name: PurePosixPath, places: Places) -> Path:
    """Where a file of a backup belongs in a house."""
    if name.parts[0] == VAULT:
        return places.vault.joinpath(*name.parts[1:])
    return places.home.joinpath(*name.parts)


def _files(places: Places) -> Iterator[tuple[PurePosixPath, Path]]:
    vault, never = places.vault.resolve(), {one.resolve() for one in places.never}
    yield from _walk(places.home, PurePosixPath(), {vault, *never})
    yield from _walk(places.vault, PurePosixPath(VAULT), never)


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
