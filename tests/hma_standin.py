"""What HMA answers, by the library it is built on: threatexchange's own hasher and index behind HMA's routes.

Own code after HMA's documentation and observed behaviour (hasher-matcher-actioner 1.1, threatexchange
1.2.17). The holes are the library's: nothing is done to a picture but what ``PdqSignal.hash_from_bytes``
does, and an exception of its decoder is a 500, as in HMA.

Two things are the stand-in's: the index is built again at the next question instead of within a minute
(``rebuild_seconds`` delays it), and ``index_of_one`` brings back the fault of ThreatExchange issue 1318
(an index of a single hash finds nothing), which the faiss of today does not show any more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from threatexchange.signal_type.pdq.signal import PdqSignal

#: Longest body: the server's limit, for a declared length of 1 TiB would only be waited for.
BODY_MAX = 1 << 28


class AbortError(Exception):
    """An error that HMA answers on purpose, with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class HmaStandin:
    """One HMA: its banks, and an index over all of them that is built as a whole."""

    index_of_one: bool = False
    rebuild_seconds: float = 0.0
    #: Bank -> content id -> hash in hexadecimal.
    banks: dict[str, dict[int, str]] = field(default_factory=dict)
    _last_id: int = 0
    _changed: float | None = 0.0
    _index: Any = None

    def app(self) -> Starlette:
        """The application with HMA's routes."""
        routes = [
            Route("/c/banks", self._create, methods=["POST"]),
            Route("/c/bank/{bank}", self._delete, methods=["DELETE"]),
            Route("/c/bank/{bank}/content", self._add_file, methods=["POST"]),
            Route("/c/bank/{bank}/signal", self._add_signal, methods=["POST"]),
            Route("/c/bank/{bank}/content/{content:int}", self._remove, methods=["DELETE"]),
            Route("/h/hash", self._hash, methods=["POST"]),
            Route("/m/lookup", self._lookup_file, methods=["POST"]),
            Route("/m/lookup", self._lookup_signal, methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={AbortError: _on_abort, Exception: _on_fault})

    async def _create(self, request: Request) -> JSONResponse:
        name = (await request.json())["name"]
        if name in self.banks:
            raise AbortError(403, "Bank already exists")
        self.banks[name] = {}
        return JSONResponse({"name": name, "matching_enabled_ratio": 1.0}, status_code=201)

    async def _delete(self, request: Request) -> JSONResponse:
        self.banks.pop(request.path_params["bank"], None)
        self._change()
        return JSONResponse({"message": "Done"})

    async def _add_file(self, request: Request) -> JSONResponse:
        return self._added(request, hash_of_file(await _file(request)))

    async def _add_signal(self, request: Request) -> JSONResponse:
        return self._added(request, (await request.json())["pdq"])

    def _added(self, request: Request, signal: str) -> JSONResponse:
        bank = self._bank(request)
        value = _valid(signal)
        self._last_id += 1
        bank[self._last_id] = value
        self._change()
        return JSONResponse({"id": self._last_id, "signals": {"pdq": value}})

    async def _remove(self, request: Request) -> JSONResponse:
        gone = self._bank(request).pop(request.path_params["content"], None)
        self._change()
        return JSONResponse({"deleted": int(gone is not None)})

    async def _hash(self, request: Request) -> JSONResponse:
        return JSONResponse({"pdq": hash_of_file(await _file(request))})

    async def _lookup_file(self, request: Request) -> JSONResponse:
        return JSONResponse({"pdq": self._lookup(hash_of_file(await _file(request)))})

    async def _lookup_signal(self, request: Request) -> JSONResponse:
        return JSONResponse(self._lookup(request.query_params["signal"]))

    def _lookup(self, signal: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for result in self._built().query(_valid(signal)):
            bank, content = result.metadata
            if content in self.banks.get(bank, {}):  # taken out at once, as HMA reads the contents at look-up
                match = {"bank_content_id": content, "distance": result.similarity_info.pretty_str()}
                found.setdefault(bank, []).append(match)
        return found

    def _bank(self, request: Request) -> dict[int, str]:
        try:
            return self.banks[request.path_params["bank"]]
        except KeyError:
            raise AbortError(404, "bank not found") from None

    def _change(self) -> None:
        if self._changed is None:
            self._changed = time.monotonic()

    def _built(self) -> Any:
        """The index over everything, built again as a whole when something changed long enough ago."""
        if self._changed is not None and time.monotonic() - self._changed >= self.rebuild_seconds:
            entries = [(v, (b, c)) for b, contents in self.banks.items() for c, v in contents.items()]
            lonely = self.index_of_one and len(entries) == 1
            self._index = PdqSignal.get_index_cls().build([] if lonely else entries)
            self._changed = None
        return self._index if self._index is not None else PdqSignal.get_index_cls().build([])


def hash_of_file(data: bytes) -> str:
    """The library's hash in hexadecimal; empty when its quality is below 50."""
    return str(PdqSignal.hash_from_bytes(data))


def _valid(signal: str) -> str:
    try:
        return str(PdqSignal.validate_signal_str(signal))
    except ValueError as error:
        raise AbortError(400, "invalid signal") from error


async def _file(request: Request) -> bytes:
    """The one file of the form, whose field is named for its content type."""
    if int(request.headers.get("content-length", "0")) > BODY_MAX:
        raise AbortError(413, "too large")
    head = b"Content-Type: " + request.headers.get("content-type", "").encode() + b"\r\n\r\n"
    form = BytesParser(policy=HTTP).parsebytes(head + await request.body())
    parts = list(form.iter_parts()) if form.is_multipart() else []
    if len(parts) != 1:
        raise AbortError(400, "Missing multipart/form-data file upload")
    payload = parts[0].get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


async def _on_abort(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"message": str(error)}, status_code=getattr(error, "status", 500))


async def _on_fault(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"message": "Internal Server Error"}, status_code=500)
