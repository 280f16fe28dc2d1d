"""Fingerprints as plain data: digests by kind, sizes of values."""

from __future__ import annotations

import pytest

from tutela.detect.fingerprints.shapes import VALUE_BYTES, FileFingerprints, Fingerprint
from tutela.detect.media.shapes import MediaFacts


def test_a_file_is_asked_for_its_digests_by_kind() -> None:
    prints = tuple(Fingerprint(kind=kind, value=kind.encode()) for kind in ("md5", "sha256"))
    file = FileFingerprints(member=None, size_bytes=1, facts=MediaFacts(), trouble=None, prints=prints)
    assert file.digest("sha256") == b"sha256"
    assert file.digest("sha1") == b""


@pytest.mark.parametrize(("kind", "bits"), [("md5", 128), ("sha1", 160), ("sha256", 256), ("pdq", 256)])
def test_values_have_the_length_of_their_kind(kind: str, bits: int) -> None:
    assert VALUE_BYTES[kind] * 8 == bits
