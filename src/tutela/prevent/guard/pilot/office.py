"""The clinic's folder of one study: keys, codes, the arm of each person who came in, and a check of them.

``study`` is public. ``codes`` is for those who enrol: numbers and codes, no arm. ``keys`` opens reports and
the seed of the arms: it belongs to somebody who enrols nobody. ``admitted`` is all that the receiving server
needs. Who has which code is written down by the clinic elsewhere, on paper or in its own records.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tutela.kernel.clock import Clock
from tutela.kernel.custody import durable, notes
from tutela.kernel.custody.note_keys import SigningKey, read_signing_key, write_signing_key
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.prevent.guard.person.sealing import seal, unseal
from tutela.prevent.guard.pilot.assigning import SEED_BYTES, arms_of, commitment
from tutela.prevent.guard.pilot.codes import Code, admitted, new_code, read_code
from tutela.prevent.guard.pilot.lines import Lines
from tutela.prevent.guard.pilot.studies import Keys, Study, keys_text, parse_study, read_study

#: Files and folders of the clinic's folder.
STUDY, ADMITTED, CODES, ENROLLED, KEYS = "study", "admitted", "codes", "enrolled", "keys"
SIGNS, OPENS, SEED = "signs.key", "opens.key", "seed.sealed"
#: Bytes of the largest of these files that is read.
_FILE_BYTES_MAX = 4 * 1024 * 1024
#: Codes of one site at most (our own: a pilot has some hundred people).
CODES_MAX = 10_000
_SEED_WHAT = b"tutela pilot seed 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A person's place in the study: site and number there, the number in the rows, the code."""

    site: str
    number: int
    code: Code = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolled:
    """A place whose arm was opened, on that day."""

    person: str
    site: str
    number: int
    arm: str
    day: str


