"""The headers that every answer carries: nothing inline, nothing foreign, no frame, no copy kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from tutela.hotline.intake.onions import is_onion

#: Content Security Policy Level 3; each line says what a page of ours may load.
#: Scripts are files of ours, and DOM sinks that would make script of text take none (Trusted Types).
_COMMON = ("default-src 'none'", "style-src 'self'", "img-src 'self' data:", "font-src 'none'")
_ENDS = ("base-uri 'none'", "frame-ancestors 'none'")
_SCRIPTS = (
    "script-src 'self'",
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)

#: Browser features that no page of ours uses; passkeys are this origin's own.
PERMISSIONS = ", ".join(
    [
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "camera",
                "clipboard-read",
                "display-capture",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "hid",
                "idle-detection",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "screen-wake-lock",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
    ]
)
#: What an answer carries whoever asked.
FIXED: Mapping[str, str] = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": PERMISSIONS,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


class Headers:
    """Django middleware of the desk: scripts of ours are allowed, and nothing is kept by browser or proxy."""

    scripts = True
    #: With no-referrer browsers send forms with ``Origin: null``, and the check against forged forms fails.
    referrer_policy = "same-origin"
    #: Unless a page says otherwise: ``no-store`` means no copy on the disk (RFC 9111, 5.2.2.5).
    cache_control = "no-store"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers."""
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.headers[name] = value
        response.headers["Referrer-Policy"] = self.referrer_policy
        scripts = self.scripts or bool(getattr(response, "runs_scripts", False))
        response.headers["Content-Security-Policy"] = self.policy(scripts=scripts)
        if address := _report_address():
            response.headers["Reporting-Endpoints"] = f'csp="{address}"'
        if settings.TUTELA_HSTS_SECONDS and not is_onion(request.headers.get("host", "")):
            response.headers["Strict-Transport-Security"] = f"max-age={settings.TUTELA_HSTS_SECONDS}"
        response.headers.setdefault("Cache-Control", self.cache_control)
        return response

    def policy(self, *, scripts: bool) -> str:
        """The Content-Security-Policy of this side, with or without scripts of ours."""
        allowed = _SCRIPTS if scripts else ("script-src 'none'",)
        forms = " ".join(["form-action", "'self'", *settings.TUTELA_FORM_TARGETS])
        address = _report_address()
        reports = (f"report-uri {address}", "report-to csp") if address else ()
        return "; ".join((*_COMMON, *allowed, forms, *_ENDS, *reports))


class PublicHeaders(Headers):
    """Django middleware of the public's side: no script, but for a page that asks for one under load, where
    browsers that run scripts need not wait (decisions.md sections 4 and 10).
    """

    scripts = False
    referrer_policy = "no-referrer"


def _report_address() -> str:
    """Where browsers report what the policy stopped; empty in a tree that has no such page."""
    try:
        return reverse("csp_report")
    except NoReverseMatch:
        return ""
