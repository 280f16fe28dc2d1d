"""Bombs for containers and films: small files that ask for much. Each must be refused within 2 s of CPU.

``BOMBS[name]()`` gives the bytes; sources: threat model ST-04 and section 10.5.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

import py7zr

from tests.detect.media.film_files import movie

MIB = 1 << 20
ZEROS = bytes(MIB)


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def deflated(data: bytes, times: int) -> tuple[bytes, int]:
    """(raw deflate stream of ``data`` repeated, CRC-32 of what comes out)."""
    packer, crc32, parts = zlib.compressobj(9, zlib.DEFLATED, -15), 0, []
    for _ in range(times):
        parts.append(packer.compress(data))
        crc32 = zlib.crc32(data, crc32)
    return b"".join([*parts, packer.flush()]), crc32


def central(name: bytes, offset: int, packed: int, plain: int, crc32: int, method: int = 8) -> bytes:
    """One entry of a central directory."""
    numbers = (20, 20, 0, method, 0, 33, crc32, packed, plain, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *numbers) + name


def local(name: bytes, packed: int, plain: int, crc32: int, method: int = 8) -> bytes:
    """One local header."""
    numbers = (20, 0, method, 0, 33, crc32, packed, plain, len(name), 0)
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", *numbers) + name


def end(count: int, length: int, start: int) -> bytes:
    """The end record of a zip."""
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, length, start, 0)


def shared_local_header(entries: int = 500) -> bytes:
    """500 central entries that share one local header: 24.5 kB in, 500 MB out (threat model 10.5)."""
    body, crc32 = deflated(ZEROS[:1_000_000], 1)
    first = local(b"a", len(body), 1_000_000, crc32) + body
    directory = b"".join(central(b"%03d" % n, 0, len(body), 1_000_000, crc32) for n in range(entries))
    return first + directory + end(entries, len(directory), len(first))


def quoted_local_headers(entries: int = 200) -> bytes:
    """Each member's packed bytes reach over all that follow it (Fifield, WOOT 2019, in its plainest form)."""
    body, crc32 = deflated(ZEROS, 4)
    headers = [local(b"%03d" % n, 0, 0, crc32) for n in range(entries)]
    files, directory, at = b"".join(headers) + body, b"", 0
    for number, header in enumerate(headers):
        packed = len(files) - at - len(header)
        directory += central(b"%03d" % number, at, packed, 4 * MIB, crc32)
        at += len(header)
    return files + directory + end(entries, len(directory), len(files))


def flat_zip_bomb() -> bytes:
    """One member of 200 MB of zeros."""
    body, crc32 = deflated(ZEROS, 200)
    first = local(b"zeros", len(body), 200 * MIB, crc32) + body
    directory = central(b"zeros", 0, len(body), 200 * MIB, crc32)
    return first + directory + end(1, len(directory), len(first))


def many_bombs() -> bytes:
    """Members that each stay below the ratio's grace, and all together do not."""
    return zip_of({f"{n}.bin": ZEROS[: MIB - 1] for n in range(900)})


def nested(depth: int = 4) -> bytes:
    """A zip in a zip in a zip ..."""
    data = b"the end"
    for level in range(depth):
        data = zip_of({f"{level}.zip" if level else "end.txt": data})
    return data


def quine_like() -> bytes:
    """Ten zips of ten zips of zeros."""
    inner = flat_zip_bomb()
    return zip_of({f"{n}.zip": zip_of({f"{m}.zip": inner for m in range(10)}) for n in range(10)})


def many_entries() -> bytes:
    """100,000 empty members."""
    header = local(b"", 0, 0, 0, 0)
    count = 100_000
    directory = b"".join(central(b"", n * len(header), 0, 0, 0, 0) for n in range(count))
    return header * count + directory + end(count & 0xFFFF, len(directory), len(header) * count)


def zip_lzma_dictionary() -> bytes:
    """A member whose LZMA properties ask for a dictionary of 4 GiB."""
    body = b"\x09\x04\x05\x00" + bytes([0x5D]) + b"\xff\xff\xff\xff" + bytes(64)
    first = local(b"a", len(body), MIB, 0, 14) + body
    directory = central(b"a", 0, len(body), MIB, 0, 14)
    return first + directory + end(1, len(directory), len(first))


