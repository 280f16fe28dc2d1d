"""Who may look and assess, and the only way to get what somebody has before them."""

from __future__ import annotations

from django.db.models import QuerySet

from tutela.hotline.cases.access import access_item
from tutela.hotline.cases.models import Item
from tutela.hotline.people.access import check_may
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.models import Person
from tutela.hotline.review.models import Assessment, Lease
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Conflict, Refused

#: What the mandate has to grant before anything is handed to a person.
NEEDED = ("view_protected", "assess")


def check_looking(person: Person, *, clock: Clock) -> None:
    """Return where this person may look and assess in this house. Raises Refused with the reason."""
    permission = check_may(person, "assess_item")
    if not permission.allowed:
        raise Refused(permission.reason)
    mandate = mandate_in_force(clock=clock)
    for act in NEEDED:
        mandate.check(act)


def access_turn(person: Person, untrusted_turn: str, *, clock: Clock) -> QuerySet[Lease]:
    """What this person has before them by this turn. Raises Conflict where their time with it is over."""
    rows = Lease.objects.filter(who=person.public_id, turn=untrusted_turn, ended_at=None)
    found = rows.filter(until__gt=clock.now())
    if not found.exists():
        raise Conflict("your time with this is over: it is done, or somebody else may have it by now")
    return found.select_related("item").order_by("pk")


def access_second(person: Person, untrusted_item: str) -> Assessment:
    """The first person's assessment of an item that waits for this person's second look. Raises Refused."""
    item = access_item(untrusted_item)
    rows = Assessment.objects.filter(item=item, withdrawn_at=None).select_related("item")
    first = rows.exclude(second_look_due=None).first()
    if first is None:
        raise Refused("no second look at this item is asked for")
    if rows.filter(who=person.public_id).exists():
        raise Refused("a second look is somebody else's: you have judged this item")
    return first


def may_be_shown(item: Item) -> bool:
    """Whether the item may be shown to anybody: what an approved list knows byte for byte is not."""
    return not item.matches.filter(confirmed="sha256", approved=True).exists()
