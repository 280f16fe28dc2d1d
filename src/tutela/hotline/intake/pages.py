"""A page of the public's side: in the reader's language, with help beside it, filled to a whole size."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from tutela.hotline.intake.crowd import WAIT_SECONDS, crowd
from tutela.hotline.intake.helping import chosen_country, help_of
from tutela.hotline.intake.languages import chosen_language, direction, offered, sent_form
from tutela.hotline.intake.portals import portal_of
from tutela.hotline.intake.tickets import PUZZLE_BITS
from tutela.hotline.intake.untrusted import ADDRESSES_MAX, DETAIL_CHARACTERS_MAX, TEXT_CHARACTERS_MAX
from tutela.hotline.intake.ways import AGES, HELP
from tutela.kernel.help import countries

#: Bytes up to which a page is filled, so that its length says little about what it says (threat model ST-22):
#: each page of ours fits into one such size, whatever it answers.
PAGE_BYTES = 16_384
#: Numbers that the pages name.
LIMITS = {
    "addresses_max": ADDRESSES_MAX,
    "text_max": TEXT_CHARACTERS_MAX,
    "detail_max": DETAIL_CHARACTERS_MAX,
    "wait_seconds": WAIT_SECONDS,
    "puzzle_bits": PUZZLE_BITS,
}


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, never to be kept by browser or proxy; ``way`` in the context says which help is beside it."""
    language = chosen_language(request)
    busy = bool(context.get("busy"))
    with translation.override(language):
        fixed = _fixed(request, language, str(context.get("way", "")))
        response = render(request, template, fixed | context, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.runs_scripts = busy  # type: ignore[attr-defined]  # read by tutela.web.headers
    response.content += b"\n" * (-len(response.content) % PAGE_BYTES)
    return response


def form_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page with a form: it carries a ticket, and under load a puzzle for browsers that run scripts."""
    ticket = crowd().ticket_for(sent_form(request).get("ticket", ""))
    fixed = {"ticket": ticket, "busy": crowd().busy, "has_form": True}
    return render_page(request, template, fixed | context, status=status)


def _fixed(request: HttpRequest, language: str, way: str) -> dict[str, Any]:
    """What every page needs."""
    country, portal = chosen_country(request), portal_of(request)
    where = urlencode({"language": language} | ({"country": country} if country != portal.country else {}))
    return LIMITS | {
        "portal": portal,
        "language": language,
        "languages": offered(request),
        "direction": direction(language),
        "country": country,
        "countries": countries(language),
        "where": f"?{where}",
        "here": getattr(request.resolver_match, "url_name", ""),
        "help": help_of(request, country, HELP.get(way, HELP[""])),
        "ages": AGES,
    }
