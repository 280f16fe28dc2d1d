"""A mark of 32 bytes in six media types and one address, and the search for it wherever it may have stayed.

Searched in every form that a careless program would leave: raw, hex, base64 at each of three places, UTF-16;
the address also percent-coded and in capitals.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

from proofs.disk_search import forms, found

#: Bytes of the mark: long enough that it is nowhere by chance.
MARK_BYTES = 32
#: What each media type begins with, as a sniffer sees it: JPEG, PNG, GIF, WebP, MP4, ZIP.
BEGINNINGS: Mapping[str, bytes] = {
    "jpeg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF89a",
    "webp": b"RIFF\0\0\0\0WEBP",
    "mp4": b"\0\0\0\x18ftypmp42",
    "zip": b"PK\3\4",
}
#: Bytes that are read at a time of an image or dump, and how much of the one before is looked at again.
_PIECE_BYTES, _OVERLAP_BYTES = 64 << 20, 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """One mark for media (any bytes) and one for the address (letters and digits)."""

    media: bytes = field(default_factory=lambda: os.urandom(MARK_BYTES))
    address: str = field(default_factory=lambda: os.urandom(MARK_BYTES // 2).hex())

    def url(self, host: str = "canary.test") -> str:
        """The address that carries the mark."""
        return f"http://{host}/pictures/{self.address}.png"

    def medium(self, kind: str) -> bytes:
        """Bytes that begin as the media type does, with the mark at both ends of incompressible ones."""
        return BEGINNINGS[kind] + self.media + os.urandom(20_000) + self.media

    def needles(self, *, address: bool = True) -> dict[str, list[bytes]]:
        """Every form, by the name of its mark; without those of the address where that may stand."""
        marks = {"media": list(forms(self.media))}
        return marks | {"address": list(_address_forms(self.address))} if address else marks

    def places(self, files: Iterable[Path], *, address: bool = True) -> tuple[str, ...]:
        """``mark in file`` for each file that holds one."""
        needles = self.needles(address=address)
        return tuple(
            f"{name} in {path.name}"
            for path in files
            if path.is_file()
            for name in sorted(_found_in(path, needles))
        )

    def in_mail(self, messages: Iterable[bytes]) -> tuple[int, tuple[str, ...]]:
        """How many bodies hold the address, and where in messages a mark stands that must not."""
        bodies, wrong = 0, []
        for message in messages:
            parsed = message_from_bytes(message, policy=default)
            body = parsed.get_body()
            text = body.get_content() if body is not None else ""
            bodies += self.address in text
            headers = "\n".join(f"{name}: {value}" for name, value in parsed.items())
            wrong += ["address in a header"] * (self.address in headers)
            wrong += [f"{name} in a message" for name in found(message, self.needles(address=False))]
        return bodies, tuple(wrong)


def _address_forms(address: str) -> Iterator[bytes]:
    """The text itself is what stands in an address: any case, coded, percent-coded."""
    yield from forms(address.encode())
    yield address.upper().encode()
    yield address.encode("utf-16-be")
    yield quote("".join(f"%{ord(one):02x}" for one in address), safe="%").encode()


def _found_in(path: Path, needles: Mapping[str, list[bytes]]) -> set[str]:
    seen: set[str] = set()
    with path.open("rb") as file:
        kept = b""
        while piece := file.read(_PIECE_BYTES):
            seen |= found(kept + piece, needles)
            kept = piece[-_OVERLAP_BYTES:]
    return seen | _found_compressed(path, needles)


def _found_compressed(path: Path, needles: Mapping[str, list[bytes]]) -> set[str]:
    """A small zlib or gzip file is looked into as well: rotated logs, dumps."""
    data = path.read_bytes()[:_PIECE_BYTES] if path.stat().st_size <= _PIECE_BYTES else b""
    if data[:2] not in {b"\x1f\x8b", b"\x78\x9c", b"\x78\xda"}:
        return set()
    try:
        return found(zlib.decompress(data, wbits=47), needles)
    except zlib.error:
        return set()


def files_below(*folders: Path) -> Iterator[Path]:
    """Every file, in order."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
