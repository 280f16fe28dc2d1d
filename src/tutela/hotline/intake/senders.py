"""Who hands reports in through the API: partners and helplines, each known by a token of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest

from tutela.hotline.settings import SenderSettings
from tutela.kernel.errors import Refused


def sender_of(request: HttpRequest) -> SenderSettings:
    """The sender of a request by its ``Authorization``: Basic (name and token) or Bearer. Raises Refused."""
    kind, _, untrusted = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return sender_by_token(untrusted.strip())
    if kind.lower() != "basic":
        raise Refused("a token is needed: Authorization: Bearer TOKEN, or Basic with name and token")
    try:
        name, _, token = base64.b64decode(untrusted, validate=True).decode("utf-8").partition(":")
    except ValueError as error:
        raise Refused("the token is none of ours") from error
    found = sender_by_token(token)
    if found.name != name:
        raise Refused("the token is none of ours")
    return found


def sender_by_token(untrusted_token: str) -> SenderSettings:
    """The sender whose token this is; every known one is compared, in equal time. Raises Refused."""
    known: Sequence[SenderSettings] = settings.TUTELA_SENDERS
    digest = hashlib.sha256(untrusted_token.encode("utf-8", "replace")).hexdigest()
    found = [one for one in known if hmac.compare_digest(one.token_sha256, digest)]
    if not found:
        raise Refused("the token is none of ours")
    return found[0]
