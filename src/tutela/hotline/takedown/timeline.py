"""What takedown tells of an item: whom it told, what machines found when they looked again, what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.timeline import Told
from tutela.hotline.takedown.models import Check, Notice, Removal

#: state of a notice -> what came of it.
NOTICES = {
    "queued": _("A notice to {name} was put into the outbox, and waits there."),
    "sending": _("A notice to {name} is being handed over."),
    "sent": _("{name} was told."),
    "in_doubt": _("A notice to {name} went out, and nobody knows whether it arrived."),
    "failed": _("{name} could not be told."),
    "withdrawn": _("A notice to {name} was withdrawn."),
}
_TAKEN_BACK = _("{name} was told that the notice is taken back.")
_LOOKED = _("Machines have looked {number} times whether it is still there; this was the last look.")
_GONE = _("It was gone: seen from two places, and twice from each.")
_BACK = _("It was there again.")
_LINK = _("Notice")


def tell(item: Item) -> Iterator[Told]:
    """Notices, looks and removals of the item's places; three queries."""
    own = Notice.objects.filter(sighting__item=item).select_related("recipient").order_by("pk")
    for notice in own:
        if sentence := _sentence(notice):
            subject, act = notice.public_id, "see_notices"
            yield Told(
                at=notice.moved_at, sentence=sentence, link=_LINK, route="notice", subject=subject, act=act
            )
    yield from _looks(item)
    for one in Removal.objects.filter(sighting__item=item).order_by("pk"):
        yield Told(at=one.removed_at, sentence=_GONE)
        if one.reopened_at is not None:
            yield Told(at=one.reopened_at, sentence=_BACK)


def _sentence(notice: Notice) -> str | Promise | None:
    if notice.state == "sent" and notice.retracts_id:
        return format_lazy(_TAKEN_BACK, name=notice.recipient.name)
    said = NOTICES.get(notice.state)
    return format_lazy(said, name=notice.recipient.name) if said else None


def _looks(item: Item) -> Iterator[Told]:
    counted = Check.objects.filter(sighting__item=item).aggregate(number=Count("pk"), last=Max("looked_at"))
    if counted["last"] is not None:
        yield Told(at=counted["last"], sentence=format_lazy(_LOOKED, number=counted["number"]))
