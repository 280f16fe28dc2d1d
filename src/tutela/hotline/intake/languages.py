"""The languages of the public's pages, and which one a reader gets without a cookie."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.utils import translation

#: code -> its own name; a language is here when every sentence of the public's pages is translated.
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
#: Where nothing fits.
DEFAULT = "en"


def chosen_language(request: HttpRequest) -> str:
    """The language of a button or of the page that was sent, else the browser's, else English."""
    sent = _sent(request)
    asked = [sent.get("language"), sent.get("shown_in"), request.GET.get("language")]
    chosen = [str(code) for code in (*asked, _of_browser(request)) if code in LANGUAGES]
    return chosen[0] if chosen else DEFAULT


def _sent(request: HttpRequest) -> QueryDict:
    """The form that was sent; an empty one where it was too large to be read."""
    try:
        return request.POST
    except RequestDataTooBig:
        return QueryDict()


def _of_browser(request: HttpRequest) -> str:
    """The first language of the browser that we have, by its main part: ``de-AT`` is ``de``."""
    return translation.get_language_from_request(request).partition("-")[0]
