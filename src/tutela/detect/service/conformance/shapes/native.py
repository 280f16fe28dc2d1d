"""tutela's own shape: files as raw bodies, hashes as JSON, lists under ``/v1/lists``.

Entries are made of values, not of pictures, so that whoever lists makes them; ``values_of`` does here what
``tutela list build`` does (digests, PDQ, PDQ of centred crops). Source: the service's ``/openapi.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from tutela.detect.service.conformance.shapes.contract import (
    ALL_ABILITIES,
    Ability,
    Answer,
    Entry,
    Hit,
    Misbehaved,
    Reply,
    Upload,
)
from tutela.detect.service.conformance.wire import Request, Wire, parsed

#: One value of an entry as the list API takes it: ``{"kind", "value"[, "quality"]}``.
Value = Mapping[str, Any]
#: What a list of the kit says about itself: nobody may act on it.
LIST_FACTS = {
    "source": "conformance kit",
    "law": "none: generated pictures, for a test",
    "class": "csam",
    "approved": False,
}
#: Statuses that say of a file that it was not looked at (decisions.md section 2).
UNREAD = ("unreadable", "refused")
_DONE = (200, 201, 202)


class NativeSubject:
    """A tutela match service; its token needs the roles ``detail`` and ``curate``."""

    shape = "tutela"
    batch_of: Literal["pictures", "hashes"] = "hashes"

    def __init__(self, wire: Wire, token: str, values_of: Callable[[bytes], Sequence[Value]]) -> None:
        self._wire = wire
        self._token = token
        self._values_of = values_of

    @property
    def abilities(self) -> frozenset[Ability]:
        """Everything; without a token nothing is answered, so that there is none to get wrong."""
        return ALL_ABILITIES if self._token else ALL_ABILITIES - {"token"}

    def list_name(self, word: str) -> str:
        """``tutela-word``."""
        return f"tutela-{word}"

    def create_list(self, name: str) -> None:
        """A list without approval, so that nobody may act on what it finds."""
        parsed(self._json("PUT", f"/v1/lists/{quote(name)}", LIST_FACTS), *_DONE)

    def delete_list(self, name: str) -> None:
        """The list is retired."""
        parsed(self._send("DELETE", f"/v1/lists/{quote(name)}"), *_DONE)

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        """An entry with the values of the picture."""
        return self._add(listed, name, self._values_of(picture))

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        """An entry with one PDQ hash."""
        return self._add(listed, name, [_pdq(value)])

    def _add(self, listed: str, name: str, values: Sequence[Value]) -> Entry:
        entry = Entry(list=listed, name=name)
        parsed(self._json("PUT", _path(entry), {"values": list(values)}), *_DONE)
        return entry

    def remove(self, entry: Entry) -> None:
        """The entry is removed from its list."""
        parsed(self._send("DELETE", _path(entry)), *_DONE)

    def ask_picture(self, picture: bytes) -> Answer:
        """The matches of the file."""
        return self.parse(self.send(Upload(data=picture)))

    def ask_hash(self, value: bytes) -> Answer:
        """The matches of the hash."""
        return self.parse(self.send_hash(value))

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        """One answer for each hash; the bad item is a hash one byte short."""
        questions = [{"prints": [_pdq(bytes(31) if item is None else item)]} for item in items]
        answered = parsed(self._json("POST", "/v1/match/batch", {"items": questions}))
        answers = answered.get("answers") if isinstance(answered, dict) else None
        if not isinstance(answers, list):
            raise Misbehaved("an answer without answers")
        return [None if isinstance(one, dict) and "error" in one else _answer(one) for one in answers]

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        """The bare answer to ``POST /v1/match`` with the file as the body."""
        request = Request(
            method="POST",
            path="/v1/match",
            headers={**self._login(token), "Content-Type": upload.media_type},
            body=upload.data,
            declared_bytes=upload.declared_bytes,
        )
        return self._wire.send(request)

    def send_hash(self, value: bytes) -> Reply:
        """The bare answer to ``POST /v1/match`` with a PDQ hash."""
        return self._json("POST", "/v1/match", {"prints": [_pdq(value)]})

    def parse(self, reply: Reply) -> Answer:
        """The matches of an answer."""
        return _answer(parsed(reply))

    def _json(self, method: str, path: str, value: Mapping[str, Any]) -> Reply:
        headers = {**self._login(None), "Content-Type": "application/json"}
        body = json.dumps(value).encode()
        return self._wire.send(Request(method=method, path=path, headers=headers, body=body))

    def _send(self, method: str, path: str) -> Reply:
        return self._wire.send(Request(method=method, path=path, headers=self._login(None)))

    def _login(self, token: str | None) -> dict[str, str]:
        """A Bearer token (RFC 6750)."""
        shown = self._token if token is None else token
        return {"Authorization": f"Bearer {shown}"} if shown else {}


def _path(entry: Entry) -> str:
    return f"/v1/lists/{quote(entry.list)}/entries/{quote(entry.name)}"


def _pdq(value: bytes) -> Value:
    return {"kind": "pdq", "value": value.hex()}


def _answer(said: Any) -> Answer:
    """The matches of one answer. Raises Misbehaved."""
    if not isinstance(said, dict) or not isinstance(said.get("status"), str):
        raise Misbehaved("an answer without a status")
    matches = said.get("matches", [])
    if not isinstance(matches, list):
        raise Misbehaved("an answer without matches")
    return Answer(hits=tuple(map(_hit, matches)), unread=said["status"] in UNREAD)


def _hit(match: Any) -> Hit:
    """One match: the role ``match`` learns the list only, ``detail`` the entry and the distance too."""
    listed = match.get("list") if isinstance(match, dict) else None
    if not isinstance(listed, str):
        raise Misbehaved("a match without a list")
    entry, bits = match.get("entry"), match.get("distance_bits")
    return Hit(
        list=listed,
        entry=entry if isinstance(entry, str) else None,
        distance_bits=bits if isinstance(bits, int) else None,
    )
