"""The languages of the public's pages, and which one a reader gets without a cookie."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.utils import translation

from tutela.hotline.intake.portals import portal_of

#: code -> its own name; a language is here when every sentence of the public's pages is translated.
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
}
#: Where nothing fits.
DEFAULT = "en"
#: Languages that are written from right to left; the last one is made by the tests.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "qps-rtl"})


def offered(request: HttpRequest) -> Mapping[str, str]:
    """The languages of the request's portal, those that it puts first first."""
    wanted = [code for code in portal_of(request).languages if code in LANGUAGES]
    return {code: LANGUAGES[code] for code in wanted or LANGUAGES}


def chosen_language(request: HttpRequest) -> str:
    """The language of a button or of the page that was sent, else the browser's, else the portal's first."""
    sent, known = sent_form(request), offered(request)
    asked = [sent.get("language"), sent.get("shown_in"), request.GET.get("language")]
    chosen = [str(code) for code in (*asked, _of_browser(request), DEFAULT) if code in known]
    return chosen[0] if chosen else next(iter(known))


def direction(language: str) -> str:
    """``ltr`` or ``rtl``, as HTML writes it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def sent_form(request: HttpRequest) -> QueryDict:
    """The form that was sent; an empty one where it was too large to be read."""
    try:
        return request.POST
    except RequestDataTooBig:
        return QueryDict()


def _of_browser(request: HttpRequest) -> str:
    """The first language of the browser that we have, by its main part: ``de-AT`` is ``de``."""
    return translation.get_language_from_request(request).partition("-")[0]
