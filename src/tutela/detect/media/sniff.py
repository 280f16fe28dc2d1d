"""What kind of file it is, by content alone. Pure byte comparisons: safe in the parent too.

Names and extensions are never asked: a picture called ``.txt`` is a picture (threat model ST-05).
"""

from __future__ import annotations

import re
from typing import Final, Literal

#: Bytes of the head that ``sniff`` wants; a tar header lies at 257, a file system's at 1,080,
#: ISO 9660 at 32,769.
HEAD_BYTES: Final = 36_864

Family = Literal["picture", "film", "container", "closed", "other"]

PICTURES: Final = frozenset({"jpeg", "png", "gif", "webp", "avif", "heic", "tiff", "bmp"})
FILMS: Final = frozenset({"mp4", "mkv", "avi", "mpegps", "mpegts", "flv", "asf", "ogg"})
#: Containers that ``containers.walk`` can open.
ARCHIVES: Final = frozenset({"zip", "tar", "gz", "bz2", "xz", "7z", "e01", "disk"})
#: Containers that hold media and that nobody here opens (decisions.md section 1).
CLOSED: Final = frozenset({"pdf", "ole", "office", "mail", "rar", "zstd", "cab", "playlist"})
#: Pictures whose decoders are not on the allow-list (JPEG 2000, JPEG XL, Photoshop, PostScript).
UNDECODED: Final = frozenset({"psd", "eps", "other_picture"})
KINDS: Final = tuple(sorted(PICTURES | FILMS | ARCHIVES | CLOSED | UNDECODED | {"unknown", "empty"}))

#: Fixed bytes at the start. Source of each: the format's own specification.
_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08PK\x03\x04", "zip"),
    (b"\x1f\x8b\x08", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"EVF\x09\x0d\x0a\xff\0", "e01"),
    (b"EVF2\r\n\x81\0", "e01"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"8BPS\0", "psd"),
    (b"%!PS", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"\x1a\x45\xdf\xa3", "mkv"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"OggS\0", "ogg"),
    (b"\0\0\x01\xba", "mpegps"),
    (b"\0\0\x01\xb3", "mpegps"),
    (b"#EXTM3U", "playlist"),
    (b"ffconcat version", "playlist"),
    (b"[playlist]", "playlist"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "other_picture"),
    (b"\xff\x4f\xff\x51", "other_picture"),
    (b"\xff\x0a", "other_picture"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "other_picture"),
    (b"DDS ", "other_picture"),
)
#: ISO base media brands (ISO/IEC 14496-12 section 4.3; 23008-12 for HEIF; AV1 image file format).
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_TOP_BOXES: Final = frozenset({b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
#: A mail starts with one of the header fields that transport adds (RFC 5322 section 3.6).
_MAIL: Final = re.compile(
    rb"From [^\n]{3,200}\n"
    rb"|(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-Mozilla-Status):[ \t]",
    re.IGNORECASE,
)
_OFFICE_MARKS: Final = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.opendocument")
#: Sync byte and packet length of MPEG transport streams (ISO/IEC 13818-1 section 2.4.3.2).
_TS_SYNC, _TS_PACKET_BYTES = 0x47, 188


def sniff(untrusted_head: bytes) -> str:
    """One of ``KINDS`` from the first bytes (``HEAD_BYTES`` are enough, fewer are allowed)."""
    if not untrusted_head:
        return "empty"
    for start, kind in _STARTS:
        if untrusted_head.startswith(start):
            return _office_or_zip(untrusted_head) if kind == "zip" else kind
    if untrusted_head[4:8] == b"ftyp":
        return _brand(untrusted_head)
    return _riff(untrusted_head) or _structured(untrusted_head) or "unknown"


def family(kind: str) -> Family:
    """Which room of the sandbox opens the kind: picture, film, container, closed or other."""
    if kind in PICTURES:
        return "picture"
    if kind in FILMS:
        return "film"
    if kind in ARCHIVES:
        return "container"
    return "closed" if kind in CLOSED | UNDECODED else "other"


def _office_or_zip(head: bytes) -> str:
    return "office" if any(mark in head[:4096] for mark in _OFFICE_MARKS) else "zip"


def _brand(head: bytes) -> str:
    """Kind of an ISO base media file: the major brand first, then the compatible ones."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    if _AVIF_BRANDS.intersection(brands):
        return "avif"
    if brands[0] in _HEIC_BRANDS or (brands[0][:3] == b"hei") or {b"heic", b"heix"}.intersection(brands):
        return "heic"
    return "mp4"


def _riff(head: bytes) -> str:
    if head[:4] != b"RIFF":
        return ""
    return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12], "")


def _structured(head: bytes) -> str:
    """Kinds that need more than a fixed start."""
    if head[:2] == b"BM" and _bmp_header(head):
        return "bmp"
    if head[257:262] == b"ustar":
        return "tar"
    if head[4:8] in _TOP_BOXES and int.from_bytes(head[:4], "big") in range(8, 1 << 31):
        return "mp4"
    if _transport_stream(head):
        return "mpegts"
    if _MAIL.match(head):
        return "mail"
    return _disk(head)


def _bmp_header(head: bytes) -> bool:
    """Known sizes of the information header (bitmaps of OS/2 and Windows)."""
    return int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


def _transport_stream(head: bytes) -> bool:
    positions = range(0, min(len(head), _TS_PACKET_BYTES * 5), _TS_PACKET_BYTES)
    return len(positions) >= 3 and all(head[at] == _TS_SYNC for at in positions)


def _disk(head: bytes) -> str:
    """``disk`` for a boot sector, partition table, ext, ISO 9660 or GPT head, else nothing."""
    boot = head[510:512] == b"\x55\xaa" and len(head) >= 4096
    return "disk" if boot or head[1080:1082] == b"\x53\xef" or head[32769:32774] == b"CD001" else ""
