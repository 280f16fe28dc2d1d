from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.detect.service.hma.desk import Desk, encoded, picture
from tutela.demo.copies import exif_turned
from tutela.detect.media.pool import MediaPool


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool() as pool:
        yield pool


@pytest.fixture
def desk(tmp_path: Path, pool: MediaPool) -> Iterator[Desk]:
    desk = Desk(tmp_path, pool=pool)
    yield desk
    desk.close()


COPIES = {
    "itself": encoded(picture()),
    "jpeg": encoded(picture(), "JPEG", quality=75),
    "gif": encoded(picture().convert("P", palette=Image.Palette.ADAPTIVE), "GIF"),
    "palette": encoded(picture().convert("P", palette=Image.Palette.ADAPTIVE)),
    "cmyk": encoded(picture().convert("CMYK"), "JPEG"),
    "mirrored": encoded(ImageOps.mirror(picture())),
    "turned": encoded(picture().rotate(90, expand=True)),
    "exif": exif_turned(picture()),
    "grey": encoded(picture().convert("L"), "JPEG"),
}


@pytest.mark.slow
def test_the_altered_copies_that_hma_misses_are_found(desk: Desk) -> None:
    desk.ask("POST", "/c/banks", json={"name": "SHOP"})
    added = desk.send("/c/bank/SHOP/content", encoded(picture())).json()
    assert set(added) == {"id", "signals"} and len(added["signals"]["pdq"]) == 64
    for name, content in COPIES.items():
        found = desk.send("/m/lookup", content).json()
        assert list(found) == ["pdq"], name
        assert [one["bank_content_id"] for one in found["pdq"]["SHOP"]] == [added["id"]], name
        assert int(found["pdq"]["SHOP"][0]["distance"]) <= 31, name
    assert desk.send("/m/lookup", encoded(picture(2))).json() == {"pdq": {}}


def test_the_hash_of_a_picture_is_found_as_a_signal(desk: Desk) -> None:
    answer = desk.send("/h/hash", encoded(picture()))
    assert answer.status_code == 200 and list(answer.json()) == ["pdq"]
    number = desk.bank(pdq=answer.json()["pdq"])
    found = desk.send("/m/lookup", COPIES["jpeg"]).json()
    assert [one["bank_content_id"] for one in found["pdq"]["SHOP"]] == [number]


def test_a_film_is_hashed_byte_for_byte(desk: Desk) -> None:
    answer = desk.send("/h/hash", b"any bytes", field="video")
    assert answer.json() == {"video_md5": hashlib.md5(b"any bytes").hexdigest()}


@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup", "/c/bank/SHOP/content"])
@pytest.mark.parametrize(
    "content",
    [b"no picture at all", encoded(picture())[:2000], encoded(Image.new("RGB", (64, 64), "red")), b""],
    ids=["text", "cut", "plain", "empty"],
)
def test_what_has_no_hash_is_refused_and_never_an_empty_hash(desk: Desk, path: str, content: bytes) -> None:
    desk.bank(video_md5="ab" * 16)
    answer = desk.send(path, content)
    assert 400 <= answer.status_code < 500
    assert list(answer.json()) == ["message"]


def test_types_picks_among_the_enabled(desk: Desk) -> None:
    assert list(desk.send("/h/hash", b"x", field="video", params={"types": " video_md5 ,"}).json()) == [
        "video_md5"
    ]
    for wrong in ("pdq", "video_md5,tlsh", ",", ""):
        assert desk.send("/h/hash", b"x", field="video", params={"types": wrong}).status_code == 400


def test_a_listed_file_is_its_own_picture_whatever_its_bank_knows_of_it(desk: Desk) -> None:
    content = encoded(picture())
    desk.bank(video_md5=hashlib.md5(content).hexdigest())
    found = desk.send("/m/lookup", content).json()
    assert [one["distance"] for one in found["pdq"]["SHOP"]] == ["0"]
