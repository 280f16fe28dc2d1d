"""A sealed device list of the pictures that the demonstration declares known, made as publishers make one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from os import urandom
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.demo.guard.pictures import LAYOUTS, Picture
from tutela.detect.matching.build import build_entries
from tutela.detect.matching.bundles.approvals import approval_text
from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.drafting import Terms, propose, redraft
from tutela.detect.matching.bundles.parties import Approval, Party
from tutela.detect.matching.bundles.sealing import seal
from tutela.detect.matching.bundles.trust import Trust
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.media.pool import MediaPool
from tutela.kernel.clock import Clock

#: The still whose look is listed; the other layouts are listed by their digests alone.
_LOOKED_AT: Final = "png"
#: How long the list lasts: the demonstration takes minutes.
_LIFE: Final = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceList:
    """What goes to a device: the file, the key of its PDQ values, whom it is to be trusted by."""

    bundle: bytes
    prints_key: bytes
    trust: Trust


@dataclass(frozen=True, kw_only=True, slots=True)
class _House:
    """An invented organisation with its key."""

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


def seal_list(numbers: Iterable[int], folder: Path, clock: Clock) -> DeviceList:
    """A list of the known pictures with these numbers. ``folder`` takes them as files."""
    publisher = _House(organisation="List Foundation", jurisdiction="CH")
    approvers = tuple(
        _House(organisation=name, jurisdiction=country)
        for name, country in (("North Hotline", "DE"), ("South Hotline", "PT"))
    )
    header, entries = _header(clock), list(_entries(numbers, folder))
    now = header.created
    terms = Terms(
        name="declared known in the demonstration",
        number=1,
        publisher=publisher.party,
        created=now,
        expires=now + _LIFE,
        perceptual=True,
    )
    proposal, _ = propose(header, entries, terms)
    draft = redraft(header, entries, proposal)
    approvals = [one.approves(draft.content) for one in approvers]
    key = urandom(32)
    return DeviceList(
        bundle=seal(draft, approvals, publisher.private, prints_key=key),
        prints_key=key,
        trust=Trust(publishers=(publisher.party,), approvers=tuple(one.party for one in approvers)),
    )


def _header(clock: Clock) -> ListHeader:
    return ListHeader(
        name="declared-in-the-demonstration",
        version="1",
        source="harmless pictures, generated",
        law="none: these pictures are harmless",
        legal_class="csam",
        created=clock.now().replace(microsecond=0) - timedelta(minutes=1),
        approved=True,
        device_perceptual=True,
        salt=urandom(32),
    )


def _entries(numbers: Iterable[int], folder: Path) -> Iterator[ListEntry]:
    paths = []
    for number in numbers:
        picture = Picture(kind="known", number=number)
        for layout in LAYOUTS:
            path = folder / f"{number}-{layout.replace(' ', '-')}"
            path.write_bytes(picture.encoded(layout))
            paths.append((layout, path))
    with MediaPool() as pool:
        stills = [path for layout, path in paths if layout == _LOOKED_AT]
        others = [path for layout, path in paths if layout != _LOOKED_AT]
        yield from build_entries(pool, stills, b"")
        yield from (one for one in build_entries(pool, others, b"") if one.kind == "sha256")
