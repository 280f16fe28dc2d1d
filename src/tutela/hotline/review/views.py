"""Pages of the assessment desk: the queue, what one has before oneself, second looks. No address.

Pictures stand in the page itself, as protected tiles; nothing is shown before its reader asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.people.access import signed_in
from tutela.hotline.review import queries
from tutela.hotline.review.access import access_second, access_turn, check_looking
from tutela.hotline.review.actions import (
    Shown,
    assess,
    claim_next,
    cover,
    give_back,
    record_second,
    show,
    show_second,
)
from tutela.hotline.review.caps import room
from tutela.hotline.review.classification import Classification
from tutela.hotline.review.forms import AssessmentForm, SecondForm
from tutela.hotline.review.keys import key_of
from tutela.hotline.review.models import Assessment
from tutela.hotline.review.pictures import data_address
from tutela.hotline.review.rules import rules_in_force
from tutela.hotline.review.words import CLASS_NAMES, FOUND_SENTENCES, KIND_NAMES, REASON_NAMES
from tutela.hotline.routes import for_act
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import TutelaError
from tutela.kernel.opener.asking import SOCKET, OpenerProcess

_CLOCK = SystemClock()


@for_act("assess_item", write="assess_item")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits and why, and how much its reader may still be shown; its button takes the next one."""
    person, now = signed_in(request), _CLOCK.now()
    if request.method == "POST":
        took = _steer(request, lambda: _next(request))
        return redirect("review_mine" if took else "review")
    rules = rules_in_force()
    shown = {
        "rows": queries.queue_rows(person, now=now),
        "mine": queries.turn_of(person, now=now),
        "seconds": queries.second_rows(person, now=now),
        "room": room(queries.displays(person, rules, now=now), rules, now=now),
        "refused": _refusal(lambda: check_looking(person, clock=_CLOCK)),
        "reasons": REASON_NAMES,
        "kinds": KIND_NAMES,
    }
    return render(request, "review/queue.html", shown)


@for_act("assess_item", write="assess_item")
def mine(request: HttpRequest) -> HttpResponse:
    """What its reader has before them; its forms show it, judge it, cover it, give it back."""
    person = signed_in(request)
    turn = queries.turn_of(person, now=_CLOCK.now())
    if not turn:
        messages.info(request, _("You have nothing before you."))
        return redirect("review")
    chosen = request.POST.get("do", "")
    if chosen == "back" and _steer(request, lambda: _given_back(request, turn)):
        return redirect("review")
    if chosen == "cover":
        cover(person)
        return redirect("review_mine")
    return _mine_page(request, turn, chosen)


def _mine_page(request: HttpRequest, turn: str, chosen: str) -> HttpResponse:
    person = signed_in(request)
    items = [one.item for one in access_turn(person, turn, clock=_CLOCK)]
    names = [one.public_id for one in items][: rules_in_force().sheet_tiles]
    form = AssessmentForm(request.POST if chosen == "assess" else None, about=names, initial={"items": names})
    if form.is_valid() and _steer(request, lambda: _assessed(request, turn, form)):
        return redirect("review_mine" if len(items) > len(form.cleaned_data["items"]) else "review")
    tiles: list[Shown] = []
    if chosen == "show":
        _steer(request, lambda: _filled(tiles, show(person, turn, names, opener=opener())))
    shown = {"form": form, "items": items[: len(names)], "more": len(items) - len(names)}
    return render(request, "review/mine.html", shown | _pictures(request, tiles))


@for_act("assess_item")
def seconds(request: HttpRequest) -> HttpResponse:
    """What waits for a second look, the next due one first."""
    rows = queries.second_rows(signed_in(request), now=_CLOCK.now())
    return render(request, "review/seconds.html", {"rows": rows, "classes": CLASS_NAMES})


@for_act("assess_item", write="assess_item")
def second(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """One item that waits for a second look; its forms show it, and say what its reader thinks."""
    person, chosen = signed_in(request), request.POST.get("do", "")
    try:
        first = access_second(person, untrusted_item)
    except TutelaError as error:
        messages.error(request, error.public_message())
        return redirect("review_seconds")
    form, tiles = SecondForm(request.POST if chosen == "say" else None), list[Shown]()
    if form.is_valid() and _steer(request, lambda: _seconded(request, first, form)):
        return redirect("review_seconds")
    if chosen == "show":
        _steer(request, lambda: _filled(tiles, show_second(person, untrusted_item, opener=opener())))
    shown = {"first": first, "form": form, "classes": CLASS_NAMES}
    return render(request, "review/second.html", shown | _pictures(request, tiles))


def opener() -> OpenerProcess:
    """The opener's process, which this one asks for tiles and for nothing else."""
    return OpenerProcess(Path(settings.TUTELA_SOCKETS) / SOCKET)


def _next(request: HttpRequest) -> str:
    taken = claim_next(signed_in(request))
    return _("It is yours.") if taken else ""


def _given_back(request: HttpRequest, turn: str) -> str:
    give_back(signed_in(request), turn)
    return _("It waits again.")


def _assessed(request: HttpRequest, turn: str, form: AssessmentForm) -> str:
    names = form.cleaned_data["items"]
    found = assess(signed_in(request), turn, names, form.classification(), key=key_of(request))
    if any(one.needs_another for one in found):
        return _("It is written down. Somebody else has to judge it too, without knowing what you said.")
    return _("It is written down, and what follows from it is under way.")


def _seconded(request: HttpRequest, first: Assessment, form: SecondForm) -> str:
    word = form.cleaned_data["word"]
    if word == "agree":
        said = Classification(
            outcome=first.outcome,
            scheme=first.scheme,
            legal_class=first.legal_class,
            category=first.category,
        )
    else:
        said = Classification(outcome=word, scheme=rules_in_force().scheme)
    person = signed_in(request)
    found = record_second(person, first.item.public_id, said, key=key_of(request))
    return str(FOUND_SENTENCES[found.state])


def _filled(tiles: list[Shown], found: Iterable[Shown]) -> str:
    tiles.extend(found)
    return _("Shown to you, and counted.")


def _pictures(request: HttpRequest, tiles: list[Shown]) -> dict[str, Any]:
    """The tiles as a page takes them, and whose eyes they are for, which stands beside each."""
    rows = [(one, [data_address(tile) for tile in one.tiles]) for one in tiles]
    return {"pictures": rows, "reader": signed_in(request).public_id}


def _refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except TutelaError as error:
        return error.public_message()
    return ""


def _steer(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Whether ``act`` was done; where not, the page says why."""
    try:
        said = act()
    except TutelaError as error:
        messages.error(request, error.public_message())
        return False
    if said:
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing waits for you now."))
    return bool(said)
