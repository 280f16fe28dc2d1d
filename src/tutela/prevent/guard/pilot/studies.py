"""The study file: what the study is, who answers for it, what is sent where. Signed by the clinic.

It is a TOML text and a signature (C2SP signed note). The clinic writes the first part; ``tutela guard pilot
found`` adds the table ``keys``. A person's device takes it when the key that signed is the one on their card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tutela.kernel.custody.notes import Note, NoteKey
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.formats import check_version
from tutela.kernel.privacy.laplace import parse_epsilon, parse_fraction
from tutela.kernel.signing import documents
from tutela.kernel.signing.tables import Table
from tutela.prevent.guard.person.words import FALLBACK, LANGUAGES
from tutela.prevent.guard.pilot.questions import check_measure

#: Name and version of the format.
SCHEMA, FORMAT = "tutela-pilot-study", 1
#: What a study may ask for. There is nothing else that a device could send.
SENDS = ("answers", "events", "counts", "leaving")
#: Days of the longest study (our own: counts are kept for 13 months).
DAYS_MAX = 396
#: Names of studies, sites and arms: what stands in file names and tables.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What counts as reached: this question, asked at this moment, answered with at least this."""

    item: str
    moment: str
    at_least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Epsilon of the primary total, of each other one, and of everything that is ever published."""

    primary: Fraction
    other: Fraction
    total: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The clinic's key that signs, the key to which reports are sealed (32 bytes), SHA-256 of the seed."""

    signs: NoteKey
    opens: bytes
    seed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """A study. ``arms``: two, the tested one first, each with a sentence; ``purpose`` by language."""

    name: str
    number: int
    title: str
    clinic: str
    contact: str
    law: str
    ethics: str
    url: str
    begins: date
    ends: date
    sites: tuple[str, ...]
    sends: tuple[str, ...]
    purpose: Mapping[str, str]
    arms: Mapping[str, str]
    primary: Measure
    budget: Budget
    keys: Keys

    @property
    def destination(self) -> Destination:
        """Where reports go."""
        return parse_destination(self.url)

    def purpose_in(self, language: str) -> str:
        """The purpose in this language, or in the first one that the clinic wrote."""
        return self.purpose.get(language) or self.purpose.get(FALLBACK) or next(iter(self.purpose.values()))


def keys_text(keys: Keys) -> str:
    """The table that the clinic's draft gets at its end."""
    return f'\n[keys]\nsigns = "{keys.signs}"\nopens = "{keys.opens.hex()}"\nseed = "{keys.seed}"\n'


def parse_study(untrusted_text: str) -> Study:
    """The study of a text, signed or not. Raises ValueError naming the key that is wrong."""
    table = Table.read(untrusted_text)
    study = _study(table)
    table.finish()
    return study


def read_study(untrusted_note: str) -> Study:
    """The study of a signed file. Raises Invalid for another text, Refused where its key did not sign it."""
    try:
        note = documents.parse(untrusted_note)
        study = parse_study(note.text)
    except ValueError as error:
        raise Invalid(str(error), field="study") from error
    check_signed(note, study)
    return study


def check_signed(note: Note, study: Study) -> None:
    """Return where the key that the study names signed it. Raises Refused."""
    if not note.signed_by(study.keys.signs):
        raise Refused("this study file is not signed by its clinic, or was changed after it was signed")


def _study(table: Table) -> Study:
    schema, _, version = table.text("schema").partition("/")
    if schema != SCHEMA:
        raise ValueError(f"schema: this is to be {SCHEMA}/{FORMAT}")
    check_version("the study file", version, reads=FORMAT)
    begins, ends = table.moment("begins").date(), table.moment("ends").date()
    if not 0 < (ends - begins).days <= DAYS_MAX:
        raise ValueError(f"ends: after begins, and at most {DAYS_MAX} days later")
    return Study(
        name=_name(table.text("name"), "name"),
        number=table.number("number", 1, 1_000_000),
        begins=begins,
        ends=ends,
        title=_line(table, "title"),
        clinic=_line(table, "clinic"),
        contact=_line(table, "contact"),
        law=_line(table, "law"),
        ethics=_line(table, "ethics"),
        url=_url(table.text("url")),
        sites=tuple(_name(one, "sites") for one in table.texts("sites")),
        sends=table.texts("sends", SENDS),
        purpose=_purpose(table.table("purpose")),
        arms=_arms(table.table("arms")),
        primary=_measure(table.table("primary")),
        budget=_budget(table.table("privacy")),
        keys=_keys(table.table("keys")),
    )


def _name(untrusted: str, place: str) -> str:
    if not _NAME.fullmatch(untrusted):
        raise ValueError(f"{place}: up to 32 of a-z, 0-9 and hyphens, a letter first")
    return untrusted


def _line(table: Table, name: str) -> str:
    text = table.text(name)
    if not text.isprintable():
        raise ValueError(f"{name}: one line")
    return text


def _url(untrusted: str) -> str:
    try:
        parse_destination(untrusted)
    except Invalid as error:
        raise ValueError(f"url: {error.message}") from error
    return untrusted


def _purpose(table: Table) -> Mapping[str, str]:
    names = table.names()
    if not names or not set(names) <= set(LANGUAGES):
        raise ValueError(f"purpose: a sentence in at least one of {', '.join(LANGUAGES)}")
    found = {name: _line(table, name) for name in names}
    table.finish()
    return found


def _arms(table: Table) -> Mapping[str, str]:
    found = {_name(name, "arms"): _line(table, name) for name in table.names()}
    if len(found) != 2:
        raise ValueError("arms: two, the tested one first, each with a sentence that says what it gets")
    return found


def _measure(table: Table) -> Measure:
    found = Measure(
        item=table.text("item"), moment=table.text("moment"), at_least=table.number("at_least", 1, 4)
    )
    table.finish()
    check_measure(found.item, found.moment, found.at_least)
    return found


def _budget(table: Table) -> Budget:
    found = Budget(
        primary=parse_epsilon(table.text("primary")),
        other=parse_epsilon(table.text("other")),
        total=parse_fraction(table.text("total")),
    )
    table.finish()
    return found


def _keys(table: Table) -> Keys:
    opens, seed = table.text("opens"), table.text("seed")
    if not _HEX.fullmatch(opens) or not _HEX.fullmatch(seed):
        raise ValueError("keys: 64 hexadecimal digits each")
    found = Keys(signs=NoteKey.read(table.text("signs")), opens=bytes.fromhex(opens), seed=seed)
    table.finish()
    return found
