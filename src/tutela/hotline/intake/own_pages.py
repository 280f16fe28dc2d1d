"""The pages on which the house speaks of itself: who runs it, and what becomes of what it is told."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tutela.hotline.intake.languages import chosen_language
from tutela.hotline.intake.pages import render_page
from tutela.hotline.intake.portals import portal_of
from tutela.hotline.operator_settings import OperatorSettings, in_language
from tutela.hotline.routes import open_page


@open_page("anybody may know what is kept of them")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a report and of whoever reports, who gets to know it, and what one may ask for."""
    operator, language = operator_of(request), chosen_language(request)
    words = {
        "kept_for": in_language(operator.kept_for, language),
        "more": in_language(operator.more, language),
    }
    return render_page(request, "intake/privacy.html", {"operator": operator} | words)


@open_page("anybody may know who runs these pages")
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Who runs these pages, and how to reach them."""
    return render_page(request, "intake/imprint.html", {"operator": operator_of(request)})


def operator_of(request: HttpRequest) -> OperatorSettings:
    """Who runs the portal that is asked; where it names nobody, who runs the house."""
    house: OperatorSettings = settings.TUTELA_OPERATOR
    return portal_of(request).operator or house
