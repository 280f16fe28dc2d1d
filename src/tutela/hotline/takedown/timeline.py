"""What takedown tells of an item: whom it told, what machines found when they looked again, what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.timeline import Told
from tutela.hotline.takedown.contacts.models import FormNotice, Search
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.hotline.takedown.contacts.taken_back import is_take_back
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
#: (state, what the form is for) -> what came of what a person does by hand.
BY_HAND = {
    ("waiting", "host"): _("The form of {name} waits for somebody who fills it in."),
    ("done", "host"): _("{name} was told in its web form, by hand."),
    ("waiting", "hotline"): _("A hand-over to {name} waits for somebody who makes it."),
    ("done", "hotline"): _("It was handed over to {name}, by hand."),
    ("not_needed", "hotline"): _("Somebody decided that a hand-over to {name} is not needed."),
    ("waiting", "index"): _("{name} is to be asked to hide it; that waits for somebody who does it."),
    ("done", "index"): _("{name} was asked to hide it, by hand."),
    ("not_needed", "index"): _("Somebody decided that {name} need not be asked to hide it."),
}
#: state of what takes back what was told by hand -> what came of it.
TAKEN_BACK = {
    "waiting": _("{name} was told by hand what was wrong; that waits for somebody who takes it back."),
    "done": _("{name} was told, by hand, that it is taken back."),
    "not_needed": _("Somebody decided that nothing need be taken back at {name}."),
}
_REFERENCE = _("{sentence} Its number there is {number}.")
_DEAD = _("A mailbox that was named for it is not there any more; whoever is next was looked for.")
_TAKEN_BACK = _("{name} was told that the notice is taken back.")
_LOOKED = _("Machines have looked {number} times whether it is still there; this was the last look.")
_GONE = _("It was gone: seen from two places, and twice from each.")
_BACK = _("It was there again.")
_LINK, _FORM_LINK = _("Notice"), _("Form")


def tell(item: Item) -> Iterator[Told]:
    """Notices, forms, searches, looks and removals of the item's places; five queries."""
    own = Notice.objects.filter(sighting__item=item).select_related("recipient").order_by("pk")
    for notice in own:
        if sentence := _sentence(notice):
            subject, act = notice.public_id, "see_notices"
            yield Told(
                at=notice.moved_at, sentence=sentence, link=_LINK, route="notice", subject=subject, act=act
            )
    yield from _by_hand(item)
    for search in Search.objects.filter(sighting__item=item, dead_left_out__gt=0).order_by("pk"):
        yield Told(at=search.searched_at, sentence=_DEAD)
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


def _by_hand(item: Item) -> Iterator[Told]:
    """What people told by hand, or are to tell; nothing of what was withdrawn."""
    for form in FormNotice.objects.filter(sighting__item=item).select_related("contact").order_by("pk"):
        what_for = form.contact.rung if form.contact.rung in HANDED_RUNGS else "host"
        is_back = is_take_back(form)
        said = TAKEN_BACK.get(form.state) if is_back else BY_HAND.get((form.state, what_for))
        if said is None:
            continue
        sentence = format_lazy(said, name=form.contact.organisation)
        if form.reference and not (is_back and form.state == "not_needed"):
            sentence = format_lazy(_REFERENCE, sentence=sentence, number=form.reference)
        subject, act = form.public_id, "see_notices"
        yield Told(
            at=form.moved_at, sentence=sentence, link=_FORM_LINK, route="one_form", subject=subject, act=act
        )


def _looks(item: Item) -> Iterator[Told]:
    counted = Check.objects.filter(sighting__item=item).aggregate(number=Count("pk"), last=Max("looked_at"))
    if counted["last"] is not None:
        yield Told(at=counted["last"], sentence=format_lazy(_LOOKED, number=counted["number"]))
