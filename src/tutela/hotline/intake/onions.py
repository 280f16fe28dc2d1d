"""The public's pages as an onion service: what Tor Browser is told, and what is no promise of TLS there.

An onion service has no TLS of its own: its name is the key that the way to it is encrypted with. It leads to
the same pages as the clear name (``hotline.onion_url``), or to one portal's (an onion among its hosts).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tutela.hotline.intake.portals import Portal, portal_of
from tutela.kernel.egress.urls import ONION

#: What Tor Browser reads in order to offer the onion service of a page (Tor Project, Onion-Location).
HEADER = "Onion-Location"


def is_onion(untrusted_host: str) -> bool:
    """True for a ``Host`` that is an onion service's, with or without a port (RFC 7686)."""
    return untrusted_host.partition(":")[0].rstrip(".").lower().endswith(ONION)


def onion_of(portal: Portal) -> str:
    """The onion address of a portal's pages, without a slash at its end; empty where there is none."""
    return _below(settings.TUTELA_ONION_URL, "http", portal, onion=True)


def clear_of(portal: Portal) -> str:
    """The address at which any browser finds a portal's pages, without a slash at its end."""
    url: str = settings.TUTELA_PUBLIC_URL
    return _below(url, urlsplit(url).scheme, portal, onion=False)


def _below(url: str, scheme: str, portal: Portal, *, onion: bool) -> str:
    """The portal's own host of that kind, else its place below ``url``."""
    own = next((host for host in portal.hosts if is_onion(host) is onion), "")
    if own or not url:
        return f"{scheme}://{own}" if own else ""
    return f"{url.rstrip('/')}/{portal.key}".rstrip("/")


class Onions:
    """Django middleware of the public's side, inside of ``Portals``: each page names its onion address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; a page that was opened under a clear name says where it is as an onion service."""
        response = self.get_response(request)
        address = onion_of(portal_of(request))
        if address and _is_opened_page(request, response) and not is_onion(request.get_host()):
            response.headers[HEADER] = f"{address}{request.get_full_path_info()}"
        return response


def _is_opened_page(request: HttpRequest, response: HttpResponse) -> bool:
    """Not what a form was answered with: to ask for that anew would send nothing, and show another page."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return request.method == "GET" and response.status_code == 200 and is_page
