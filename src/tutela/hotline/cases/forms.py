"""The form about items: which ones to show."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases import queries

#: state -> its name as people read it.
STATE_NAMES = {
    "received": _("received"),
    "fetched": _("fetched"),
    "unfetchable": _("cannot be fetched"),
    "fingerprinted": _("fingerprinted"),
    "matched": _("matched"),
    "unmatched": _("not matched"),
    "rated": _("waits for review"),
    "in_review": _("in review"),
    "verdict": _("verdict reached"),
    "acted": _("acted on"),
    "watched": _("watched"),
    "removed": _("removed"),
    "reappeared": _("came back"),
    "held": _("held"),
    "closed": _("closed"),
}


class ChoiceForm(forms.Form):
    """Which items to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()]
    )
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def rows(self) -> list[queries.ItemRow]:
        """One row more than a page holds, to see whether there is another; none for a wrong choice."""
        if not self.is_valid():
            return []
        chosen = self.cleaned_data
        return queries.item_rows(
            state=chosen["state"], start=chosen["start"] or 0, limit=queries.ROWS_MAX + 1
        )
