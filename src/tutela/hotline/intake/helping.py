"""The help that a page shows: of the country that the reader chose, else of the portal; never guessed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.utils.functional import Promise

from tutela.hotline.intake.help_words import KINDS, NOTES
from tutela.hotline.intake.languages import sent_form
from tutela.hotline.intake.portals import portal_of
from tutela.kernel.help import Contact, Kind, help_for, is_country
from tutela.kernel.help.contacts import KINDS as ORDER

#: What a form says for "another country": help for everybody.
ELSEWHERE = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Contacts of one kind under one heading; each with what is to be said besides."""

    kind: str
    heading: Promise
    contacts: tuple[tuple[Contact, tuple[Promise, ...]], ...]


def chosen_country(request: HttpRequest) -> str:
    """The country that the reader chose, or ``-`` for another one; else the portal's, which may be empty."""
    sent = sent_form(request)
    asked = [sent.get("country"), request.GET.get("country")]
    chosen = [str(one) for one in asked if one == ELSEWHERE or (one and is_country(str(one)))]
    return chosen[0] if chosen else portal_of(request).country


def help_of(request: HttpRequest, country: str, kinds: Collection[Kind]) -> tuple[Group, ...]:
    """The help of these kinds, crisis first, the portal's own before the directory's in each kind."""
    own = [one for one in portal_of(request).help if one.kind in kinds and _is_here(one, country)]
    found = sorted([*own, *help_for(country, kinds=kinds)], key=lambda one: ORDER.index(one.kind))
    return tuple(
        Group(kind=kind, heading=KINDS[kind], contacts=tuple((one, _notes(one)) for one in contacts))
        for kind, contacts in groupby(found, key=lambda one: one.kind)
    )


def _is_here(contact: Contact, country: str) -> bool:
    return bool({"*", country} & set(contact.places))


def _notes(contact: Contact) -> tuple[Promise, ...]:
    return tuple(NOTES[one] for one in contact.notes)
