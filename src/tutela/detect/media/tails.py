"""What lies behind the end of a picture: trailing data, a second picture, another format."""

from __future__ import annotations

from typing import Final

from tutela.detect.media.sniff import family, sniff

#: Zero, newline and space bytes that some writers add; they are not data.
_PADDING: Final = b"\0\r\n \t\xff"
#: A zip's end record lies in the last 64 KiB + 22 bytes (APPNOTE 4.3.16).
_ZIP_END, _ZIP_END_MAX = b"PK\x05\x06", 65_557
#: Starts of formats that are searched for in trailing bytes, media first.
_MEDIA_MARKS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"GIF87a", b"ftyp", b"WEBP")
_OTHER_MARKS: Final = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"%PDF-",
    b"\x7fELF",
    b"MZ\x90\0",
)
_SEARCHED_BYTES: Final = 1 << 20
#: A document reader accepts its magic within the first 1,024 bytes (PDF 1.7 appendix H).
_PDF_HEAD_BYTES: Final = 1_024
_PAGE_MARKS: Final = (b"<html", b"<script", b"<?php", b"#!/")


def tail_reasons(
    untrusted_data: memoryview | bytes, end: int, *, header_end: int | None = None
) -> tuple[str, ...]:
    """Reasons of ``ambiguity`` for what follows offset ``end``; -1 when the end is not known.

    Between ``header_end`` and ``end`` nothing but compressed samples can lie, so other formats
    are not searched for there.
    """
    data = memoryview(untrusted_data)
    tail = bytes(data[end : end + _SEARCHED_BYTES]) if 0 <= end < len(data) else b""
    if not tail.strip(_PADDING):
        tail = b""
    reasons = []
    if tail:
        reasons.append("trailing_data")
        if _holds_media(tail):
            reasons.append("second_picture")
    if _is_polyglot(data if header_end is None else data[:header_end], tail):
        reasons.append("polyglot")
    return tuple(reasons)


def _holds_media(tail: bytes) -> bool:
    return family(sniff(tail)) in ("picture", "film") or any(mark in tail for mark in _MEDIA_MARKS)


def _is_polyglot(data: memoryview, tail: bytes) -> bool:
    if tail and (any(mark in tail for mark in _OTHER_MARKS) or _ZIP_END in tail):
        return True
    if _ZIP_END in bytes(data[-_ZIP_END_MAX:]):
        return True
    head = bytes(data[:_PDF_HEAD_BYTES])
    return b"%PDF-" in head or any(mark in head.lower() for mark in _PAGE_MARKS)
