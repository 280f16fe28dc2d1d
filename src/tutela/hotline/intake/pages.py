"""A page of the public's side: in the reader's language, filled to a whole size."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from tutela.hotline.intake.languages import LANGUAGES, chosen_language
from tutela.hotline.intake.untrusted import ADDRESSES_MAX, TEXT_CHARACTERS_MAX

#: Bytes up to which a page is filled, so that its length says little about what it says (threat model ST-22).
PAGE_BYTES = 4_096


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, never to be kept by browser or proxy."""
    language = chosen_language(request)
    fixed = {
        "language": language,
        "languages": LANGUAGES,
        "addresses_max": ADDRESSES_MAX,
        "text_max": TEXT_CHARACTERS_MAX,
    }
    with translation.override(language):
        response = render(request, template, fixed | context, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.content += b"\n" * (-len(response.content) % PAGE_BYTES)
    return response
