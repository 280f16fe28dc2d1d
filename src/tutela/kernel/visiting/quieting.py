"""The guard of a visit: what a Chromium asks its maker by itself is met by nobody.

No switch of the program keeps all of it away, and what an analyst looks at is told to no third party.
"""

from __future__ import annotations

from typing import Final

from tutela.kernel.egress.guarding import Guard, Way
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.urls import Url

#: Hosts that Chromium asks by itself, for updates, accounts, time, forms, names that are known to be bad. No
#: page needs them in order to be read. Source: seen at the proxy, and the services that its source names.
MAKERS: Final = frozenset(
    {
        "accounts.google.com",
        "android.clients.google.com",
        "clients1.google.com",
        "clients2.google.com",
        "clients3.google.com",
        "clients4.google.com",
        "clientservices.googleapis.com",
        "content-autofill.googleapis.com",
        "edgedl.me.gvt1.com",
        "mtalk.google.com",
        "optimizationguide-pa.googleapis.com",
        "redirector.gvt1.com",
        "safebrowsing.googleapis.com",
        "safebrowsing.google.com",
        "sb-ssl.google.com",
        "update.googleapis.com",
    }
)


class QuietGuard(Guard):
    """Judges as ``inner``, and refuses the browser's own questions to its maker."""

    def __init__(self, inner: Guard) -> None:
        super().__init__()
        self._inner = inner

    def way(self, url: Url) -> Way:
        """As ``inner`` says. Raises StoppedError."""
        if url.name in MAKERS:
            raise StoppedError("address_refused")
        return self._inner.way(url)
