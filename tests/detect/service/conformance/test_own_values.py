"""Values of a picture as a list holds them: digests, the picture, its crops."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from tutela.demo.samples import GeneratedSamples
from tutela.detect.media.pool import MediaPool
from tutela.detect.service.conformance.own_values import values_by


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(workers=1) as opened:
        yield opened


def test_a_picture_has_three_digests_and_four_pdq_values(pool: MediaPool) -> None:
    picture = GeneratedSamples().original(1)
    values = values_by(pool)(picture)
    assert [value["kind"] for value in values] == ["sha256", "sha1", "md5", "pdq", "pdq", "pdq", "pdq"]
    assert values[0]["value"] == hashlib.sha256(picture).hexdigest()
    assert all(value["quality"] >= 50 for value in values if value["kind"] == "pdq")
    assert len({value["value"] for value in values}) == len(values)


def test_what_is_no_picture_has_its_digests_only(pool: MediaPool) -> None:
    assert [value["kind"] for value in values_by(pool)(b"text")] == ["sha256", "sha1", "md5"]
    assert values_by(pool)(b"") == []
