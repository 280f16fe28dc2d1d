"""The small files that grow: real, small, and as large as they say."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from tutela.detect.service.conformance.bombs import BOMB_SIDE, ZIPPED_BYTES, png_bomb, zip_bomb


def test_the_png_announces_more_than_anybody_decodes() -> None:
    assert len(png_bomb()) < 2_000
    with pytest.raises(Image.DecompressionBombError, match=str(BOMB_SIDE**2)):
        Image.open(io.BytesIO(png_bomb()))


def test_the_zip_unpacks_to_a_thousand_times_its_size() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bomb())) as archive:
        (member,) = archive.infolist()
        assert member.file_size == ZIPPED_BYTES > 900 * len(zip_bomb())
        assert archive.testzip() is None
