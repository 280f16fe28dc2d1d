"""The public's page for a partner's answer: whoever holds the token, without an account.

Nothing is shown of the case but the number of the referral, which its holder knows. A link that is none, one
that was used, and one of a case that was never handed over look the same.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tutela.hotline.intake.crowd import Budget
from tutela.hotline.intake.pages import render_page
from tutela.hotline.partners.access import access_asked
from tutela.hotline.partners.actions import record_answer_by_link
from tutela.hotline.partners.acts import INTERIM
from tutela.hotline.partners.words import OUTCOME_NAMES
from tutela.hotline.routes import open_page
from tutela.kernel.errors import Invalid, Refused

#: Questions a second that this page answers, and how many at once after a rest: some hundred times what the
#: partners of a house ask (our own). Guessing one of 2^160 tokens at that pace takes for ever.
PER_SECOND, BURST = 2.0, 60.0


class Pace:
    """How many questions are answered: a count in memory, nothing of who asks. Safe for threads."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._lock = budget, Lock()

    def take(self) -> bool:
        """Whether this one is answered now."""
        with self._lock:
            return self._budget.take()


@cache
def pace() -> Pace:
    """The one of this process."""
    return Pace(Budget(per_second=PER_SECOND, burst=BURST, now=monotonic))


@open_page("a partner answers a referral by the link in it, and has no account here")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, untrusted_token: str) -> HttpResponse:
    """The form for the outcome, that it is written down, or that the link is not good."""
    if not pace().take():
        return _page(request, {"crowded": True}, 429)
    try:
        referral = access_asked(untrusted_token).public_id
        if request.method != "POST":
            return _page(request, {"referral": referral})
        return _taken(request, untrusted_token, referral)
    except Refused:
        return _page(request, {"gone": True}, 404)


def _taken(request: HttpRequest, untrusted_token: str, referral: str) -> HttpResponse:
    """The page after an answer was sent: thanks, or the form again with what was wrong. Raises Refused."""
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reference")}
    try:
        record_answer_by_link(untrusted_token, typed["outcome"], untrusted_reference=typed["reference"])
    except Invalid as error:
        return _page(request, {"referral": referral, "typed": typed, "wrong": error.field}, 422)
    said = {"referral": referral, "thanks": True, "goes_on": typed["outcome"] in INTERIM}
    return _page(request, said)


def _page(request: HttpRequest, shown: dict[str, object], status: int = 200) -> HttpResponse:
    shown["outcomes"] = OUTCOME_NAMES
    return render_page(request, "partners/answer.html", shown, status=status)
