"""The page of a visit: what stands on a page of the internet, as words and numbers; no address or picture."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tutela.hotline.people.access import signed_in
from tutela.hotline.review import queries
from tutela.hotline.review.actions.visiting import (
    Visit,
    access_visit,
    end_visit,
    look,
    open_visit,
    pick,
    press,
    read_again,
)
from tutela.hotline.review.forms import VisitForm
from tutela.hotline.review.words import PART_NAMES
from tutela.hotline.routes import for_act
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict, TutelaError
from tutela.kernel.visiting.asking import SOCKET, VisitorProcess
from tutela.kernel.visiting.orders import Shown

_CLOCK = SystemClock()


@for_act("assess_item", write="assess_item")
def visit_page(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """A page as an outline; its forms press a number, read it again, have something fetched, end it."""
    person = signed_in(request)
    try:
        turn = queries.turn_of(person, now=_CLOCK.now())
        visit = access_visit(person, turn, untrusted_item, visitor=visitor())
        if request.method == "POST":
            _act(request, visit)
            return redirect("review_visit", untrusted_item=visit.item.public_id)
        shown = _shown(visit)
    except TutelaError as error:
        messages.error(request, error.public_message())
        return redirect("review_mine" if request.method == "GET" else request.path)
    return render(request, "review/visit.html", _facts(visit, shown))


def visitor() -> VisitorProcess:
    """The visitor's process, which this one asks for words."""
    return VisitorProcess(Path(settings.TUTELA_SOCKETS) / SOCKET)


def _shown(visit: Visit) -> Shown | None:
    """The page as it was last read; None where nothing was opened yet."""
    try:
        return look(visit)
    except Conflict:
        return None


def _facts(visit: Visit, shown: Shown | None) -> dict[str, object]:
    parts = [(PART_NAMES[part.kind], part) for part in shown.outline.parts] if shown else []
    return {"item": visit.item.public_id, "shown": shown, "parts": parts}


def _act(request: HttpRequest, visit: Visit) -> None:
    """Do what a form asks for, and say what came of it. Raises TutelaError."""
    chosen = VisitForm(request.POST).chosen()
    if chosen.do == "open":
        open_visit(visit)
    elif chosen.do == "press":
        press(visit, chosen.key, step=chosen.step)
    elif chosen.do == "again":
        read_again(visit, step=chosen.step)
    elif chosen.do == "fetch":
        count = len(pick(visit, chosen.keys, step=chosen.step))
        said = ngettext(
            "%(count)s address is being fetched.", "%(count)s addresses are being fetched.", count
        )
        follows = _("What comes joins the group of this page.")
        messages.success(request, f"{said % {'count': count}} {follows}")
    else:
        end_visit(visit)
        messages.success(request, _("The visit is over, and nothing of the browser is left."))
