"""Where Chromium and Firefox on Linux keep whom they trust: NSS databases, changed through ``certutil``.

``certutil`` works on a copy, and the journal replaces the files: what stood there comes back bit for bit. The
browser must be closed meanwhile.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tutela.kernel.errors import Conflict, TutelaError, Unavailable
from tutela.prevent.guard.system.outside_files import look
from tutela.prevent.guard.system.programs import Programs

#: The files of a database (NSS, "sql:" databases).
FILES = ("cert9.db", "key4.db", "pkcs11.txt")
#: What SQLite leaves beside a database that was not closed.
_UNCLOSED = ("-journal", "-wal")
#: Chromium's database, and where Firefox keeps its profiles; the last two are of Snap and Flatpak.
_CHROMIUM = (".pki/nssdb", "snap/chromium/current/.pki/nssdb")
_FIREFOX = (
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
)
#: Trusted to vouch for servers, and for nothing else.
_TRUST = "C,,"


@dataclass(frozen=True, kw_only=True, slots=True)
class NssStore:
    """One database: the browser whose it is, and its folder."""

    browser: str
    folder: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files, there or not."""
        return tuple(self.folder / name for name in FILES)


def stores(home: Path, programs: Programs) -> tuple[NssStore, ...]:
    """The databases of this person's browsers; of Chromium also the one that it has yet to make."""
    found = [NssStore(browser="Firefox", folder=one) for one in firefox_profiles(home)]
    for number, place in enumerate(_CHROMIUM):
        wanted = number == 0 and any(programs.has(one) for one in ("chromium", "google-chrome"))
        if (home / place).is_dir() or wanted:
            found.append(NssStore(browser="Chromium", folder=home / place))
    return tuple(found)


def firefox_profiles(home: Path) -> tuple[Path, ...]:
    """The folders of Firefox's profiles that are there."""
    return tuple(
        dict.fromkeys(
            profile for place in _FIREFOX for profile in _profiles(home / place) if profile.is_dir()
        )
    )


def _profiles(root: Path) -> Iterable[Path]:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((root / "profiles.ini").read_text(encoding="utf-8"))
    except (OSError, ValueError, ConfigError):
        return []
    sections = [parser[one] for one in parser.sections() if one.startswith("Profile")]
    return [root / one["Path"] for one in sections if one.get("Path")]


def check_closed(store: NssStore, *, processes: Path = Path("/proc")) -> None:
    """Returns where no browser has the database open. Raises Conflict otherwise."""
    unclosed = [store.folder / (name + end) for name in FILES[:2] for end in _UNCLOSED]
    if any(path.exists() for path in unclosed) or _is_open(store.files, processes):
        raise Conflict(f"close {store.browser} first, and try again")


def _is_open(files: Iterable[Path], processes: Path) -> bool:
    """Whether a process that we may look at has one of the files open (proc(5))."""
    wanted = {str(path.resolve()) for path in files if path.exists()}
    return bool(wanted) and any(
        _leads_to(descriptor) in wanted for descriptor in processes.glob("[0-9]*/fd/[0-9]*")
    )


def _leads_to(descriptor: Path) -> str:
    try:
        return os.readlink(descriptor)
    except OSError:
        return ""


def with_certificate(
    store: NssStore, certificate_pem: bytes, name: str, programs: Programs, work: Path
) -> Mapping[Path, bytes]:
    """The files of the database with the certificate in it, trusted. Raises Unavailable, Conflict.

    ``work``: a folder of the guard's own that is empty afterwards.
    """
    with _Copy(store, programs, work) as copy:
        copy.ask("-A", "-n", name, "-t", _TRUST, "-i", str(copy.save(certificate_pem)))
        return copy.content()


def without_certificate(store: NssStore, name: str, programs: Programs, work: Path) -> Mapping[Path, bytes]:
    """The files of the database without it, nor a trace of its bytes in pages that are free."""
    with _Copy(store, programs, work) as copy:
        while copy.has(name):  # two, where it was renewed
            copy.ask("-D", "-n", name)
            copy.sweep()
        return copy.content()


class _Copy:
    """A copy of a database for ``certutil`` to work on."""

    def __init__(self, store: NssStore, programs: Programs, work: Path) -> None:
        self._store, self._programs, self._work = store, programs, work

    def __enter__(self) -> _Copy:
        check_closed(self._store)
        self.__exit__()
        self._work.mkdir(mode=0o700)
        try:
            self._fill()
        except TutelaError:
            self.__exit__()
            raise
        return self

    def _fill(self) -> None:
        """The files of the database, or a new one."""
        for path in self._store.files:
            data = look(path).data
            if data is not None:
                (self._work / path.name).write_bytes(data)
        if not (self._work / FILES[0]).exists():
            self.ask("-N", "--empty-password")

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self._work, ignore_errors=True)

    def ask(self, *words: str) -> bytes:
        """What ``certutil`` says. Raises Unavailable with the way by hand."""
        answer = self._programs.run(["certutil", *words, "-d", f"sql:{self._work}"])
        if answer.code:
            raise Unavailable(f"{self._store.browser} does not take the certificate from here: by hand, then")
        return answer.said

    def has(self, name: str) -> bool:
        """Whether there is a certificate of this name."""
        words = ["certutil", "-L", "-n", name, "-d", f"sql:{self._work}"]
        return self._programs.run(words).code == 0

    def save(self, certificate_pem: bytes) -> Path:
        """A file with the certificate, for the program to read."""
        path = self._work / "certificate.pem"
        path.write_bytes(certificate_pem)
        return path

    def sweep(self) -> None:
        """Write the databases anew, without their free pages."""
        for name in FILES[:2]:
            with closing(sqlite3.connect(self._work / name)) as database:
                database.execute("VACUUM")

    def content(self) -> Mapping[Path, bytes]:
        """The files as they are in the copy, naming the place where they will be."""
        made = {path: self._work / path.name for path in self._store.files}
        return {
            path: copy.read_bytes().replace(str(self._work).encode(), str(self._store.folder).encode())
            if copy.name == FILES[2]
            else copy.read_bytes()
            for path, copy in made.items()
            if copy.exists()
        }
