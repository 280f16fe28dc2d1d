"""What a worker is equipped with: real media workers, real lists, one worker's life for each file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest

from tests.detect.matching.making import header
from tutela.config import Config
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.pages import read_page
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask
from tutela.hotline.settings import HotlineSettings
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Invalid, Unavailable
from tutela.processes.working import LISTS, LatePool, Lists, equipped_worker

pytestmark = pytest.mark.needs("linux")


def held(data: bytes) -> int:
    descriptor = os.memfd_create("bytes")
    os.write(descriptor, data)
    return descriptor


@pytest.mark.slow
def test_a_pool_starts_with_its_first_file_and_no_worker_sees_two() -> None:
    made: list[MediaPool] = []

    def make() -> MediaPool:
        made.append(MediaPool())
        return made[-1]

    pool = LatePool(make)
    assert not made
    descriptor = held(jpeg(landscape(1)))
    try:
        for _ in range(3):
            assert pool.examine(descriptor, Ask(), lambda form: None).trouble is None
        assert len(made) == 1
        assert made[0].counts.workers >= 3
    finally:
        pool.close()
        os.close(descriptor)


@pytest.mark.slow
def test_a_page_has_a_worker_of_its_own_too() -> None:
    made: list[MediaPool] = []

    def make() -> MediaPool:
        made.append(MediaPool())
        return made[-1]

    pool = LatePool(make)
    descriptor = held(b"<p>some words")
    ask = PageAsk(address=parse_url("https://host.test/"))
    try:
        for _ in range(2):
            assert isinstance(read_page(pool, descriptor, ask), Page)
        assert made[0].counts.workers == 2
    finally:
        pool.close()
        os.close(descriptor)


def test_lists_are_opened_anew_when_one_changes(tmp_path: Path) -> None:
    lists = Lists(tmp_path / LISTS)
    assert lists.now() == ()
    folder = tmp_path / LISTS
    folder.mkdir()
    (folder / "notes.txt").write_text("no list")
    entry = ListEntry(entry="one", kind="sha256", value=b"a" * 32)
    write_list(folder / "a.tlist", header("one"), [entry])
    first = lists.now()
    assert [one.header.name for one in first] == ["one"]
    assert lists.now() is first
    write_list(folder / "b.tlist", header("two"), [entry])
    assert [one.header.name for one in lists.now()] == ["one", "two"]
    (folder / "c.tlist").write_bytes(b"no list either")
    with pytest.raises(Invalid):
        lists.now()


@pytest.mark.slow
def test_a_worker_knows_a_picture_by_the_lists_of_its_house(tmp_path: Path) -> None:
    picture = jpeg(landscape(2))
    (tmp_path / LISTS).mkdir()
    import hashlib

    entry = ListEntry(entry="one", kind="sha256", value=hashlib.sha256(picture).digest(), legal_class="csam")
    head = ListHeader(
        name="declared", version="1", created=SystemClock().now(), approved=True, salt=secrets.token_bytes(32)
    )
    write_list(tmp_path / LISTS / "declared.tlist", head, [entry])
    with equipped_worker(Config(hotline=HotlineSettings(fallen_items_max=7)), tmp_path):
        from tutela.hotline.cases.equipment import equipment

        assert [one.header.name for one in equipment().lists()] == ["declared"]
        assert equipment().fallen_max == 7

        known, other = held(picture), held(jpeg(landscape(3)))
        looked = equipment().looker.look(known)
        assert looked.status == "known"
        (found,) = looked.found
        assert (found.met.confirmed, found.met.approved, found.met.legal_class) == ("sha256", True, "csam")
        assert {one.kind for one in looked.prints} >= {"sha256", "pdq"}
        assert not equipment().looker.look(other).is_matched
        os.close(known)
        os.close(other)
    with pytest.raises(Unavailable):
        equipment()
