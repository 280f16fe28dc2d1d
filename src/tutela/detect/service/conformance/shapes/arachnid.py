"""Arachnid Shield's shape: a file or a PDQ hash is asked; nothing can be added over it.

Source: the interface that ``arachnid-shield-sdk`` 0.2.2 describes (``POST v1/media/``, ``POST v1/pdq/``). The
matcher has to be loaded beforehand for known pictures to be asked (``--preloaded``). ``v1/pdq/`` takes
several hashes, but its answer has no place for what is wrong with one of them: it is no batch here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Literal

from tutela.detect.service.conformance.shapes.contract import (
    Ability,
    Answer,
    Entry,
    Hit,
    Misbehaved,
    Reply,
    Upload,
)
from tutela.detect.service.conformance.wire import Request, Wire, parsed

#: The classification of what is neither known nor near anything known.
NO_MATCH = "no-known-match"
_NOT_HERE = "nothing can be added or removed over Arachnid Shield's shape"


class ArachnidSubject:
    """A matcher that speaks Arachnid Shield's shape; ``token`` is ``user:password`` of its Basic login."""

    shape = "arachnid"
    batch_of: Literal["pictures", "hashes"] = "hashes"

    def __init__(self, wire: Wire, token: str = "") -> None:
        self._wire = wire
        self._token = token

    @property
    def abilities(self) -> frozenset[Ability]:
        """Questions only."""
        can: set[Ability] = {"ask_picture", "ask_hash"}
        return frozenset(can | {"token"} if self._token else can)

    def list_name(self, word: str) -> str:
        """The word as it is: no list is made."""
        return word

    def create_list(self, name: str) -> None:
        """Raises Misbehaved."""
        raise Misbehaved(_NOT_HERE)

    def delete_list(self, name: str) -> None:
        """Raises Misbehaved."""
        raise Misbehaved(_NOT_HERE)

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        """Raises Misbehaved."""
        raise Misbehaved(_NOT_HERE)

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        """Raises Misbehaved."""
        raise Misbehaved(_NOT_HERE)

    def remove(self, entry: Entry) -> None:
        """Raises Misbehaved."""
        raise Misbehaved(_NOT_HERE)

    def ask_picture(self, picture: bytes) -> Answer:
        """The classification as a hit of a list with that name."""
        return self.parse(self.send(Upload(data=picture)))

    def ask_hash(self, value: bytes) -> Answer:
        """The classification of one hash; null means no match, says the client's documentation."""
        answered = parsed(self.send_hash(value))
        scanned = answered.get("scanned_hashes") if isinstance(answered, dict) else None
        if not isinstance(scanned, dict) or _spelled(value) not in scanned:
            raise Misbehaved("an answer without the hash that was asked")
        found = scanned[_spelled(value)]
        return Answer() if found is None else _answer(found)

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        """Raises Misbehaved: see above."""
        raise Misbehaved("Arachnid Shield's shape has no answer for one bad item")

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        """The bare answer to ``POST v1/media/``."""
        headers = {**self._login(token), "Content-Type": upload.media_type}
        return self._wire.send(
            Request(
                method="POST",
                path="/v1/media/",
                headers=headers,
                body=upload.data,
                declared_bytes=upload.declared_bytes,
            )
        )

    def send_hash(self, value: bytes) -> Reply:
        """The bare answer to ``POST v1/pdq/`` with one hash."""
        body = json.dumps({"hashes": [_spelled(value)]}).encode()
        headers = {**self._login(None), "Content-Type": "application/json"}
        return self._wire.send(Request(method="POST", path="/v1/pdq/", headers=headers, body=body))

    def parse(self, reply: Reply) -> Answer:
        """The classification as a hit."""
        return _answer(parsed(reply))

    def _login(self, token: str | None) -> dict[str, str]:
        """HTTP Basic (RFC 7617); a token without a colon is the password of an empty user."""
        login = self._token if token is None else token
        if not login:
            return {}
        pair = login if ":" in login else f":{login}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _spelled(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _answer(said: Any) -> Answer:
    """A classification. Raises Misbehaved when there is none."""
    word = said.get("classification") if isinstance(said, dict) else None
    if not isinstance(word, str):
        raise Misbehaved("an answer without a classification")
    return Answer() if word == NO_MATCH else Answer(hits=(Hit(list=word),))
