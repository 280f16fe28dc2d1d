"""The forms about items: which ones to show, and what to do with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases import queries
from tutela.hotline.work.queries import START_MAX, rows_wanted

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


#: Why an item may be closed (states.CLOSING_REASONS), as people read it.
CLOSING_NAMES = {
    "not_illegal": _("people looked, and it is not illegal; what was written about it is taken back"),
    "out_of_scope": _("it is nothing that this hotline deals with"),
    "duplicate": _("another item is about the same"),
    "unreachable": _("it could not be fetched, and there is no other way to it"),
    "handed_over": _("somebody else has it now: police, another hotline"),
    "withdrawn": _("the act rested on an error; what was written about it is taken back"),
    "leads_only": _("a page that shows nothing itself: what it leads to is acted on where that is"),
    "ended": _("it is gone and has been watched for as long as the rules ask"),
    "exercise": _("it was made for an exercise"),
}
#: Why an item may be held (states.HOLDING_REASONS), as people read it.
HOLDING_NAMES = {
    "police_first": _("police are told first and have asked for time: it ends by itself"),
    "legal_hold": _("a court or an authority forbids to touch it: somebody ends it"),
}
#: Seconds are of no use in a time that a person types.
_TIME_FORMAT = "%Y-%m-%dT%H:%M"


class ChoiceForm(forms.Form):
    """Which items to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()]
    )
    start = forms.IntegerField(required=False, min_value=0, max_value=START_MAX, widget=forms.HiddenInput)

    def rows(self) -> list[queries.ItemRow]:
        """One row more than a page holds, to see whether there is another; none for a wrong choice."""
        if not self.is_valid():
            return []
        chosen = self.cleaned_data
        start = chosen["start"] or 0
        return queries.item_rows(state=chosen["state"], start=start, limit=rows_wanted(start))


class CloseForm(forms.Form):
    """Why an item is closed. ``version`` is that of the item as it was shown."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Two forms stand on one page: each field has a name of its own there."""
        super().__init__(*given, **{"auto_id": "close_%s", **named})

    reason = forms.ChoiceField(label=_("Close it, because"), choices=[("", "…"), *CLOSING_NAMES.items()])
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """Why an item is held, and until when; an item that is held already has neither: its hold is ended."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """As the other form on the page."""
        super().__init__(*given, **{"auto_id": "hold_%s", **named})

    reason = forms.ChoiceField(
        label=_("Hold it, because"), required=False, choices=[("", "…"), *HOLDING_NAMES.items()]
    )
    until = forms.DateTimeField(
        label=_("Until (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_TIME_FORMAT),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
