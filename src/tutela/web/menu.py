"""The menu of the desk: only what the reader may do, each with its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.hotline.people.access import judge, roles_of
from tutela.hotline.people.single_sign_on import provider_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the menu: the route's name, the act that looking at it is, its text and its key."""

    route: str
    act: str
    text: Promise
    key: str


#: In the order of the work; a route that this installation does not have is left out.
ENTRIES = (
    Entry(route="desk", act="see_desk", text=_("Desk"), key="g d"),
    Entry(route="reports", act="see_reports", text=_("Reports"), key="g r"),
    Entry(route="items", act="see_items", text=_("Items"), key="g i"),
    Entry(route="review", act="assess_item", text=_("Assess"), key="g s"),
    Entry(route="notices", act="see_notices", text=_("Notices"), key="g n"),
    Entry(route="referrals", act="see_referrals", text=_("Referrals"), key="g h"),
    Entry(route="outcomes", act="see_items", text=_("Outcomes"), key="g o"),
    Entry(route="statistics", act="see_statistics", text=_("Figures"), key="g f"),
    Entry(route="work", act="see_work", text=_("Jobs"), key="g j"),
    Entry(route="ledger", act="see_ledger", text=_("Ledger"), key="g l"),
    Entry(route="people", act="see_people", text=_("People"), key="g p"),
    Entry(route="vouching", act="see_vouching", text=_("Vouching"), key="g v"),
    Entry(route="mandate", act="see_mandate", text=_("Mandate"), key="g m"),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the desk: ``menu``, rows of text, address, key and whether one is there.

    For who is not signed in it is empty, and ``sign_on`` says what the button of the house's sign-on says.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"menu": [], "sign_on": provider_name()}
    roles = roles_of(person)
    rows = [_row(entry, request.path) for entry in ENTRIES if judge(roles, entry.act).allowed]
    return {"menu": [row for row in rows if row["address"]]}


def _row(entry: Entry, path: str) -> dict[str, Any]:
    address = _address(entry.route)
    here = path == address or (len(address) > 1 and path.startswith(address))
    return {"text": entry.text, "address": address, "key": entry.key, "here": here}


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
