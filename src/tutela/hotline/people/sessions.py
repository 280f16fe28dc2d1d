"""Sessions that the database does not tell: whoever reads it, or a backup of it, can take none of them up.

A row stands under a digest of the cookie's random key, and what is in it (a link that somebody came by, the
secret of an app that is being set up) is sealed under the login key. SHA-256 of a key that nobody can guess
needs no salt (OWASP ASVS 5.0, 7.2.2: a session's token is random and of 128 bits at least).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from tutela.hotline.people.sealing import sealer

#: What Django's table has room for: 40 hexadecimal characters are 160 bits of the digest.
KEY_CHARACTERS = 40
_PURPOSE = b"tutela.hotline.people.session"


def row_key(session_key: str) -> str:
    """The key of the row in which the session of this cookie stands."""
    return hashlib.sha256(f"tutela session {session_key}".encode()).hexdigest()[:KEY_CHARACTERS]


class SessionStore(db.SessionStore):
    """Django's sessions of the database, each row under the digest of its key and sealed."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The session's values, sealed."""
        return sealer(_PURPOSE).encrypt(json.dumps(session_dict).encode()).decode("ascii")

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What ``encode`` sealed; nothing at all of what this login key did not seal."""
        try:
            found: dict[str, Any] = json.loads(sealer(_PURPOSE).decrypt(session_data))
        except InvalidToken:
            return {}
        return found

    def exists(self, session_key: str | None = None) -> bool:
        """Whether there is a session of this key."""
        return self.model.objects.filter(session_key=row_key(session_key or "")).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this key, or this one."""
        if key := session_key or self.session_key:
            self.model.objects.filter(session_key=row_key(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row as it is to be saved."""
        row = super().create_model_instance(data)
        row.session_key = row_key(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Nothing: the desk runs no asynchronous pages, and Django's own way would keep the key in clear."""
        raise NotImplementedError("sessions are kept by synchronous pages")

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        rows = self.model.objects.filter(expire_date__gt=timezone.now())
        found = rows.filter(session_key=row_key(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        return found
