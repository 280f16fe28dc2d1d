"""What the tests of referrals begin with: a partner with a key, an item that was seen, a referral in line."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from tests.hotline.takedown.making import KEYS, URL, KeyOpener, a_clock, a_sighting, acts
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actors import person
from tutela.hotline.partners.actions import NewPartner, name_partner, queue_referral
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.partners.post import Post
from tutela.hotline.partners.referrer import Reach, Referrer
from tutela.kernel.clock import Clock
from tutela.kernel.custody import age
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.kernel.ids import new_id

__all__ = ["URL", "KeyOpener", "a_clock", "acts"]
OFFICER, COLLEAGUE = person(new_id("usr_")), person(new_id("usr_"))
SECRET, PUBLIC_KEY = age.new_key()
#: The record of a fetch, as the fetcher seals it.
WAY = {
    "v": 1,
    "steps": [{"url": URL, "address": "192.0.2.7", "status": 200, "certificate_sha256": "c" * 64}],
    "headers": {"content-type": "text/html"},
}


def new_partner(**facts: Any) -> NewPartner:
    known: dict[str, Any] = {"name": "Office 7", "kind": "police", "country": "DE", "keys": (PUBLIC_KEY,)}
    return NewPartner(**known | facts)


def a_partner(clock: Clock, *, confirmed: bool = True, **facts: Any) -> Partner:
    """A partner that cases may be handed to; a test endpoint where nothing else is said."""
    partner = name_partner(new_partner(**facts), actor=OFFICER, clock=clock)
    if confirmed and not partner.test:
        Partner.objects.filter(pk=partner.pk).update(confirmed_at=clock.now(), confirmed_by=COLLEAGUE.name)
        partner.refresh_from_db()
    return partner


def an_item(clock: Any, **facts: Any) -> Item:
    """An item that is acted on, fetched once, with the record of that fetch."""
    sighting = a_sighting(clock, **facts)
    Sighting.objects.filter(pk=sighting.pk).update(response_sealed=seal_text(json.dumps(WAY), KEYS))
    return sighting.item


def a_referral(clock: Any, *, partner: Partner | None = None, grounds: str = "on_list") -> Referral:
    chosen = partner or a_partner(clock)
    return queue_referral([an_item(clock)], chosen, grounds=grounds, actor=OFFICER, clock=clock)


def a_referrer(
    folder: Path, clock: Clock, opener: KeyOpener | None = None, post: Post | None = None
) -> Referrer:
    reach = Reach(
        opener=opener or KeyOpener(),
        folder=folder,
        public_url="https://help.test",
        post=post or Post(mailer=MemoryMailer(), sender=parse_mail_address("notices@hotline.test")),
    )
    return Referrer(reach, clock=clock)


def opened(sealed: bytes, secret: str = SECRET) -> dict[str, bytes]:
    """The files of a sealed archive, by the ends of their names."""
    plain = io.BytesIO()
    age.unseal(io.BytesIO(sealed), plain, secret)
    with zipfile.ZipFile(plain) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def dropped(folder: Path) -> list[Path]:
    """Every file of the drop folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
