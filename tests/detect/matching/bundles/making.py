"""Builders for tests of device lists: organisations with keys, lists, sealed files. All values are random."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.detect.matching.making import entry, value
from tutela.detect.matching.bundles.approvals import approval_text
from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.drafting import Terms, propose, redraft
from tutela.detect.matching.bundles.parties import Approval, Party
from tutela.detect.matching.bundles.sealing import Draft, seal
from tutela.detect.matching.bundles.trust import Trust
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.clock import FixedClock

CREATED = datetime(2026, 3, 1, tzinfo=UTC)
EXPIRES = CREATED + timedelta(days=30)
NOW = CREATED + timedelta(days=1)
PRINTS_KEY = bytes(range(32))


@dataclass(frozen=True, kw_only=True)
class House:
    """An organisation with its private key."""

    organisation: str
    jurisdiction: str
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def party(self) -> Party:
        key = self.private.public_key().public_bytes_raw()
        return Party(organisation=self.organisation, jurisdiction=self.jurisdiction, key=key)

    def approves(self, content: Content) -> Approval:
        signature = self.private.sign(approval_text(content, self.party).encode())
        return Approval(party=self.party, signature=signature)


PUBLISHER = House(organisation="Publisher", jurisdiction="CH")
NORTH = House(organisation="North Hotline", jurisdiction="DE")
SOUTH = House(organisation="South Hotline", jurisdiction="PT")
STRANGER = House(organisation="Stranger", jurisdiction="FR")
TRUST = Trust(publishers=(PUBLISHER.party,), approvers=(NORTH.party, SOUTH.party))

SHA256 = [value(number) for number in range(100, 130)]
SHA1 = [value(number, 20) for number in range(200, 203)]
MD5 = [value(number, 16) for number in range(300, 305)]
PDQ = [value(number) for number in range(400, 412)]


def clock(moment: datetime = NOW) -> FixedClock:
    return FixedClock(moment)


def header(**fields: Any) -> ListHeader:
    plain = ListHeader(
        name="sample",
        version="1",
        law="Example Act, section 1",
        legal_class="csam",
        created=CREATED,
        approved=True,
        device_perceptual=True,
    )
    return replace(plain, **fields)


def entries() -> list[ListEntry]:
    """Every kind of digest, and PDQ values of good and unknown quality, some of them crops."""
    listed = [entry(f"e{number}", "sha256", raw) for number, raw in enumerate(SHA256)]
    listed += [entry(f"e{number}", "sha1", raw) for number, raw in enumerate(SHA1)]
    listed += [entry(f"e{number}", "md5", raw) for number, raw in enumerate(MD5)]
    listed += [
        entry(f"e{number}", "pdq", raw, quality=100 if number % 2 else None) for number, raw in enumerate(PDQ)
    ]
    listed += [entry("e0", "pdq", value(500), quality=80, derived="c5")]
    return listed


def terms(**fields: Any) -> Terms:
    plain = Terms(
        name="sample for devices",
        number=3,
        publisher=PUBLISHER.party,
        created=CREATED,
        expires=EXPIRES,
        kinds=("sha256", "sha1", "md5"),
        perceptual=True,
    )
    return replace(plain, **fields)


def draft(listed: list[ListEntry] | None = None, **fields: Any) -> Draft:
    listed = entries() if listed is None else listed
    proposal, _ = propose(header(), listed, terms(**fields))
    return redraft(header(), listed, proposal)


def sealed(made: Draft | None = None, *houses: House, publisher: House = PUBLISHER) -> bytes:
    made = draft() if made is None else made
    approvals = [house.approves(made.content) for house in houses or (NORTH, SOUTH)]
    return seal(made, approvals, publisher.private, prints_key=PRINTS_KEY)