class Office:
    """The folder at ``path``; ``keys``: where its private keys lie, ``keys`` in it where nothing is said.

    Methods that need a private key raise Unavailable where it is not there.
    """

    def __init__(self, path: Path, keys: Path | None = None) -> None:
        self.path, self._keys = path, keys or path / KEYS

    def found(self, draft: str) -> Study:
        """The study of this draft, with new keys and a new seed, signed. Raises Conflict, Invalid."""
        if (self.path / STUDY).exists() or (self._keys / OPENS).exists():
            raise Conflict(f"there is a study in {self.path} already")
        opens, seed = X25519PrivateKey.generate(), secrets.token_bytes(SEED_BYTES)
        signs = SigningKey.new("clinic")
        public = opens.public_key().public_bytes_raw()
        keys = Keys(signs=signs.note_key, opens=public, seed=commitment(seed))
        text, study = _complete(draft, keys)
        durable.write_file(self._keys / OPENS, opens.private_bytes_raw().hex().encode() + b"\n")
        durable.write_file(self._keys / SEED, seal(seed, public, what=_SEED_WHAT))
        write_signing_key(self._keys / SIGNS, signs)
        self._sign(text, signs)
        return study

    def renew(self, draft: str) -> Study:
        """The study of a changed draft, same keys. Raises Conflict where its number does not rise."""
        before = self.study()
        text, study = _complete(draft, before.keys)
        if study.number <= before.number or study.name != before.name:
            raise Conflict(f"a later study file of {before.name} has a number above {before.number}")
        self._sign(text, read_signing_key(self._keys / SIGNS))
        return study

    def study(self) -> Study:
        """The study. Raises Unavailable where there is none, Refused where it was changed."""
        return read_study(self._text(STUDY))

    def issue(
        self, site: str, count: int, bits: Callable[[int], int] = secrets.randbits
    ) -> tuple[Place, ...]:
        """New places at a site, added to its list and to what the server admits. Raises Invalid."""
        with Lines(self.path / ENROLLED).alone():  # so that no list is written over
            return self._issued(site, count, bits)

    def _issued(self, site: str, count: int, bits: Callable[[int], int]) -> tuple[Place, ...]:
        study, there = self.study(), self.places()
        if site not in study.sites:
            raise Invalid(f"one of {', '.join(study.sites)}", field="site")
        begun = sum(one.site == site for one in there)
        if not 0 < count <= CODES_MAX - begun:
            raise Invalid(f"1 to {CODES_MAX - begun}", field="count")
        new = tuple(
            Place(site=site, number=begun + place, code=new_code(study.name, bits))
            for place in range(1, count + 1)
        )
        every = (*there, *new)
        digests = sorted(admitted(one.code.token) for one in every)
        durable.write_file(self.path / ADMITTED, "".join(f"{one}\n" for one in digests).encode())
        durable.write_file(
            self.path / CODES / f"{site}.csv", _sheet(one for one in every if one.site == site)
        )
        return new

    def places(self) -> tuple[Place, ...]:
        """Every place, by site and number."""
        study = self.study()
        return tuple(place for site in study.sites for place in self._places_at(site, study.name))

    def enrol(self, untrusted_code: str, clock: Clock) -> Enrolled:
        """The arm of the person with this code, opened and written down; once opened it stays what it is.

        Raises Refused for an unknown code, and where somebody of the site with a lower number is not in yet:
        whoever could choose among the next places could choose the arm.
        """
        study, lines = self.study(), Lines(self.path / ENROLLED)
        code = read_code(untrusted_code, study.name)
        with lines.alone():  # so that nobody is written down twice
            return self._enrolled(study, code, lines, clock)

    def _enrolled(self, study: Study, code: Code, lines: Lines, clock: Clock) -> Enrolled:
        place = next((one for one in self.places() if one.code == code), None)
        if place is None:
            raise Refused("there is no such code in this study")
        opened = self.enrolled()
        known = next((one for one in opened if one.person == code.person), None)
        if known is not None:
            return known
        following = 1 + sum(one.site == place.site for one in opened)
        if place.number != following:
            raise Refused(f"at {place.site} the next place is number {following}, this is {place.number}")
        arm = arms_of(self.seed(), place.site, place.number)[-1]
        row = {
            "person": code.person,
            "site": place.site,
            "number": place.number,
            "arm": tuple(study.arms)[arm],
            "day": clock.now().date().isoformat(),
        }
        lines.add(row)
        return Enrolled(**row)  # type: ignore[arg-type]  # the row was made above

    def enrolled(self) -> tuple[Enrolled, ...]:
        """Everybody whose arm was opened, in order. Raises Refused where that file was changed."""
        try:
            return tuple(Enrolled(**row) for row in Lines(self.path / ENROLLED).read())
        except TypeError as error:
            raise Refused(f"{ENROLLED}: this is no list of people who came in") from error

    def audit(self) -> Mapping[str, int]:
        """How many people each arm has, where every one is in the arm that the seed says, in order.

        Raises Refused naming the first thing that is wrong.
        """
        study, seed, opened = self.study(), self.seed(), self.enrolled()
        names = tuple(study.arms)
        for site in study.sites:
            here = [one for one in opened if one.site == site]
            for number, (one, arm) in enumerate(zip(here, arms_of(seed, site, len(here)), strict=True), 1):
                if one.number != number or one.arm != names[arm]:
                    raise Refused(f"{site}, number {number}: not what the seed says")
        known = {one.code.person for one in self.places()}
        if len({one.person for one in opened}) != len(opened) or not {one.person for one in opened} <= known:
            raise Refused("somebody was enrolled twice, or without a code")
        return {name: sum(one.arm == name for one in opened) for name in names}

    def seed(self) -> bytes:
        """The seed of the arms. Raises Refused where it is not the one of the study file."""
        try:
            seed = unseal(self._secret(SEED), self.opens(), what=_SEED_WHAT)
        except ValueError as error:
            raise Refused("the sealed seed is damaged, or of another study") from error
        if commitment(seed) != self.study().keys.seed:
            raise Refused("this is not the seed that the study file names")
        return seed

    def opens(self) -> bytes:
        """The private key that opens reports."""
        text = self._secret(OPENS)
        durable.refuse_others(self._keys / OPENS)
        try:
            return bytes.fromhex(text.decode("ascii"))
        except ValueError as error:
            raise Unavailable(f"{OPENS} is damaged") from error

    def _secret(self, name: str) -> bytes:
        try:
            return durable.read_file(self._keys / name, _FILE_BYTES_MAX)
        except LookupError as error:
            raise Unavailable(f"there is no {name} in {self._keys}") from error

    def _text(self, name: str) -> str:
        try:
            return durable.read_file(self.path / name, _FILE_BYTES_MAX).decode("utf-8")
        except (LookupError, ValueError) as error:
            raise Unavailable(
                f"there is no {name} in {self.path}: tutela guard pilot found makes one"
            ) from error

    def _sign(self, text: str, key: SigningKey) -> None:
        signed = notes.sign(text, key.name, key.private)
        durable.write_file(self.path / STUDY, str(signed).encode())

    def _places_at(self, site: str, study: str) -> Iterator[Place]:
        try:
            text = durable.read_file(self.path / CODES / f"{site}.csv", _FILE_BYTES_MAX).decode("ascii")
        except LookupError:
            return
        for number, row in enumerate(csv.reader(text.splitlines()[1:]), 1):
            if len(row) != 2 or row[0] != str(number):
                raise Refused(f"{CODES}/{site}.csv, line {number + 1}: this list was changed")
            yield Place(site=site, number=number, code=read_code(row[1], study))


def _complete(draft: str, keys: Keys) -> tuple[str, Study]:
    """The whole text and its study. Raises Invalid."""
    text = draft.rstrip("\n") + "\n" + keys_text(keys)
    try:
        return text, parse_study(text)
    except ValueError as error:
        raise Invalid(str(error), field="draft") from error


def _sheet(places: Iterator[Place]) -> bytes:
    """The list of a site for those who enrol."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["number", "code"])
    writer.writerows((one.number, one.code.text) for one in places)
    return out.getvalue().encode("ascii")
