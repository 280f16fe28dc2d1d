"""Pages about jobs: what waits, runs or is parked, and one job with what can be done about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.routes import for_act
from tutela.hotline.work import actions, queries
from tutela.hotline.work.forms import PARK, RETRY, STATES, ChoiceForm, SteerForm
from tutela.hotline.work.reasons import sentence_of
from tutela.kernel.errors import TutelaError

#: What each choice of the form does, and what is said afterwards.
_ACTS = {
    RETRY: (actions.retry_job, _("The job waits again, with all its tries.")),
    PARK: (actions.park_job, _("The job is out of the line.")),
}


@for_act("see_work")
def jobs(request: HttpRequest) -> HttpResponse:
    """The list of jobs, and who works."""
    form = ChoiceForm(request.GET)
    rows = form.rows()
    shown = {
        "form": form,
        "rows": rows[: queries.ROWS_MAX],
        "next": _address_of_next(request, form) if len(rows) > queries.ROWS_MAX else "",
        "counts": queries.counts(),
        "workers": queries.workers(),
        "states": STATES,
    }
    return render(request, "work/jobs.html", shown)


@for_act("see_work", write="steer_work")
def job(request: HttpRequest, untrusted_job: str) -> HttpResponse:
    """One job; its form puts it back in line, or takes it out."""
    form = SteerForm(request.POST or None)
    if form.is_valid():
        act, said = _ACTS[form.cleaned_data["what"]]
        try:
            act(untrusted_job, actor=_actor(request))
        except TutelaError as error:
            messages.error(request, error.public_message())
        else:
            messages.success(request, said)
        return redirect("job", untrusted_job)
    row = queries.find_job(untrusted_job)
    return render(request, "work/job.html", {"row": row, "why": sentence_of(row.reason), "states": STATES})


def _address_of_next(request: HttpRequest, form: ChoiceForm) -> str:
    chosen = request.GET.copy()
    chosen["start"] = str((form.cleaned_data["start"] or 0) + queries.ROWS_MAX)
    return f"?{chosen.urlencode()}"


def _actor(request: HttpRequest) -> Actor:
    """Whoever is signed in; the gate let nobody else in."""
    return person(str(getattr(request.user, "public_id", "")))
