"""What came in about a notice: what each mail claims, and its words, opened one at a time as plain text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tutela.hotline.ledger.actors import person
from tutela.hotline.mailbox.opening import open_words
from tutela.hotline.mailbox.queries import mail_about, mails_about
from tutela.hotline.mailbox.words import claims_of
from tutela.hotline.routes import for_act
from tutela.hotline.takedown.access import access_notice
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import TutelaError


@for_act("see_notices", write="resolve_notice")
def answers(request: HttpRequest, untrusted_notice: str) -> HttpResponse:
    """The mails about one notice; its form shows what one of them says."""
    notice = access_notice(untrusted_notice)
    shown = _words(request, notice) if request.method == "POST" else {}
    rows = [(mail, claims_of(mail)) for mail in mails_about(notice)]
    return render(request, "mailbox/answers.html", {"notice": notice, "rows": rows, **shown})


def _words(request: HttpRequest, notice: Notice) -> dict[str, str]:
    mail = mail_about(notice, request.POST.get("mail", ""))
    who = person(str(getattr(request.user, "public_id", "")))
    try:
        if mail is not None:
            return {"opened": mail.public_id, "words": open_words(mail, notice, who)}
        messages.error(request, _("There is no such mail about this notice."))
    except TutelaError as error:
        messages.error(request, error.public_message())
    return {}
