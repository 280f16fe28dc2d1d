"""Objects of a bucket: ``s3://bucket/prefix`` and its kin, through obstore (extra ``s3``).

This is the named exception to "only ``kernel.egress`` opens connections" (decisions.md section 5).
Objects come into a sealed memfd, never onto a disk; credentials come from the environment, as the
storage's own tools read them. Plain web addresses are refused: a scan fetches no websites.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tutela.detect.scan.likely import Tier, tier
from tutela.detect.scan.shapes import ScanFile
from tutela.kernel.errors import Invalid, Unavailable

#: Address schemes that name a store of objects (obstore's documentation).
SCHEMES = frozenset(["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss", "file", "memory"])
#: Bytes asked for at once while an object streams in.
CHUNK_BYTES = 4 << 20
#: Largest object that is brought into memory; larger ones are one finding each (bytes).
OBJECT_BYTES_MAX = 2 << 30


def is_bucket(place: str) -> bool:
    """True for an address with a scheme; a path of this machine never has ``://`` after a word."""
    scheme, separator, _rest = place.partition("://")
    return bool(separator) and scheme.isascii() and scheme.isalnum()


def open_store(address: str) -> Any:
    """The store of objects behind ``address``.

    Raises Invalid for a scheme that names no store, Unavailable when obstore is not installed or the
    store cannot be set up.
    """
    if urlsplit(address).scheme not in SCHEMES:
        known = ", ".join(sorted(SCHEMES))
        raise Invalid(f"not a store of objects; schemes that are: {known}", field="PATH")
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError as error:
        raise Unavailable("reading buckets needs the extra s3: pip install 'tutela[s3]'") from error
    try:
        return from_url(address)
    except (BaseError, ValueError, OSError) as error:
        raise Unavailable(f"the store could not be set up ({type(error).__name__})") from error


def walk_bucket(address: str, store: Any, *, bytes_max: int = OBJECT_BYTES_MAX) -> Iterator[ScanFile]:
    """Every object once, pictures and films first; the listing is streamed once a pass.

    A store that cannot be listed is one finding for the whole address.
    """
    for wanted in Tier:
        try:
            for batch in store.list():
                yield from (
                    _object(address, store, row, bytes_max) for row in batch if tier(row["path"]) == wanted
                )
        except _store_errors() as error:
            yield ScanFile(path=address, trouble=f"listing ended early: {_reason(error)}")
            return


def _object(address: str, store: Any, row: Any, bytes_max: int) -> ScanFile:
    path = f"{address.rstrip('/')}/{row['path']}"
    if row["size"] > bytes_max:
        reason = "object larger than what is held in memory"
        return ScanFile(path=path, size_bytes=row["size"], trouble=reason, status="refused")
    opener = partial(fetch_object, store, row["path"], bytes_max=bytes_max)
    return ScanFile(path=path, size_bytes=row["size"], opener=opener)


def fetch_object(store: Any, key: str, *, bytes_max: int) -> int:
    """A sealed memfd with the object's bytes. Raises OSError: EFBIG beyond ``bytes_max``, EIO otherwise."""
    fd = os.memfd_create("object", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        _fill(fd, store, key, bytes_max)
        _seal(fd)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _fill(fd: int, store: Any, key: str, bytes_max: int) -> None:
    written = 0
    try:
        for chunk in store.get(key).stream(min_chunk_size=CHUNK_BYTES):
            view = memoryview(chunk)
            written += len(view)
            if written > bytes_max:
                raise OSError(errno.EFBIG, "object too large")
            while view:
                view = view[os.write(fd, view) :]
    except FileNotFoundError:
        raise
    except _store_errors() as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            raise
        raise OSError(errno.EIO, "object not read") from error


def _seal(fd: int) -> None:
    import fcntl  # not on every system; memfd is Linux anyway

    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)


def _store_errors() -> tuple[type[Exception], ...]:
    from obstore.exceptions import BaseError

    return (BaseError, OSError)


def _reason(error: Exception) -> str:
    return (
        "permission denied" if isinstance(error, PermissionError) else "the store did not answer as expected"
    )
