"""What a page says of whom a person tells by hand: how sure the address is, what to do where there is none.

Nothing is filed by machine anywhere here: ICCAM is named for those who exchange there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.share.notices.routing import Route, delisting_services, route_for

#: grade -> how sure it is that this is who they are (kernel.help), as people read it.
GRADE_NAMES: dict[str, Promise] = {
    "A": _("read on its own page or in the directory of INHOPE"),
    "B": _("named on a public page"),
    "C": _("from memory, and confirmed by nobody"),
}
_OWN = _("Your house's contacts book names it.")
_HOTLINE = _("This is the hotline of the country where the place stands. It acts under its own law.")
_NAME_ALONE = _(
    "Nobody has confirmed an address of this hotline. The directory of INHOPE leads to its form: look there, "
    "and tell nobody whom you do not find there."
)
_NONE = _(
    "No hotline of this country is known. Tell the police of your own country, who pass it on to theirs. The "
    "directory of INHOPE says whether there is a hotline by now. Where neither can be told, nobody is: "
    "choose Not needed, and the place is looked at as before."
)
_ICCAM = _(
    "In ICCAM it has the number {number} (as of May 2024; ask ICCAM). Nothing is filed there by machine: "
    "whoever exchanges there enters the place by hand, and notes the number that ICCAM gives."
)
_ENGINE = _("It can hide the place from people who search, and takes nothing down.")
_REHEARSAL = _("This house rehearses: tell no real hotline and no real search engine.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Whom a person tells by hand. ``grade`` and ``checked_on`` are of a table; sentences say the rest."""

    grade: str | Promise
    checked_on: date | None
    sentences: tuple[str | Promise, ...]


def addressee_of(contact: Contact, *, rehearsal: bool) -> Addressee | None:
    """What is to be said of this contact, None for a host: it is told in its own form.

    ``rehearsal``: the mandate in force is a sample, so that nobody real is told.
    """
    if contact.rung not in HANDED_RUNGS:
        return None
    route = route_for(contact.country) if contact.rung == "hotline" else None
    grade, checked_on = ("", None) if contact.origin == "house" else _sureness(contact, route)
    said = tuple(_said(contact, route))
    return Addressee(
        grade=GRADE_NAMES.get(grade, ""),
        checked_on=checked_on,
        sentences=(_REHEARSAL, *said) if rehearsal else said,
    )


def _sureness(contact: Contact, route: Route | None) -> tuple[str, date | None]:
    """(grade, day on which it was read) of the table's row."""
    if route is not None:
        return route.grade or "", route.checked_on
    rows = [one for one in delisting_services() if one.name == contact.organisation]
    return (rows[0].grade, rows[0].checked_on) if rows else ("", None)


def _said(contact: Contact, route: Route | None) -> Iterator[str | Promise]:
    if contact.origin == "house":
        yield _OWN
    if route is None:
        yield _ENGINE
        return
    if contact.origin == "house" or route.confirmed:
        yield _HOTLINE
    else:
        yield _NAME_ALONE if route.known else _NONE
    if route.iccam is not None:
        yield format_lazy(_ICCAM, number=route.iccam)
