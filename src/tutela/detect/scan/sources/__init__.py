"""Where a scan's files come from: files and folders of this machine, and buckets, in one stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutela.detect.scan.shapes import ScanFile
from tutela.detect.scan.sources.buckets import is_bucket, open_store, walk_bucket
from tutela.detect.scan.sources.folders import walk


def open_sources(places: Sequence[str]) -> Iterator[ScanFile]:
    """Every file of all ``places`` (paths and bucket addresses), local ones first.

    Buckets are set up before the first file, so that a wrong address ends the call and not the scan:
    raises Invalid or Unavailable at once.
    """
    stores = [(place, open_store(place)) for place in places if is_bucket(place)]
    local = [place for place in places if not is_bucket(place)]
    return _files(local, stores)


def _files(local: Sequence[str], stores: Sequence[tuple[str, object]]) -> Iterator[ScanFile]:
    yield from walk(local)
    for address, store in stores:
        yield from walk_bucket(address, store)
