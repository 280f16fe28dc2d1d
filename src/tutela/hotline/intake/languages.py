"""The languages of the public's pages, and which one a reader gets without a cookie."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import translation

#: code -> its own name; a language is here when every sentence of the public's pages is translated.
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
#: Where nothing fits.
DEFAULT = "en"


def chosen_language(request: HttpRequest) -> str:
    """The language of a button or of the page that was sent, else the browser's, else English."""
    asked = [request.POST.get("language"), request.POST.get("shown_in"), request.GET.get("language")]
    chosen = [str(code) for code in (*asked, _of_browser(request)) if code in LANGUAGES]
    return chosen[0] if chosen else DEFAULT


def _of_browser(request: HttpRequest) -> str:
    """The first language of the browser that we have, by its main part: ``de-AT`` is ``de``."""
    return translation.get_language_from_request(request).partition("-")[0]
