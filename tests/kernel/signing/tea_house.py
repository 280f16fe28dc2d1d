"""A house with signers and a kind of configuration that only the tests have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.signing.documents import parse, sign
from tutela.kernel.signing.signed_files import ConfigurationFolder, Header, SignedFile
from tutela.kernel.signing.signers import Signers, render_signers
from tutela.kernel.signing.tables import Table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = 'schema = "tutela-tea/1"\nnumber = 1\nvalid_from = 2026-01-01\nexpires = 2027-01-01\n'
GREEN = HEAD + 'kind = "green"\n'


def parse_tea(untrusted: Table, header: Header) -> str:
    return untrusted.text("kind", ("green", "black"))


TEA: SignedFile[str] = SignedFile(name="tea.toml", schema="tutela-tea", version=1, parse=parse_tea)


class TeaHouse:
    """Keys of anna, ben, cleo and dora; ``signers`` says which of them may sign."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(NOW)
        self.keys = {name: SigningKey.new(name) for name in ("anna", "ben", "cleo", "dora", "mallory")}
        self.folder = ConfigurationFolder(home)
        self.file = self.folder.folder / TEA.name

    def signers_text(self, *names: str, need: int = 2, after: tuple[int, str] = (0, "")) -> str:
        keys = tuple(self.keys[name].note_key for name in names)
        return render_signers(Signers(number=after[0] + 1, need=need, keys=keys, previous=after[1]))

    def begin(self, *names: str, need: int = 2) -> None:
        """The first signers, who all signed."""
        self.folder.enact_signers(self.signed(self.signers_text(*names, need=need), *names))

    def follow(self, *names: str, by: tuple[str, ...], need: int = 2) -> None:
        """The next signers, signed ``by`` these people."""
        chain = self.folder.chain()
        after = chain.signers.number, chain.digest
        self.folder.enact_signers(self.signed(self.signers_text(*names, need=need, after=after), *by))

    def signed(self, text: str, *names: str) -> Note:
        note = parse(text)
        for name in names:
            note = sign(note, self.keys[name])
        return note

    def put(self, text: object) -> None:
        """These bytes stand there, by whatever way they came."""
        self.file.write_text(str(text), encoding="utf-8")

    def read(self) -> str:
        return self.folder.read(TEA, self.clock).value
