"""The forms about jobs: which ones to show, and what to do with one."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.work import queries

#: state -> its name as people read it.
STATES = {
    "later": _("later"),
    "waiting": _("waiting"),
    "running": _("running"),
    "parked": _("parked"),
}
RETRY: Final = "retry"
PARK: Final = "park"


class ChoiceForm(forms.Form):
    """Which jobs to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *STATES.items()])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", _("all")), *_kinds()])
    start = forms.IntegerField(
        required=False, min_value=0, max_value=queries.START_MAX, widget=forms.HiddenInput
    )

    def rows(self) -> list[queries.JobRow]:
        """One row more than a page holds, to see whether there is another; none for a wrong choice."""
        if not self.is_valid():
            return []
        chosen = self.cleaned_data
        start = chosen["start"] or 0
        return queries.job_rows(
            state=chosen["state"], kind=chosen["kind"], start=start, limit=queries.rows_wanted(start)
        )


def _kinds() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in queries.kinds()]


class SteerForm(forms.Form):
    """What to do with a job."""

    what = forms.ChoiceField(
        choices=[(RETRY, _("Put it back in line")), (PARK, _("Take it out of the line"))]
    )
