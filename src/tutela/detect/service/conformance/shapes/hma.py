"""HMA's shape (hasher-matcher-actioner 1.1): banks, contents and signals, look-ups by file and by hash.

Routes and answers: ``website/docs/hma`` and the blueprints ``curation`` and ``matching`` of its repository.
A look-up answers ``{signal type: {bank: [{"bank_content_id", "distance"}]}}``, in older versions
``{signal type: [bank]}``; by hash the outer level is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode

from tutela.detect.service.conformance.shapes.contract import (
    Ability,
    Answer,
    Entry,
    Hit,
    Misbehaved,
    Reply,
    Upload,
)
from tutela.detect.service.conformance.wire import Request, Wire, multipart, parsed

_JSON = {"Content-Type": "application/json"}


class HmaSubject:
    """A matcher that speaks HMA's shape below the wire's path; ``token`` is the first part of that path."""

    shape = "hma"
    batch_of: Literal["pictures", "hashes"] = "pictures"

    def __init__(self, wire: Wire, token: str = "") -> None:
        self._wire = wire
        self._token = token

    @property
    def abilities(self) -> frozenset[Ability]:
        """Everything but a batch; HMA itself knows no token."""
        can: set[Ability] = {"lists", "add_picture", "add_hash", "remove", "ask_picture", "ask_hash"}
        return frozenset(can | {"token"} if self._token else can)

    def list_name(self, word: str) -> str:
        """``TUTELA_WORD``: bank names are capitals, digits and underscores."""
        return f"TUTELA_{word.upper().replace('-', '_')}"

    def create_list(self, name: str) -> None:
        """A bank that always matches."""
        body = json.dumps({"name": name, "enabled_ratio": 1.0}).encode()
        parsed(self._send("POST", "/c/banks", body, _JSON), 200, 201)

    def delete_list(self, name: str) -> None:
        """The bank with its contents."""
        parsed(self._send("DELETE", f"/c/bank/{quote(name)}"))

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        """The content that HMA made of the file; it takes no names."""
        media_type, body = multipart("photo", Upload(data=picture, media_type="application/octet-stream"))
        return self._added(listed, "content", body, media_type)

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        """The content that HMA made of the signal."""
        body = json.dumps({"pdq": value.hex()}).encode()
        return self._added(listed, "signal", body, "application/json")

    def _added(self, listed: str, what: str, body: bytes, media_type: str) -> Entry:
        path = f"/c/bank/{quote(listed)}/{what}"
        made = parsed(self._send("POST", path, body, {"Content-Type": media_type}), 200, 201)
        if not isinstance(made, dict) or not isinstance(made.get("id"), int):
            raise Misbehaved("an acknowledgement without the content's id")
        return Entry(list=listed, name=str(made["id"]))

    def remove(self, entry: Entry) -> None:
        """The content is taken out of its bank."""
        parsed(self._send("DELETE", f"/c/bank/{quote(entry.list)}/content/{quote(entry.name)}"))

    def ask_picture(self, picture: bytes) -> Answer:
        """The banks that know the file."""
        return self.parse(self.send(Upload(data=picture)))

    def ask_hash(self, value: bytes) -> Answer:
        """The banks that know the hash."""
        return Answer(hits=tuple(_hits(parsed(self.send_hash(value)))))

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        """Raises Misbehaved: the shape has no batch."""
        raise Misbehaved("HMA's shape has no batch")

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        """The bare answer to ``POST /m/lookup`` with the file as a form."""
        media_type, body = multipart("photo", upload)
        request = Request(
            method="POST",
            path=f"{self._prefix(token)}/m/lookup",
            headers={"Content-Type": media_type},
            body=body,
            declared_bytes=upload.declared_bytes,
        )
        return self._wire.send(request)

    def send_hash(self, value: bytes) -> Reply:
        """The bare answer to ``GET /m/lookup`` with a signal."""
        query = urlencode({"signal_type": "pdq", "signal": value.hex()})
        return self._send("GET", f"/m/lookup?{query}")

    def parse(self, reply: Reply) -> Answer:
        """The hits under all signal types together."""
        by_type = parsed(reply)
        if not isinstance(by_type, dict):
            raise Misbehaved("an answer that is no object of signal types")
        return Answer(hits=tuple(hit for banks in by_type.values() for hit in _hits(banks)))

    def _send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        request = Request(method=method, path=self._prefix() + path, headers=headers or {}, body=body)
        return self._wire.send(request)

    def _prefix(self, token: str | None = None) -> str:
        shown = self._token if token is None else token
        return f"/{quote(shown, safe='')}" if shown else ""


def _hits(banks: Any) -> Iterator[Hit]:
    """The hits of one signal type, in the newer form or the older. Raises Misbehaved."""
    if isinstance(banks, list) and all(isinstance(name, str) for name in banks):
        yield from (Hit(list=name) for name in banks)
    elif isinstance(banks, dict) and all(isinstance(contents, list) for contents in banks.values()):
        yield from (_hit(name, content) for name, contents in banks.items() for content in contents)
    else:
        raise Misbehaved("an answer that names no banks")


def _hit(bank: str, content: Any) -> Hit:
    if not isinstance(content, dict) or not isinstance(content.get("bank_content_id"), int):
        raise Misbehaved("a match without the content's id")
    told = str(content.get("distance", ""))
    bits = int(told) if told.isascii() and told.isdigit() else None
    return Hit(list=bank, entry=str(content["bank_content_id"]), distance_bits=bits)