def gzip_bomb() -> bytes:
    """300 MB of zeros in one gzip stream."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as packed:
        for _ in range(300):
            packed.write(ZEROS)
    return buffer.getvalue()


def bzip2_bomb() -> bytes:
    """64 MB of zeros in some 50 bytes for each 45 MB."""
    return bz2.compress(ZEROS * 64)


def xz_bomb() -> bytes:
    """200 MB of zeros."""
    packer = lzma.LZMACompressor(preset=0)
    return b"".join([*(packer.compress(ZEROS) for _ in range(200)), packer.flush()])


def xz_dictionary() -> bytes:
    """An XZ block that asks for a dictionary of 1.5 GiB."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": MIB}]
    data = bytearray(lzma.compress(b"tutela", format=lzma.FORMAT_XZ, filters=filters))
    # Block header: size, flags, filter 0x21, one byte of properties, here for 1.5 GiB; then its CRC-32.
    at = 12
    length = (data[at] + 1) * 4
    data[data.index(b"\x21\x01", at) + 2] = 37
    data[at + length - 4 : at + length] = zlib.crc32(data[at : at + length - 4]).to_bytes(4, "little")
    return bytes(data)


def tar_huge_member() -> bytes:
    """A header that declares 8 EB, and nothing behind it."""
    info = tarfile.TarInfo("huge.jpg")
    info.size = 1 << 62
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


def tar_long_name() -> bytes:
    """A long-name header that declares 1 GB, gzipped with 1 GB worth of zeros announced."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = b"L", 1 << 30
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(MIB), mtime=0)


def tar_many_entries() -> bytes:
    """50,000 empty members, gzipped to a few kB."""
    header = tarfile.TarInfo("empty").tobuf(tarfile.USTAR_FORMAT)
    return gzip.compress(header * 50_000 + bytes(1024), mtime=0)


def tar_of_zeros() -> bytes:
    """One member of 100 MB of zeros, gzipped."""
    info = tarfile.TarInfo("zeros.bin")
    info.size = 100 * MIB
    packer, parts = zlib.compressobj(9, zlib.DEFLATED, 31), []
    for block in (info.tobuf(tarfile.USTAR_FORMAT), *[ZEROS] * 100, bytes(1024)):
        parts.append(packer.compress(block))
    return b"".join([*parts, packer.flush()])


def sevenzip(data: bytes, filters: list[dict[str, int]] | None = None) -> bytes:
    """A 7z with one member."""
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", filters=filters) as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(data, "member.bin")
    return buffer.getvalue()


def sevenzip_with_header(data: bytes, replace: Callable[[bytes], bytes]) -> bytes:
    """The same archive with its plain header changed and its check sums right."""
    offset, length, _ = struct.unpack_from("<QQI", data, 12)
    header = replace(data[32 + offset : 32 + offset + length])
    start = struct.pack("<QQI", offset, len(header), zlib.crc32(header))
    return data[:8] + struct.pack("<I", zlib.crc32(start)) + start + data[32 : 32 + offset] + header


def sevenzip_dictionary() -> bytes:
    """LZMA2 with a dictionary of 4 GiB."""
    filters = [{"id": py7zr.FILTER_LZMA2, "preset": 1}]
    data = sevenzip(b"tutela" * 100, filters)
    return sevenzip_with_header(data, lambda header: _with_property(header, b"\x21\x21\x01", 40))


def _with_property(header: bytes, coder: bytes, value: int) -> bytes:
    at = header.index(coder) + len(coder)
    return header[:at] + bytes([value]) + header[at + 1 :]


def sevenzip_zeros() -> bytes:
    """200 MB of zeros."""
    return sevenzip(ZEROS * 200, [{"id": py7zr.FILTER_LZMA2, "preset": 0}])


def film_declares_frames() -> bytes:
    """A film whose header speaks of a thousand million frames."""
    return movie(frames=1, declared_frames=1_000_000_000)


def film_shares_samples() -> bytes:
    """100,000 frames out of one: every sample lies at the same place."""
    return movie(frames=1, chunks=100_000)


def film_absurd_sides() -> bytes:
    """A film of 16,000 x 16,000 pixels."""
    return movie(frames=1, sides=(16_000, 16_000))


BOMBS: Mapping[str, Callable[[], bytes]] = {
    function.__name__: function
    for function in (
        shared_local_header,
        quoted_local_headers,
        flat_zip_bomb,
        many_bombs,
        nested,
        quine_like,
        many_entries,
        zip_lzma_dictionary,
        gzip_bomb,
        bzip2_bomb,
        xz_bomb,
        xz_dictionary,
        tar_huge_member,
        tar_long_name,
        tar_many_entries,
        tar_of_zeros,
        sevenzip_dictionary,
        sevenzip_zeros,
        film_declares_frames,
        film_shares_samples,
        film_absurd_sides,
    )
}
