"""Signatures of outgoing web-hooks in the form of Standard Webhooks 1.0.0 (symmetric, ``v1``).

Signed is ``id.timestamp.body`` with HMAC-SHA256. Two secrets give two signatures, so that a receiver can
change its secret without losing a message. The specification: standardwebhooks.com, Apache-2.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence

from tutela.kernel.errors import Refused

#: What a written secret begins with (Standard Webhooks 1.0.0, signature scheme).
SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, not a secret
#: Bytes of a secret: 24 to 64 (Standard Webhooks 1.0.0: 192 to 512 bits).
SECRET_BYTES_MIN = 24
SECRET_BYTES_MAX = 64
#: Bytes of a secret that we make: as many as the digest has (RFC 2104 section 3).
SECRET_BYTES = 32
#: Seconds that a timestamp may differ from the receiver's clock (the reference libraries use 5 minutes).
TOLERANCE_SECONDS = 300
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def new_secret() -> str:
    """A new secret as it is written: ``whsec_`` and base64 of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def parse_secret(untrusted_text: str) -> bytes:
    """The 24 to 64 bytes of a written secret. Raises ValueError, which never quotes it."""
    right = f"a secret is {SECRET_PREFIX} and base64 of {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes"
    if not untrusted_text.startswith(SECRET_PREFIX):
        raise ValueError(right)
    try:
        secret = base64.b64decode(untrusted_text.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        raise ValueError(right) from None
    if not SECRET_BYTES_MIN <= len(secret) <= SECRET_BYTES_MAX:
        raise ValueError(right)
    return secret


def sign(secret: bytes, message: str, timestamp_seconds: int, body: bytes) -> str:
    """``v1,`` and the base64 HMAC-SHA256 over ``message.timestamp.body``.

    Raises ValueError for an id with a character that could move the border between id and timestamp.
    """
    if not _ID.fullmatch(message):
        raise ValueError("a message id is letters, digits, hyphen and underscore")
    content = b"%s.%d.%s" % (message.encode(), timestamp_seconds, body)
    return "v1," + base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()


def signed_headers(
    secrets_in_force: Sequence[str], message: str, timestamp_seconds: int, body: bytes
) -> dict[str, str]:
    """The three headers of one attempt; one signature for each written secret, the newest first."""
    signatures = [sign(parse_secret(one), message, timestamp_seconds, body) for one in secrets_in_force]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp_seconds),
        "webhook-signature": " ".join(signatures),
    }


def check_signature(
    secret: str, untrusted_headers: Mapping[str, str], untrusted_body: bytes, *, now_seconds: float
) -> str:
    """The message id, for a receiver that wants to see an id only once. Header names are lower case.

    Raises Refused when no ``v1`` signature fits or the timestamp is more than 5 minutes off.
    """
    message = untrusted_headers.get("webhook-id", "")
    written = untrusted_headers.get("webhook-timestamp", "")
    if not (written.isascii() and written.isdigit() and len(written) <= 12 and _ID.fullmatch(message)):
        raise Refused("not a signed web-hook")
    if abs(now_seconds - int(written)) > TOLERANCE_SECONDS:
        raise Refused("the web-hook is too old, or from the future")
    expected = sign(parse_secret(secret), message, int(written), untrusted_body).encode()
    offered = untrusted_headers.get("webhook-signature", "").encode().split(b" ")
    if not any([hmac.compare_digest(expected, one) for one in offered]):  # noqa: C419 - every one, in equal time
        raise Refused("no signature of the web-hook fits")
    return message
