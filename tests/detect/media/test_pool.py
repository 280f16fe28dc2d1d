"""The pool: what comes back for a good, an odd and a hostile file, and that the run goes on."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask, Examined, ShownForm


def picture(width: int = 320, height: int = 240) -> Image.Image:
    """A smooth random picture, the same in every run."""
    noise = np.random.default_rng(7).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of ``image`` in one format."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def examine(
    pool: MediaPool, data: bytes, ask: Ask | None = None, name: str = ""
) -> tuple[Examined, list[ShownForm]]:
    """What the pool says about ``data``, and the forms it gave."""
    fd = os.memfd_create("test")
    try:
        os.write(fd, data)
        forms: list[ShownForm] = []
        return pool.examine(fd, ask or Ask(), forms.append, name_hint=name), forms
    finally:
        os.close(fd)


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as opened:
        yield opened


def test_a_picture_gives_digests_facts_and_its_upright_form(pool: MediaPool) -> None:
    data = encoded(picture(), "JPEG")
    examined, forms = examine(pool, data)
    assert examined.trouble is None
    assert (examined.md5, examined.sha1, examined.sha256) == tuple(
        hashlib.new(name, data).digest() for name in ("md5", "sha1", "sha256")
    )
    assert (examined.facts.container, examined.facts.width, examined.facts.height) == ("jpeg", 320, 240)
    assert [form.form for form in forms] == ["f0/r0"]
    assert forms[0].luma64.shape == (64, 64)


def test_an_ordinary_file_is_not_media_and_still_has_digests(pool: MediaPool) -> None:
    examined, forms = examine(pool, b"just text")
    assert examined.trouble is not None
    assert examined.trouble.kind == "not_media"
    assert examined.sha256 == hashlib.sha256(b"just text").digest()
    assert forms == []


def test_a_container_that_is_not_opened_is_counted_as_unreadable(pool: MediaPool) -> None:
    examined, _ = examine(pool, b"%PDF-1.7 something")
    assert examined.trouble is not None
    assert (examined.trouble.kind, examined.trouble.reason) == ("unreadable", "container not opened")
