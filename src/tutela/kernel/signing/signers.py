"""Who signs this house's configuration: names, public keys, how many of them are needed; and its history.

The first file of signers is signed by its own. Each later one names its predecessor's digest and is signed by
enough of the predecessor's signers *and* enough of its own (as the roots of The Update Framework, section
5.3): so one person alone can neither join, nor remove another, nor lower the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tutela.kernel.custody.notes import Note, NoteKey, Signature
from tutela.kernel.errors import Refused
from tutela.kernel.signing.documents import digest_of
from tutela.kernel.signing.tables import Table
from tutela.kernel.signing.weak_keys import is_weak

#: Name and version of the format of a file of signers.
SCHEMA = "tutela-signers/1"
#: Fewest signatures that anything needs (governance GOV-10, threat model section 2: nobody acts alone).
NEED_MIN = 2
#: Most signers (our own; a board of trustees fits).
SIGNERS_MAX = 32
#: A signer's name: it stands in front of each signature.
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,39}", re.ASCII)


def check_name(name: str) -> None:
    """Return where a signer may have this name. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError("a signer's name is up to 40 of a-z, 0-9, dot, dash, and begins with a letter")


class ConfigurationRefused(Refused):
    """The signed configuration is missing, altered, expired, signed by too few, or grants what it may not.

    Nothing starts with it. The message says what is wrong and which command mends it.
    """

    code = "configuration_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signers:
    """The signers of one moment: their public keys, and how many of them any change needs."""

    number: int
    need: int
    keys: tuple[NoteKey, ...]
    #: Digest of the file before this one; empty for the first.
    previous: str = ""

    def __post_init__(self) -> None:
        names, raw = {key.name for key in self.keys}, {key.public_key for key in self.keys}
        if len(names) != len(self.keys) or len(raw) != len(self.keys):
            raise ValueError("signers: each name and each key only once, one person each")
        if any(is_weak(one) for one in raw):
            raise ValueError("signers: a key is of a kind under which anybody's signature fits")
        for name in sorted(names):
            check_name(name)
        if not NEED_MIN <= self.need <= len(self.keys) <= SIGNERS_MAX:
            raise ValueError(
                f"need: from {NEED_MIN} to the number of signers, and these are at most {SIGNERS_MAX}"
            )
        if bool(self.previous) != (self.number > 1):
            raise ValueError("previous: the digest of the file before this one; the first has none")


def parse_signers(untrusted_text: str) -> Signers:
    """The signers of a text, whose signatures are another matter. Raises ValueError."""
    table = Table.read(untrusted_text)
    if table.text("schema") != SCHEMA:
        raise ValueError(f"schema: this release reads {SCHEMA}")
    signers = Signers(
        number=table.number("number", 1, 1_000_000),
        need=table.number("need", 1, SIGNERS_MAX),
        keys=tuple(NoteKey.read(one) for one in table.texts("signers")),
        previous=table.text("previous", default=""),
    )
    table.finish()
    return signers


def render_signers(signers: Signers) -> str:
    """The text that ``parse_signers`` reads."""
    rows = "".join(f'    "{key}",\n' for key in signers.keys)
    previous = f'previous = "{signers.previous}"\n' if signers.previous else ""
    return (
        f'schema = "{SCHEMA}"\nnumber = {signers.number}\n{previous}'
        "# So many of them sign every change of the configuration, and of this file.\n"
        f"need = {signers.need}\n"
        f"signers = [\n{rows}]\n"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """The signers in force and those before them; ``anchor`` is the digest of the very first file."""

    signers: Signers
    digest: str
    anchor: str
    former: tuple[NoteKey, ...] = ()

    def signed_by(self, note: Note) -> tuple[str, ...]:
        """Names of those in force who signed. Raises ConfigurationRefused for a wrong or foreign signature.

        A right signature of somebody who has left is passed over.
        """
        return _names(note, self.signers.keys, self.former)

    def check_enough(self, note: Note, what: str) -> tuple[str, ...]:
        """Names of those who signed, at least as many as are needed. Raises ConfigurationRefused."""
        return _enough(self.signers, self.signed_by(note), what)


def follow(untrusted_notes: Iterable[Note]) -> Chain:
    """The signers that a history of files ends with, each step checked. Raises ConfigurationRefused."""
    chain: Chain | None = None
    for place, note in enumerate(untrusted_notes, 1):
        chain = _next(chain, note, f"signers {place}")
    if chain is None:
        raise ConfigurationRefused("nobody is named who may sign here: tutela signers init")
    return chain


def _next(before: Chain | None, note: Note, what: str) -> Chain:
    try:
        signers = parse_signers(note.text)
    except ValueError as error:
        raise ConfigurationRefused(f"{what}: {error}") from error
    digest = digest_of(note.text)
    if (signers.number, signers.previous) != (
        (1, "") if before is None else (before.signers.number + 1, before.digest)
    ):
        raise ConfigurationRefused(f"{what}: it does not follow the file before it")
    earlier = () if before is None else (*before.former, *before.signers.keys)
    signed = _names(note, signers.keys, earlier)
    _enough(signers, signed, what)
    if before is not None:
        _enough(before.signers, _names(note, before.signers.keys, (*before.former, *signers.keys)), what)
    present = {(key.name, key.number) for key in signers.keys}
    return Chain(
        signers=signers,
        digest=digest,
        anchor=digest if before is None else before.anchor,
        former=tuple(key for key in earlier if (key.name, key.number) not in present),
    )


def _names(note: Note, keys: Iterable[NoteKey], former: Iterable[NoteKey]) -> tuple[str, ...]:
    counted = {(key.name, key.number): key for key in keys}
    passed_over = {(key.name, key.number): key for key in former} | counted
    seen: set[tuple[str, bytes]] = set()
    for one in note.signatures:
        _check_one(note, one, passed_over.get((one.name, one.number)), again=(one.name, one.number) in seen)
        seen.add((one.name, one.number))
    return tuple(name for name, number in counted if (name, number) in seen)


def _check_one(note: Note, one: Signature, key: NoteKey | None, *, again: bool) -> None:
    if key is None:
        raise ConfigurationRefused("a signature is of somebody who is no signer of this house")
    if again:
        raise ConfigurationRefused(f"{key.name} signed twice: keep one of the two lines")
    if not key.verify(note.text, one.value):
        raise ConfigurationRefused(f"the signature of {key.name} does not fit: the text was changed since")


def _enough(signers: Signers, signed: tuple[str, ...], what: str) -> tuple[str, ...]:
    if not signed:
        raise ConfigurationRefused(f"{what}: nobody signed it; {signers.need} signatures are needed")
    if len(signed) < signers.need:
        raise ConfigurationRefused(f"{what}: {len(signed)} signed, {signers.need} signatures are needed")
    return signed
