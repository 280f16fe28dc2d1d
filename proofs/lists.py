"""Lists as a proof needs them: one of another house (upright PDQ only) and one built by tutela."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from tutela.detect.matching.build import build_files
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import ListView, open_list, write_list
from tutela.detect.media.pool import MediaPool
from tutela.kernel.clock import SystemClock


def foreign_list(path: Path, hashes: Mapping[str, bytes]) -> ListView:
    """A list that knows one upright PDQ (32 bytes) an entry, as other houses deliver it."""
    entries = (ListEntry(entry=name, kind="pdq", value=value, quality=100) for name, value in hashes.items())
    write_list(path, _header("foreign", secrets.token_bytes(32)), entries)
    return open_list(path)


def own_list(path: Path, pool: MediaPool, originals: Iterable[Path]) -> tuple[ListView, dict[str, str]]:
    """A list built by tutela from originals, and the name (stem) of the original by entry id."""
    salt = secrets.token_bytes(32)
    names: dict[str, str] = {}
    entries: list[ListEntry] = []
    for built in build_files(pool, originals, salt):
        entries += built.entries
        names |= {entry.entry: built.path.stem for entry in built.entries}
    write_list(path, _header("own", salt), entries)
    return open_list(path), names


def _header(name: str, salt: bytes) -> ListHeader:
    return ListHeader(name=name, version="1", created=SystemClock().now(), salt=salt)
