"""The only way to get a notice for somebody."""

from __future__ import annotations

from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id


def access_notice(untrusted_public_id: str) -> Notice:
    """The notice of this id, with its recipient and item. Raises Refused where there is none."""
    rows = Notice.objects.select_related("recipient", "sighting__item", "letter")
    found = rows.filter(public_id=untrusted_public_id).first() if is_id(untrusted_public_id) else None
    if found is None:
        raise Refused("there is no notice of this id")
    return found


def access_form(untrusted_public_id: str) -> FormNotice:
    """The form of this id, with its contact and place. Raises Refused where there is none."""
    rows = FormNotice.objects.select_related("contact", "sighting__item")
    found = rows.filter(public_id=untrusted_public_id).first() if is_id(untrusted_public_id) else None
    if found is None:
        raise Refused("there is no form of this id")
    return found


def is_retracted(notice: Notice) -> bool:
    """Whether a message takes this notice back."""
    return Notice.objects.filter(retracts=notice).exists() if notice.pk else False
