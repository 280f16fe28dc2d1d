"""Pages about items: the list, the facts of one, what a person does with it. No address, no picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tutela.hotline.cases import queries
from tutela.hotline.cases.access import access_item
from tutela.hotline.cases.choices import close, hold
from tutela.hotline.cases.forms import STATE_NAMES, ChoiceForm, CloseForm, HoldForm
from tutela.hotline.cases.page_words import PAGE_WORDS
from tutela.hotline.cases.timeline import timeline
from tutela.hotline.ledger.actors import person
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.routes import for_act
from tutela.kernel.errors import TutelaError

#: Entries of the ledger that one page shows.
ENTRIES_MAX = 50


@for_act("see_items")
def items(request: HttpRequest) -> HttpResponse:
    """The list of items, the urgent ones first."""
    form = ChoiceForm(request.GET)
    rows = form.rows()
    shown = {
        "form": form,
        "rows": rows[: queries.ROWS_MAX],
        "next": _address_of_next(request, form) if len(rows) > queries.ROWS_MAX else "",
        "counts": queries.counts(),
        "states": STATE_NAMES,
    }
    return render(request, "cases/items.html", shown)


@for_act("see_items", write="close_item")
def item(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """The facts of one item, where it can go from here, and what was done with it; its form closes it."""
    form = CloseForm(request.POST or None)
    if form.is_valid():
        _steer(request, untrusted_item, form, close)
        return redirect("item", untrusted_item)
    return _item_page(request, untrusted_item, close_form=form if form.is_bound else None)


@for_act("see_items", write="close_item")
def hold_of_item(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """The same facts; its form holds the item, or ends its hold."""
    form = HoldForm(request.POST or None)
    if form.is_valid():
        _steer(request, untrusted_item, form, hold)
        return redirect("item", untrusted_item)
    return _item_page(request, untrusted_item, hold_form=form if form.is_bound else None)


def _item_page(
    request: HttpRequest,
    untrusted_item: str,
    *,
    close_form: CloseForm | None = None,
    hold_form: HoldForm | None = None,
) -> HttpResponse:
    facts = queries.item_facts(untrusted_item)
    shown: dict[str, Any] = {"facts": facts, "row": facts.row, "states": STATE_NAMES}
    shown["page_words"] = PAGE_WORDS
    shown["timeline"] = timeline(access_item(untrusted_item))
    shown["history"] = entries_about(facts.row.item, ENTRIES_MAX)
    begun = {"version": facts.row.version}
    shown["close_form"] = close_form or CloseForm(initial=begun)
    shown["hold_form"] = hold_form or HoldForm(initial=begun)
    return render(request, "cases/item.html", shown)


def _steer(
    request: HttpRequest, untrusted_item: str, form: CloseForm | HoldForm, act: Callable[..., str]
) -> None:
    try:
        state = act(
            untrusted_item, form.cleaned_data, actor=person(str(getattr(request.user, "public_id", "")))
        )
    except TutelaError as error:
        messages.error(request, error.public_message())
    else:
        messages.success(request, _("The item is now: %(state)s.") % {"state": STATE_NAMES[state]})


def _address_of_next(request: HttpRequest, form: ChoiceForm) -> str:
    chosen = request.GET.copy()
    chosen["start"] = str((form.cleaned_data["start"] or 0) + queries.ROWS_MAX)
    return f"?{chosen.urlencode()}"
