"""The name of the credential that somebody signed in with: a vote carries it, and one key is one person's."""

from __future__ import annotations

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpRequest

from tutela.hotline.people.access import signed_in


def key_of(request: HttpRequest) -> str:
    """Kind and number of the latest credential of this session; of an app or a password, whose it is."""
    methods = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    latest = methods[-1] if isinstance(methods, list) and methods else {}
    kind = str(latest.get("type") or latest.get("method") or "session")
    return f"{kind}-{signed_in(request).public_id}"[:64]
