"""What stands in the database sealed under the login key, which only the desk's process holds."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings

#: Bytes of a key of Fernet (its specification, "Key Format").
KEY_BYTES = 32


def sealer(purpose: bytes) -> Fernet:
    """What seals and opens for this purpose, set apart from every other use of the login key."""
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), key=purpose, digest_size=KEY_BYTES).digest()
    return Fernet(base64.urlsafe_b64encode(key))
