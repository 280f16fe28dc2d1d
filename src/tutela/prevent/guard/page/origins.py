"""Whether a request was made for this page and by it.

A name that somebody else's server gives for 127.0.0.1 is not ours (``Host``), and a form that another site
sends is not ours (``Origin``, ``Sec-Fetch-Site``, and a token that only this run can make).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from tutela.prevent.guard.system.ports import LOOPBACK


def hosts(port: int) -> frozenset[str]:
    """The values of ``Host`` under which the page answers."""
    return frozenset({f"{LOOPBACK}:{port}", f"localhost:{port}"})


def is_own_form(untrusted_headers: Mapping[str, str], host: str) -> bool:
    """Whether nothing says that another site sends this form. ``host`` was checked before.

    A browser that sends neither field is too old to tell; the token decides then.
    """
    origin = untrusted_headers.get("Origin")
    site = untrusted_headers.get("Sec-Fetch-Site")
    return origin in (None, f"http://{host}") and site in (None, "same-origin")


def form_token(secret: bytes, visit: str) -> str:
    """What every form of this visit carries: 64 hexadecimal digits."""
    return hmac.new(secret, visit.encode("ascii"), "sha256").hexdigest()


def is_form_token(untrusted: str, secret: bytes, visit: str) -> bool:
    """Whether it is the one of this visit."""
    return hmac.compare_digest(untrusted.encode("utf-8", "replace"), form_token(secret, visit).encode())
