"""Styles and scripts of the pages: a fixed list of files of this package, and no folder that is served."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tutela.hotline.routes import open_page

#: name -> content type; a name that is not here is not served (OWASP ASVS 5.0, 13.4.7).
TYPES: Mapping[str, str] = {
    "tutela.css": "text/css; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "waiting.js": "text/javascript; charset=utf-8",
    "passkeys.js": "text/javascript; charset=utf-8",
}
#: Hexadecimal characters of the SHA-256 that stand in an address: a changed file has another address.
VERSION_LENGTH = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A file as it is served."""

    body: bytes
    content_type: str
    version: str


@cache
def asset(name: str) -> Asset:
    """The file of this name, read once. Raises LookupError for a name that is not on the list."""
    known = next((one for one in TYPES if one == name), "")  # a template's text is no plain str
    if not known:
        raise LookupError(f"no asset of this name: {name}")
    body = files("tutela.web").joinpath("assets", known).read_bytes()
    version = hashlib.sha256(body).hexdigest()[:VERSION_LENGTH]
    return Asset(body=body, content_type=TYPES[known], version=version)


@open_page("styles and scripts say nothing about anybody; the sign-in page needs them")
@require_safe
def serve(_request: HttpRequest, untrusted_version: str, untrusted_name: str) -> HttpResponse:
    """The file, to be kept for a year: its address changes with its content."""
    if untrusted_name not in TYPES or asset(untrusted_name).version != untrusted_version:
        raise Http404
    found = asset(untrusted_name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(found.body, content_type=found.content_type, headers=headers)
