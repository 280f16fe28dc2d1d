"""The public's page about notices: whether one is from us. No content, no recipient, nothing kept of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tutela.hotline.intake.pages import render_page
from tutela.hotline.routes import open_page
from tutela.hotline.takedown.queries import sent_on


@open_page("whoever got a notice may ask whether it is from us")
@require_safe
def verify(request: HttpRequest, untrusted_notice: str) -> HttpResponse:
    """Yes with the day, or no: the same for a number that is none and for a notice that never left."""
    return render_page(request, "takedown/verify.html", {"sent_on": sent_on(untrusted_notice)})
