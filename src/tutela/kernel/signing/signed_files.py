"""Signed configuration files of one house, read and put in force: the only way in which they change.

A ``SignedFile`` says what a kind of file is called, which format it has, and how its table becomes a value.
``ConfigurationFolder`` holds the files of a house and the history of its signers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from tutela.kernel.clock import Clock, iso_utc
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Conflict
from tutela.kernel.formats import check_version
from tutela.kernel.signing import documents
from tutela.kernel.signing.signers import Chain, ConfigurationRefused, follow
from tutela.kernel.signing.tables import Table

T = TypeVar("T")

#: How far clocks may differ before a time counts as being in the future (governance.md 5.2: 10 minutes).
SKEW = timedelta(minutes=10)
#: Notes whose signatures are remembered as right (our own: a house has three files and its signers).
NOTES_KEPT = 32
#: Name of the folder below TUTELA_HOME, and of the one in it with the history of the signers.
FOLDER, SIGNERS_FOLDER = "configuration", "signers"
#: The highest number that this process has read in each place: a signature stays right for ever, and an old
#: file that somebody puts back is not in force again. Over a restart the ledger remembers it.
_highest: dict[Path, int] = {}
_NUMBERED = re.compile(r"([1-9][0-9]{0,5})\.toml", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What every configuration file begins with: which it is, since when, until when."""

    schema: str
    #: Rises by each change that is put in force.
    number: int
    valid_from: datetime
    expires: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedFile(Generic[T]):
    """A kind of signed configuration: file ``name``, format ``schema``/``version``, and how it is read.

    ``parse`` gets the table and its header, asks for every key of its own, and raises ValueError.
    """

    name: str
    schema: str
    version: int
    parse: Callable[[Table, Header], T]

    def read_text(self, untrusted_text: str) -> tuple[Header, T]:
        """Header and value of a text, signed or not. Raises ValueError naming the key."""
        table = Table.read(untrusted_text)
        header = self._header(table)
        value = self.parse(table, header)
        table.finish()
        return header, value

    def _header(self, table: Table) -> Header:
        schema, _, version = table.text("schema").partition("/")
        if schema != self.schema:
            raise ValueError(f"schema: this is to be {self.schema}/{self.version}")
        check_version(self.name, version, reads=self.version)
        header = Header(
            schema=f"{schema}/{version}",
            number=table.number("number", 1, 1_000_000),
            valid_from=table.moment("valid_from"),
            expires=table.moment("expires"),
        )
        if header.expires <= header.valid_from:
            raise ValueError("expires: later than valid_from")
        return header


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified(Generic[T]):
    """A value that enough signers signed and that is valid now, with what people compare and print."""

    value: T
    header: Header
    #: SHA-256 of the signed text, hexadecimal.
    digest: str
    signed_by: tuple[str, ...]

    def check_valid(self, clock: Clock) -> None:
        """Return where it is in force now. Raises ConfigurationRefused."""
        now = clock.now()
        name = f"{self.header.schema} number {self.header.number}"
        if now >= self.header.expires:
            raise ConfigurationRefused(f"{name}: it expired on {iso_utc(self.header.expires)}")
        if now + SKEW < self.header.valid_from:
            raise ConfigurationRefused(f"{name}: it is valid from {iso_utc(self.header.valid_from)} on")


def verify(note: Note, kind: SignedFile[T], chain: Chain, clock: Clock) -> Verified[T]:
    """The value of a note that enough signers signed. Raises ConfigurationRefused with the reason."""
    # Remembered by what it is made of, signatures and signers included: a changed byte is checked anew.
    verified = cast(Verified[T], _agreed(note, kind, chain))
    verified.check_valid(clock)
    return verified


@lru_cache(maxsize=NOTES_KEPT)
def _agreed(note: Note, kind: SignedFile[Any], chain: Chain) -> Verified[Any]:
    """The value that enough signers signed, whether it is valid now or not."""
    signed_by = chain.check_enough(note, kind.name)
    try:
        header, value = kind.read_text(note.text)
    except ValueError as error:
        raise ConfigurationRefused(f"{kind.name}: {error}") from error
    return Verified(value=value, header=header, digest=documents.digest_of(note.text), signed_by=signed_by)


@lru_cache(maxsize=NOTES_KEPT)
def _followed(untrusted_notes: tuple[Note, ...]) -> Chain:
    """The signers that this history ends with. Raises ConfigurationRefused."""
    return follow(untrusted_notes)


class ConfigurationFolder:
    """The signed files of one house, below its ``home``. Reads afresh: what counts is what stands there.

    Of bytes that were checked already the signatures are not checked again.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def chain(self) -> Chain:
        """The signers in force, their history checked from the first file on. Raises ConfigurationRefused."""
        chain = _followed(tuple(self._read(path, path.name) for path in self._signer_files()))
        _check_rises(self._signers_folder, chain.signers.number, "signers")
        return chain

    def read(self, kind: SignedFile[T], clock: Clock) -> Verified[T]:
        """The value of this kind that is in force. Raises ConfigurationRefused with the reason."""
        chain, path = self.chain(), self.folder / kind.name
        verified = verify(self._read(path, kind.name), kind, chain, clock)
        _check_rises(path, verified.header.number, path.stem)
        return verified

    def enact(self, note: Note, kind: SignedFile[T], clock: Clock) -> Verified[T]:
        """Put this note in force. Raises Conflict where it is no later one, ConfigurationRefused."""
        verified = verify(note, kind, self.chain(), clock)
        path = self.folder / kind.name
        if path.exists():
            _check_later(verified.header.number, self._number_there(path, kind), kind.name)
        documents.write(path, note)
        return verified

    def enact_signers(self, note: Note) -> Chain:
        """Put these signers in force after those before. Raises ConfigurationRefused."""
        files = self._signer_files()
        chain = follow([*(self._read(path, path.name) for path in files), note])
        documents.write(self._signers_folder / f"{chain.signers.number}.toml", note)
        return chain

    @property
    def _signers_folder(self) -> Path:
        return self.folder / SIGNERS_FOLDER

    def _signer_files(self) -> list[Path]:
        found = {}
        for path in sorted(self._signers_folder.glob("*.toml")):
            match = _NUMBERED.fullmatch(path.name)
            if match is None:
                raise ConfigurationRefused(f"{path.name}: no file of signers has such a name")
            found[int(match.group(1))] = path
        return [found[number] for number in sorted(found)]

    def _read(self, path: Path, name: str) -> Note:
        try:
            return documents.read(path)
        except LookupError as error:
            raise ConfigurationRefused(
                f"{name}: there is none; tutela {path.stem} sample shows one"
            ) from error
        except ValueError as error:
            raise ConfigurationRefused(f"{name}: {error}") from error

    def _number_there(self, path: Path, kind: SignedFile[T]) -> int:
        """The number of what stands there, 0 where it cannot be read: then it was in force for nobody."""
        try:
            return kind.read_text(documents.read(path).text)[0].number
        except (LookupError, ValueError):
            return 0


def _check_rises(path: Path, number: int, name: str) -> None:
    """Return where this process has read no later one in its place. Raises ConfigurationRefused."""
    known = path.absolute()
    if number < _highest.get(known, 0):
        raise ConfigurationRefused(f"{name}: a later one was in force; this one is old")
    _highest[known] = number


def _check_later(number: int, there: int, name: str) -> None:
    if number <= there:
        raise Conflict(f"{name}: number {there} is in force; a later one has a number above it")
