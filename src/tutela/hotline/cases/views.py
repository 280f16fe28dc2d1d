"""Pages about items: the list, and the facts of one. No address and no picture is shown here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tutela.hotline.cases import queries
from tutela.hotline.cases.forms import STATE_NAMES, ChoiceForm
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.routes import for_act

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


@for_act("see_items")
def item(request: HttpRequest, untrusted_item: str) -> HttpResponse:
    """The facts of one item, where it can go from here, and what was done with it."""
    facts = queries.item_facts(untrusted_item)
    shown: dict[str, Any] = {"facts": facts, "row": facts.row, "states": STATE_NAMES}
    shown["history"] = entries_about(facts.row.item, ENTRIES_MAX)
    return render(request, "cases/item.html", shown)


def _address_of_next(request: HttpRequest, form: ChoiceForm) -> str:
    chosen = request.GET.copy()
    chosen["start"] = str((form.cleaned_data["start"] or 0) + queries.ROWS_MAX)
    return f"?{chosen.urlencode()}"
