"""What is in force in this house: mandate and quorum, verified; asked by every process when it starts.

Only a file that enough signers signed changes it. Which folder is read says TUTELA_HOME; the anchor, the
digest of the very first file of signers, tells one house's folder from another's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutela.hotline.people.mandate.reading import MANDATE, sample_text
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.reading import QUORUM, Quorum, profile_text
from tutela.hotline.people.vouching.roster import ROSTER, Line, Roster, render_roster, roster_in_force
from tutela.kernel import settings
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.custody import durable
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Conflict
from tutela.kernel.signing import documents
from tutela.kernel.signing.documents import digest_of
from tutela.kernel.signing.signed_files import ConfigurationFolder, Verified
from tutela.kernel.signing.signers import Chain, Signers, render_signers


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """Mandate, quorum and roster as they are signed, and the digests that tell everybody which these are.

    ``digests``: by file name (``mandate.toml``, ``quorum.toml``, ``signers``, and ``roster.toml`` where there
    is one), SHA-256, hexadecimal.
    """

    mandate: Mandate
    quorum: Quorum
    #: Who is vouched for by the signers; nobody where the house has none.
    roster: Roster
    digests: Mapping[str, str]
    #: Digest of the first file of signers: the same for the whole life of a house.
    anchor: str
    lines: tuple[str, ...]
    #: Numbers of mandate, quorum, roster and signers; each rises with every change.
    numbers: Mapping[str, int]

    @property
    def digest(self) -> str:
        """One digest of all of it, SHA-256, hexadecimal: two houses with the same are configured alike."""
        return digest_of("".join(f"{name} {self.digests[name]}\n" for name in sorted(self.digests)))

    def unreachable(self) -> tuple[str, ...]:
        """Consequences that the quorum wants and the mandate does not grant, by their words."""
        wanted = ((name, one) for name, one in CONSEQUENCES.items() if not self.quorum.needs(name).off)
        return tuple(name for name, one in wanted if not self._reachable(name, one.act))

    def _reachable(self, consequence: str, act: str) -> bool:
        looks = self.quorum.needs(consequence).looks > 0
        return self.mandate.grants(act) and (not looks or self.mandate.grants("view_protected"))


def configuration_in_force(home: Path | None = None, *, clock: Clock | None = None) -> InForce:
    """Mandate, quorum and their digests; ``lines`` is what start-up prints.

    Raises ConfigurationRefused (a Refused) with the reason where a file is missing, altered, expired,
    unsigned, signed by too few, of a foreign schema, or grants what its law does not support. Nothing starts.
    """
    clock = clock or SystemClock()
    folder = ConfigurationFolder(settings.home() if home is None else home)
    chain = folder.chain()
    mandate, quorum = folder.read(MANDATE, clock), folder.read(QUORUM, clock)
    roster = folder.read(ROSTER, clock) if (folder.folder / ROSTER.name).exists() else None
    digests = {MANDATE.name: mandate.digest, QUORUM.name: quorum.digest, "signers": chain.digest}
    if roster is not None:
        digests[ROSTER.name] = roster.digest
    return InForce(
        mandate=mandate.value,
        quorum=quorum.value,
        roster=Roster() if roster is None else roster.value,
        digests=digests,
        anchor=chain.anchor,
        numbers={
            "mandate": mandate.header.number,
            "quorum": quorum.header.number,
            "roster": 0 if roster is None else roster.header.number,
            "signers": chain.signers.number,
        },
        lines=tuple(_lines(mandate, quorum, roster, chain)),
    )


def _lines(
    mandate: Verified[Mandate], quorum: Verified[Quorum], roster: Verified[Roster] | None, chain: Chain
) -> Iterator[str]:
    if mandate.value.rehearsal:
        yield "A REHEARSAL: this mandate names no country's law"
    yield _line(f"mandate '{mandate.value.name}'", mandate)
    yield _line(f"quorum '{quorum.value.name}'", quorum)
    if roster is not None:
        yield _line(f"roster of {len(roster.value.people)}", roster)
    signers = chain.signers
    yield f"signers number {signers.number}, any {signers.need} of {len(signers.keys)}, sha256 {chain.digest}"


def _line(what: str, one: Verified[Mandate] | Verified[Quorum] | Verified[Roster]) -> str:
    until = iso_utc(one.header.expires)
    return (
        f"{what} number {one.header.number}, until {until}, signed by {', '.join(one.signed_by)},"
        f" sha256 {one.digest}"
    )


def rehearse(
    home: Path,
    *,
    mandate: str = "view-and-notify",
    quorum: str = "small",
    keys: Sequence[SigningKey] = (),
    clock: Clock | None = None,
) -> InForce:
    """A shipped sample and profile in force in ``home``, signed by two keys that are then forgotten.

    Give two ``keys`` to sign a roster later with ``rehearse_roster``. For demonstrations and tests. Whole or
    not there: who dies amid it leaves a folder ``rehearsal-`` and nothing in force. Raises Conflict where a
    configuration is there already.
    """
    clock = clock or SystemClock()
    target = ConfigurationFolder(home).folder
    if target.is_dir() and any(target.iterdir()):
        raise Conflict("a configuration is in this house already")
    durable.make_folder(home)
    with durable.storage(), tempfile.TemporaryDirectory(dir=home, prefix="rehearsal-") as draft:
        folder = ConfigurationFolder(Path(draft))
        _sign_samples(folder, mandate, quorum, keys or rehearsal_keys(), clock)
        folder.folder.rename(target)
        durable.sync_folder(home)
    return configuration_in_force(home, clock=clock)


def rehearsal_keys() -> tuple[SigningKey, SigningKey]:
    """Two new keys of signers who do not exist."""
    return SigningKey.new("anna"), SigningKey.new("ben")


def rehearse_roster(
    home: Path, people: Mapping[str, Line], *, keys: Sequence[SigningKey], clock: Clock | None = None
) -> Roster:
    """The roster with these lines, in force from now on, signed with the ``keys`` that ``rehearse`` took."""
    clock = clock or SystemClock()
    number = roster_in_force(home, clock=clock).number + 1
    note = _signed(render_roster(people, number=number, now=clock.now()), keys)
    return ConfigurationFolder(home).enact(note, ROSTER, clock).value


def _signed(text: str, keys: Sequence[SigningKey]) -> Note:
    return documents.sign(documents.sign(documents.parse(text), keys[0]), keys[1])


def _sign_samples(
    folder: ConfigurationFolder, mandate: str, quorum: str, keys: Sequence[SigningKey], clock: Clock
) -> None:
    now = clock.now()
    signers = Signers(number=1, need=2, keys=tuple(key.note_key for key in keys))
    folder.enact_signers(_signed(render_signers(signers), keys))
    folder.enact(_signed(sample_text(mandate, now=now), keys), MANDATE, clock)
    folder.enact(_signed(profile_text(quorum, now=now), keys), QUORUM, clock)
