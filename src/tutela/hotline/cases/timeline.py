"""What happened to an item, in sentences that can be read aloud: when it came, what was done, what was found.

The ledger and the sightings tell of the item itself. What other apps know of it they tell themselves, each by
a teller that it adds when Django starts; no sentence holds an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.forms import CLOSING_NAMES, HOLDING_NAMES
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.ledger.queries import PAGE_ENTRIES_MAX, ShownEntry, entries_about

#: source of an item -> how it came; of reports their own app tells.
OPENED: Mapping[str, Promise] = {
    "partner": _("A partner handed it in."),
    "crawl": _("Machines found it where such things had been before."),
    "desk": _("Somebody at the desk entered it."),
    "exercise": _("It was made for an exercise."),
}
#: state -> what it means that an item came into it. What a sighting or a reason says better is not here.
MOVED: Mapping[str, Promise] = {
    "unfetchable": _("It could not be fetched."),
    "fingerprinted": _("Fingerprints were made of what was fetched."),
    "matched": _("A list knows it, or may know it."),
    "unmatched": _("No list knows it."),
    "rated": _("It was put into the queue, for people to look at."),
    "in_review": _("Somebody took it up."),
    "verdict": _("People came to a verdict."),
    "acted": _("It was decided to act on it."),
    "watched": _("From now on machines looked whether it is still there."),
    "removed": _("It was gone from every place that somebody was told of."),
    "reappeared": _("It came back."),
}
_FETCHED = _("It was fetched and sealed, and nobody saw it.")
_FETCHED_IN = _("It was fetched from a server in {country} and sealed, and nobody saw it.")
_FOUND = _("It stood on a page that was fetched.")
_LED = _("Redirects led to another host, and the same was met there: that is a place of its own.")
_SUPPLIED = _("Its bytes were handed over.")
_VISITED = _("Somebody read its page as an outline, in a browser on the server; a picture of it was sealed.")
_GONE = _("Its entry is gone from the list that knew it: what was said because of it is taken back.")
_STAYS = _("Its entry is gone from a list that knew it; it stays, since it is known otherwise.")
_HELD = _("It was held: {reason}.")
_RELEASED = _("Its hold ended.")
_CLOSED = _("It was closed: {reason}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Something that happened; ``link`` names the page ``route`` of ``subject``, for whoever may ``act``."""

    at: datetime
    sentence: str | Promise
    link: str | Promise = ""
    route: str = ""
    subject: str = ""
    act: str = ""


#: What an app knows of an item.
Teller = Callable[[Item], Iterable[Told]]
_tellers: dict[str, Teller] = {}


def add_teller(app: str, teller: Teller) -> None:
    """Let an app tell what it knows of an item; called when Django starts, and one for each app."""
    _tellers[app] = teller


def timeline(item: Item) -> list[Told]:
    """Everything that happened to the item, the first thing first."""
    own = [*_sightings(item), *_entries(item)]
    others = [told for teller in _tellers.values() for told in teller(item)]
    return sorted([*own, *others], key=lambda told: told.at)


def _entries(item: Item) -> Iterator[Told]:
    for entry in reversed(entries_about(item.public_id, PAGE_ENTRIES_MAX)):
        sentence = _sentence(entry)
        if entry.at is not None and sentence is not None:
            yield Told(at=entry.at, sentence=sentence)


def _sentence(entry: ShownEntry) -> str | Promise | None:
    """What the entry says to people; None where something else says it, or it is not for them."""
    facts = entry.facts
    if entry.act == "item_opened":
        return OPENED.get(str(facts.get("source")))
    if entry.act == "match_withdrawn":
        return _STAYS if facts.get("known") or facts.get("judged") else _GONE
    if entry.act != "item_moved":
        return None
    to, reason = str(facts.get("to")), str(facts.get("reason"))
    if to == "held":
        return format_lazy(_HELD, reason=HOLDING_NAMES.get(reason, reason))
    if to == "closed":
        return format_lazy(_CLOSED, reason=CLOSING_NAMES.get(reason, reason))
    return _RELEASED if facts.get("origin") == "held" else MOVED.get(to)


def _sightings(item: Item) -> Iterator[Told]:
    for one in item.sightings.order_by("pk").exclude(how="reported"):
        yield Told(at=one.seen_at, sentence=_seen(one))


def _seen(one: Sighting) -> str | Promise:
    if one.how == "supplied":
        return _SUPPLIED
    if one.how == "found":
        return _FOUND
    if one.how == "visited":
        return _VISITED
    if one.found_as == BY_REDIRECT:
        return _LED
    return format_lazy(_FETCHED_IN, country=one.country) if one.country else _FETCHED
