"""Fingerprints of a scan into the store for retro-match, under the place where each was seen."""

from __future__ import annotations

from typing import Protocol

from tutela.detect.fingerprints.shapes import FileFingerprints


class Store(Protocol):
    """What is needed of ``detect.matching.retro.SeenStore``."""

    def remember(self, file_id: str, prints: FileFingerprints) -> None:
        """Keeps the fingerprints of one file under this id."""


class Remembering:
    """Names files by path and member. A copy of a content seen before in the same scan is not kept twice."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remember(self, path: str, prints: FileFingerprints) -> None:
        """Keeps one file or member; names that are no UTF-8 have those bytes written out."""
        place = path if prints.member is None else f"{path}!/{prints.member}"
        self._store.remember(place.encode("utf-8", "backslashreplace").decode(), prints)
