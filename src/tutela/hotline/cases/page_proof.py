"""What proves a page, on which nobody looked at anything: that it shows what an approved list knows.

A picture whose bytes stand in the page itself is a match of the page. One that the page shows from an address
of its own becomes one too (``actions.proving``), since the page's address is what its own host acts on.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tutela.hotline.cases.models import Item, Match, Series, Sighting, Verdict
from tutela.hotline.cases.states import DOUBTED, WRONG

#: Form of the fingerprint of a page that is that of a medium which it shows.
SHOWN_FORM: Final = "shown"
#: How a page shows something itself (``Sighting.found_as``): to lead there, or to frame another page, is not.
SHOWS = ("picture", "film", "style")
#: An approved entry knows it byte for byte (decisions.md section 2).
PROOF = Q(approved=True, confirmed="sha256")
#: What has come to nothing: it says nothing about the page, and no longer stands on it.
_NOTHING = ("unfetchable", "closed")
#: What goes on by itself, because it is proven or people judged it.
_UNDER_WAY = ("acted", "watched", "removed", "reappeared")
#: What was acted on until it was gone, or is in other hands.
_DONE = Q(state="closed", state_reason__in=("ended", "handed_over"))
#: What was found wrong since: nothing that was said because of it stands.
_FELL = Q(state="closed", state_reason__in=WRONG)
#: What people judge anew, or will when it is held no longer.
_DOUBTED = Q(state__in=DOUBTED) | Q(state="held", held_from__in=DOUBTED)


def proofs(page: Item) -> QuerySet[Match]:
    """The matches of what the page shows itself that prove it, the oldest first."""
    shown = Sighting.objects.filter(found_on__item=page, found_as__in=SHOWS)
    rows = Match.objects.filter(PROOF, item__in=shown.values("item"))
    return rows.exclude(item__state__in=_NOTHING).select_related("fingerprint").order_by("pk")


def waits_for_people(series: Series) -> bool:
    """Whether something that stood on the page is to be judged, is held, or has not come to anything yet."""
    members = Item.objects.filter(memberships__series=series).exclude(state__in=(*_UNDER_WAY, *_NOTHING))
    proven = Exists(Match.objects.filter(PROOF, item=OuterRef("pk")))
    return members.exclude(proven, state="matched").exists()


def only_leads(page: Item, series: Series) -> bool:
    """Whether the page leads to what is acted on, or was, and shows and is nothing known itself.

    False while something on it waits, and for a page that a list may know: people look at that. What it shows
    and people judged illegal is the page's own matter too.
    """
    if page.matches.exists() or page.verdicts.exists():
        return False
    members = Item.objects.filter(memberships__series=series)
    if members.exclude(state__in=(*_UNDER_WAY, *_NOTHING)).exists():
        return False
    shown = Sighting.objects.filter(item=OuterRef("pk"), found_on__item=page, found_as__in=SHOWS)
    dealt_with = members.filter(Q(state__in=_UNDER_WAY) | _DONE)
    return dealt_with.exists() and not dealt_with.filter(Exists(shown)).exists()


def rests_on_shown(page: Item) -> bool:
    """Whether the page was proven, and by nothing but what it shows.

    False for an item that is no such page, and for one that people judged, or that is itself in a list.
    """
    if page.kind != "url" or not page.fingerprints.filter(form=SHOWN_FORM).exists():
        return False
    own = page.matches.filter(PROOF).exclude(fingerprint__form=SHOWN_FORM)
    return not own.exists() and not page.verdicts.exists()


def has_ground(page: Item) -> bool:
    """Whether anything that the page showed still speaks for what was said of the page.

    That is what an approved list knew and nobody found wrong since, also where it is gone by now; and what
    people's last verdict calls illegal, unless they doubt it.
    """
    said = Verdict.objects.filter(item=OuterRef("pk")).order_by("-pk").values("legal_class")[:1]
    proven = Q(Exists(Match.objects.filter(PROOF, item=OuterRef("pk"))))
    shown = Item.objects.filter(sightings__found_on__item=page, sightings__found_as__in=SHOWS)
    shown = shown.annotate(said=Subquery(said)).exclude(_FELL)
    return shown.filter(proven | (Q(said__gt="") & ~_DOUBTED)).exists()


def is_disproved(page: Item) -> bool:
    """Whether the page was proven by nothing but what it shows, and none of that speaks for it any more."""
    return rests_on_shown(page) and not has_ground(page)


def is_emptied(page: Item) -> bool:
    """Whether all that proved the page is gone from it: its text may stand there, and shows nothing known.

    False where the page does not rest on what it shows alone.
    """
    return rests_on_shown(page) and not proofs(page).exclude(item__state="removed").exists()
