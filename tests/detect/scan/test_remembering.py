"""What was seen is kept under its place: path, and member where there is one."""

from __future__ import annotations

from dataclasses import replace

from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.media.shapes import MediaFacts
from tutela.detect.scan.remembering import Remembering

PRINTS = FileFingerprints(member=None, size_bytes=0, facts=MediaFacts(), trouble=None, prints=())


class _Store:
    def __init__(self) -> None:
        self.kept: list[str] = []

    def remember(self, file_id: str, prints: FileFingerprints) -> None:
        self.kept.append(file_id)


def test_the_place_is_the_name() -> None:
    store = _Store()
    remembering = Remembering(store)
    remembering.remember("/a/b.zip", PRINTS)
    remembering.remember("/a/b.zip", replace(PRINTS, member="c/d.jpg"))
    remembering.remember("/a/\udcff", PRINTS)
    assert store.kept == ["/a/b.zip", "/a/b.zip!/c/d.jpg", "/a/\\udcff"]
