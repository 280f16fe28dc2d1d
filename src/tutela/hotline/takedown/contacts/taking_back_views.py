"""The page of one thing that is taken back by hand: to whom, what to say, and what came of it. No address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.takedown.actions.taking_back import (
    record_stays_told,
    record_taken_back,
    take_back_form,
)
from tutela.hotline.takedown.contacts import words
from tutela.hotline.takedown.contacts.fields import take_back_fields, what_was_told
from tutela.hotline.takedown.contacts.forms import StaysToldForm, TakenBackForm
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.taken_back import told_by_hand
from tutela.hotline.takedown.letterhead import letterhead
from tutela.kernel.errors import TutelaError


def one_take_back(request: HttpRequest, row: FormNotice) -> HttpResponse:
    """The page of ``row``, which takes something back. The gate of whoever calls it let the reader in."""
    chosen = request.POST.get("do", "")
    done = TakenBackForm(request.POST if chosen == "taken_back" else None)
    stays = StaysToldForm(request.POST if chosen == "not_needed" else None)
    if done.is_valid() and _taken_back(request, row, done.cleaned_data["reference"]):
        return redirect("by_hand")
    if stays.is_valid() and _stays_told(request, row, stays.cleaned_data["why"]):
        return redirect("by_hand")
    head = letterhead()
    shown = {
        "row": row,
        "told": [(one, take_back_fields(row, one, head)) for one in what_was_told(row)],
        "done": done,
        "stays": stays,
        "rungs": words.RUNG_NAMES,
        "why": words.WHY_NOT_NAMES,
    }
    return render(request, "takedown/take_back.html", shown)


def is_told(row: FormNotice) -> bool:
    """Whether the form was filled in, and is not taken back nor waits for whoever takes it back."""
    return told_by_hand().filter(pk=row.pk).exists()


def take_back(request: HttpRequest, row: FormNotice) -> bool:
    """Whether what was told by this form is to be taken back now, by a person's choice."""
    done = partial(take_back_form, row.public_id, actor=actor_of(request))
    return said_of(request, done, _("It waits here for somebody who takes it back."))


def said_of(request: HttpRequest, done: Callable[[], object], said: str) -> bool:
    """Whether it was done; the reader hears of it either way."""
    try:
        done()
    except TutelaError as error:
        messages.error(request, error.public_message())
        return False
    messages.success(request, said)
    return True


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is signed in; the gate let nobody else in."""
    return person(str(getattr(request.user, "public_id", "")))


def _taken_back(request: HttpRequest, row: FormNotice, untrusted_reference: str) -> bool:
    done = partial(record_taken_back, row.public_id, untrusted_reference, actor=actor_of(request))
    return said_of(request, done, _("It is written down that it was taken back."))


def _stays_told(request: HttpRequest, row: FormNotice, why: str) -> bool:
    done = partial(record_stays_told, row.public_id, why, actor=actor_of(request))
    return said_of(request, done, _("It is written down that nobody need be told here."))
