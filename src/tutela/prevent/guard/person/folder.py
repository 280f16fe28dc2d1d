"""The one folder in which everything of the guard lies: readable by its owner alone, written whole.

Its name is one of the neutral ones (``discretion``). It is found again by a mark in it, because nothing
outside of it says where it is.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from tutela.kernel.custody import durable
from tutela.kernel.errors import Refused, Unavailable

#: The files of the person.
POLICY, WAITS, CONSENT, DISCRETION, STOPPED = "policy", "waits", "consent", "names", "stopped"
#: Written anew to end an emergency stop of which the folder has no word (``stopping.tell_start``).
STARTED = "started"
#: The files that only the passphrase opens, and the keys that it opens.
KEYS, COUNTS, DIARY = "keys", "counts", "diary"
#: What the system's side keeps: the journal, the authority's key and certificate, what the service starts.
JOURNAL, AUTHORITY, CERTIFICATE, START = "journal", "authority", "certificate", "start"
#: Where that key is; the next proxy; says that the set-up is whole, and that leaving began.
KEY_PLACE, UPSTREAM, FINISHED, GOING = "key-place", "upstream", "finished", "going"
#: Says that the guard is there for all accounts of the device, as root set it up.
WHOLE_DEVICE = "whole-device"
#: The ports of the guard and of the person's page, and the classifiers behind its switch.
PORT, PAGE_PORT, CLASSES = "port", "page-port", "classes"
#: The file by which a folder is known, and how it begins.
MARK, MARK_BYTES = "mark", b"own choice 1\n"
#: Bytes of the largest file that is read: the counts of a year have 1 MB (``counters``).
FILE_BYTES_MAX = 16 * 1024 * 1024
#: Seconds that others may be at work here before it is given up (our own: they write some small files). A
#: program that hangs keeps neither a guard from ending nor an emergency stop from being seen.
ALONE_SECONDS = 5.0
_LOOK_SECONDS = 0.01


def data_home(environment: Mapping[str, str], home: Path) -> Path:
    """Where a person's programs keep their data (XDG base directories): an absolute folder."""
    named = environment.get("XDG_DATA_HOME", "")
    return Path(named) if named.startswith("/") else home / ".local" / "share"


class Folder:
    """The folder at ``path``. Every method raises Unavailable where the storage fails."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether it is there, with its mark."""
        try:
            return durable.read_file(self.path / MARK, FILE_BYTES_MAX).startswith(MARK_BYTES)
        except (LookupError, Unavailable):
            return False

    def make(self) -> None:
        """Return once it is there, empty but for its mark. Raises Refused where something is there.

        It is made under a name that tells nothing, so that a kill leaves a folder with its mark, or an empty
        one without a name. The mark names the folders above that were made for it.
        """
        if self.path.is_symlink() or self.path.exists():
            raise Refused(f"{self.path} is there already: choose another name for the folder")
        parents = [str(one) for one in self.path.parents if not one.exists()]
        new = Folder(_nameless(self.path))
        with _storage():
            durable.make_folder(new.path)
        new.write(MARK, MARK_BYTES + "\n".join(parents).encode("utf-8"))
        with _storage():
            new.path.rename(self.path)
            durable.sync_folder(self.path.parent)

    @property
    def finished(self) -> bool:
        """Whether a set-up was finished here, and leaving was not begun."""
        return self.read(FINISHED) is not None and self.read(GOING) is None

    def check(self) -> None:
        """Returns where it is ours alone. Raises Refused where it is not there or open to others."""
        if not self.exists:
            raise Refused("nothing is set up here")
        with _storage():
            found = self.path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid != os.getuid():
            raise Refused(f"{self.path} is open to others: chmod 700 it, and ask who read it meanwhile")

    def write(self, name: str, data: bytes, *, mode: int = durable.FILE_MODE) -> None:
        """Return once ``data`` stands durably under ``name``, whole, or what stood there before."""
        path = self.path / name
        with _storage():
            durable.write_file(path, data)
            if mode != durable.FILE_MODE:
                path.chmod(mode)

    def append(self, name: str, data: bytes) -> None:
        """Return once ``data`` stands durably at the end of the file. A kill may leave a part of it."""
        with _storage():
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self.path / name, flags, durable.FILE_MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)

    def read(self, name: str) -> bytes | None:
        """The content of a file, None where there is none."""
        try:
            with _storage():
                return durable.read_file(self.path / name, FILE_BYTES_MAX)
        except LookupError:
            return None

    def remove(self, name: str) -> None:
        """Return once there is no file of this name, and its bytes are overwritten.

        It loses its name first: nobody ever reads a file that is overwritten in part.
        """
        path = self.path / name
        for one in (path, path.with_name(path.name + durable.GONE)):
            _let_write(one)
        with _storage():
            durable.destroy_file(path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which no other process changes anything here. Leaves no file behind.

        Raises Unavailable where another one does not end within ``ALONE_SECONDS``.
        """
        with _storage():
            descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def clear(self) -> None:
        """Return once the folder and all in it are gone, with the folders above that were made for it.

        The mark goes last, to be found after a kill, and from a folder that has lost its name.
        """
        parents = (self.read(MARK) or b"").removeprefix(MARK_BYTES).decode("utf-8").splitlines()
        with _storage():
            for root, folders, files in os.walk(self.path, topdown=False):
                for name in files:
                    if Path(root) != self.path or name != MARK:
                        _erase(Path(root) / name)
                for name in folders:
                    _remove_folder(Path(root) / name)
            gone = _nameless(self.path)
            self.path.rename(gone)
            (gone / MARK).unlink()
            gone.rmdir()
            for parent in map(Path, parents):
                if parent.is_dir() and not any(parent.iterdir()):
                    parent.rmdir()


def _take(descriptor: int) -> None:
    """Return once the lock on an open folder is ours."""
    end = time.monotonic() + ALONE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise Unavailable(
                    "another program is at work in your folder", retry_after_seconds=durable.RETRY_SECONDS
                ) from None
        time.sleep(_LOOK_SECONDS)


def _nameless(path: Path) -> Path:
    """A place beside ``path`` whose name tells nothing."""
    return path.with_name(f".{token_hex(8)}")


def _erase(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        _let_write(path)
        durable.erase(path)


def _let_write(path: Path) -> None:
    """A file that is read-only, as some backups give them back, keeps nobody from leaving."""
    if not path.is_symlink():
        with suppress(OSError):  # it is not there; what it means is told by whoever writes
            path.chmod(durable.FILE_MODE)


def _remove_folder(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        path.rmdir()


def find(parent: Path) -> Folder | None:
    """The folder below ``parent`` that carries the mark, None where none does."""
    try:
        names = sorted(parent.iterdir())
    except OSError:
        return None
    return next((Folder(one) for one in names if Folder(one).exists), None)


@contextmanager
def _storage() -> Iterator[None]:
    """A block in which a failing disk is told in the words of this folder."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"your folder cannot be used: {error.strerror}", retry_after_seconds=durable.RETRY_SECONDS
        ) from error
    except Unavailable as error:
        raise Unavailable(
            "your folder cannot be used: is the disk full?", retry_after_seconds=durable.RETRY_SECONDS
        ) from error
