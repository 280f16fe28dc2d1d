"""A file and all that is inside it."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.detect.media.archives import descriptor, disk_of, run, sevenzip_of, tar_of, zip_of
from tests.detect.media.film_files import encoded, scene
from tutela.detect.media.everything import examine_all
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import FORENSIC, WEB, Ask, Examined, ShownForm

pytestmark = pytest.mark.needs("linux")


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as opened:
        yield opened


@pytest.fixture(scope="module")
def picture() -> bytes:
    out = io.BytesIO()
    Image.fromarray(scene(1)).save(out, "JPEG")
    return out.getvalue()


class Seen:
    """What came out, with the forms of each."""

    def __init__(self) -> None:
        self.forms: dict[str | None, list[ShownForm]] = {}

    def sink_for(self, member: str | None) -> Callable[[ShownForm], None]:
        return self.forms.setdefault(member, []).append


def examined(
    pool: MediaPool, data: bytes, ask: Ask | None = None, *, skip: Callable[[str], bool] = lambda _: False
) -> tuple[dict[str | None, Examined], Seen]:
    seen = Seen()
    with descriptor(data) as fd:
        found = list(
            examine_all(pool, fd, ask or Ask(), name="upload.bin", sink_for=seen.sink_for, skip=skip)
        )
    assert found[-1].member is None
    assert len({one.member for one in found}) == len(found)
    return {one.member: one for one in found}, seen


def test_a_picture_alone_is_itself(pool: MediaPool, picture: bytes) -> None:
    found, seen = examined(pool, picture)
    assert list(found) == [None]
    assert [form.form for form in seen.forms[None]] == ["f0/r0"]


def test_members_of_members_have_joined_paths(pool: MediaPool, picture: bytes) -> None:
    inner = tar_of({"deep/picture.jpg": picture})
    found, seen = examined(pool, zip_of({"inner.tar": inner, "top.jpg": picture}))
    assert list(found) == ["inner.tar!/deep/picture.jpg", "inner.tar", "top.jpg", None]
    assert all(one.trouble is None for one in found.values())
    assert found["inner.tar"].sha256 == hashlib.sha256(inner).digest()
    assert [form.form for form in seen.forms["inner.tar!/deep/picture.jpg"]] == ["f0/r0"]


def test_the_picture_has_the_same_hash_wherever_it_lies(pool: MediaPool, picture: bytes) -> None:
    for container in (zip_of, tar_of, sevenzip_of):
        found, _ = examined(pool, container({"p.jpg": picture}))
        assert found["p.jpg"].sha256 == hashlib.sha256(picture).digest()


def test_a_container_below_the_depth_is_refused_and_said(pool: MediaPool) -> None:
    data = b"text"
    for _ in range(3):
        data = zip_of({"z.zip": data})
    found, _ = examined(pool, data)
    assert list(found) == ["z.zip!/z.zip", "z.zip", None]
    trouble = found["z.zip!/z.zip"].trouble
    assert trouble is not None
    assert (trouble.kind, trouble.reason) == ("refused", "nested deeper than the limit")


def test_the_budget_holds_over_nested_containers(pool: MediaPool) -> None:
    inner = zip_of({str(number): b"x" for number in range(4)})
    ask = Ask(limits=replace(WEB, archive_entries_max=6))
    found, _ = examined(pool, zip_of({"a.zip": inner, "b.zip": inner}), ask)
    trouble = found["b.zip"].trouble
    assert trouble is not None
    assert trouble.reason == "more entries than the limit"


def test_skipped_members_are_left_out_and_so_is_all_inside_them(pool: MediaPool, picture: bytes) -> None:
    data = zip_of({"inner.tar": tar_of({"p.jpg": picture}), "top.jpg": picture})
    found, _ = examined(pool, data, skip=lambda member: member == "inner.tar")
    assert list(found) == ["top.jpg", None]
    found, _ = examined(pool, data, skip=lambda member: member == "inner.tar!/p.jpg")
    assert list(found) == ["inner.tar", "top.jpg", None]


def test_a_broken_archive_is_one_finding_with_its_digests(pool: MediaPool) -> None:
    data = zip_of()[:-30]
    found, _ = examined(pool, data)
    assert list(found) == [None]
    assert found[None].sha256 == hashlib.sha256(data).digest()
    trouble = found[None].trouble
    assert trouble is not None
    assert trouble.kind == "unreadable"


def test_a_locked_member_is_counted_and_the_others_are_examined(pool: MediaPool, picture: bytes) -> None:
    data = bytearray(zip_of({"locked": b"secret", "open.jpg": picture}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found, _ = examined(pool, bytes(data))
    trouble = found["locked"].trouble
    assert trouble is not None
    assert (trouble.kind, trouble.reason) == ("unreadable", "container not opened: encrypted")
    assert found["open.jpg"].trouble is None


def test_a_film_in_a_packed_file_is_hashed(pool: MediaPool) -> None:
    film = encoded([scene(1)] * 10 + [scene(2)] * 10)
    found, seen = examined(pool, gzip.compress(film))
    assert found["content"].facts.container == "mp4"
    assert [form.form for form in seen.forms["content"]] == ["t0.000/r0", "t1.000/r0"]


@pytest.mark.needs("pytsk3", "mtools")
def test_a_deleted_picture_of_a_disk_image_is_examined_and_marked(
    pool: MediaPool, picture: bytes, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "gone.jpg").write_bytes(picture)
    (folder / "kept.jpg").write_bytes(picture)
    (folder / "kept.zip").write_bytes(zip_of({"in.jpg": picture}))
    image = tmp_path / "disk"
    disk_of(folder, image, kind="fat")
    run("mdel", "-i", str(image), "::/gone.jpg")
    found, _ = examined(pool, image.read_bytes(), Ask(limits=FORENSIC))
    assert {member: one.deleted for member, one in found.items()} == {
        "_one.jpg": True, "kept.jpg": False, "kept.zip!/in.jpg": False, "kept.zip": False, None: False
    }  # fmt: skip
    assert found["_one.jpg"].sha256 == hashlib.sha256(picture).digest()


@pytest.mark.parametrize("at_once", [2, 4])
def test_members_examined_together_come_out_as_one_by_one(
    pool: MediaPool, picture: bytes, at_once: int
) -> None:
    inner = zip_of({"deep.jpg": picture, "deep.txt": b"words"})
    members = {f"{number}.jpg": picture + bytes([number]) for number in range(9)}
    data = zip_of({**members, "inner.zip": inner, "last.txt": b"words", "empty": b""})
    results = []
    for together in (1, at_once):
        seen = Seen()
        with descriptor(data) as fd:
            found = examine_all(
                pool, fd, Ask(), name="a.zip", sink_for=seen.sink_for, skip=lambda _: False, at_once=together
            )
            results.append((list(found), {member: len(forms) for member, forms in seen.forms.items()}))
    assert results[0] == results[1]
    assert [one.member for one in results[0][0]][9:] == [
        "inner.zip!/deep.jpg", "inner.zip!/deep.txt", "inner.zip", "last.txt", "empty", None,
    ]  # fmt: skip
