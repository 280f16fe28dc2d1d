from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.detect.matching.listings import SALT, header
from tests.pictures import jpeg, landscape
from tutela.demo.copies import crop
from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.matching import build
from tutela.detect.matching.build import (
    CROPS_PERCENT,
    BuiltFile,
    build_ask,
    build_entries,
    build_files,
    crop_of,
    originals,
)
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import WEB, Ask, ShownForm, Trouble


def form(name: str, seed: int) -> ShownForm:
    grain = np.random.default_rng(seed).integers(0, 256, (64, 64)).astype(np.float32)
    return ShownForm(form=name, frame=0, full_width=100, full_height=100, luma64=grain)


def flat(name: str) -> ShownForm:
    grey = np.full((64, 64), 127, np.float32)
    return ShownForm(form=name, frame=0, full_width=100, full_height=100, luma64=grey)


ANSWERS = {
    b"picture": FakeAnswer(forms=(form("f0/r0", 1), form("f0/r0/c5", 2), form("f0/r0/c10", 3))),
    b"animation": FakeAnswer(
        forms=(form("f0/r0", 1), form("f1/r0", 4), form("f2/r0", 1), form("f2/r0/c5", 4))
    ),
    b"film": FakeAnswer(forms=(form("t0.000/r0", 5), form("t1.000/r0", 6), form("t2.000/r0", 5))),
    b"black film": FakeAnswer(forms=(flat("t0.000/r0"),)),
    b"flat": FakeAnswer(forms=(flat("f0/r0"),)),
    b"": FakeAnswer(),
    b"broken": FakeAnswer(trouble=Trouble(kind="unreadable", reason="broken or truncated")),
}


def pool() -> FakePool:
    ordinary = FakeAnswer(trouble=Trouble(kind="not_media", reason="ordinary file"))
    return FakePool(lambda content: ANSWERS.get(content, ordinary))


def folder_of(tmp_path: Path, contents: Iterable[bytes]) -> Path:
    for number, content in enumerate(contents):
        (tmp_path / f"{number:03}").write_bytes(content)
    return tmp_path


def built(tmp_path: Path, *contents: bytes) -> list[BuiltFile]:
    return list(build_files(pool(), originals(folder_of(tmp_path, contents)), SALT, workers=2))


def kinds(entries: Iterable[ListEntry]) -> list[tuple[str, str]]:
    return [(entry.kind, entry.derived) for entry in entries]


DIGESTS = [("sha256", ""), ("sha1", ""), ("md5", "")]


def test_a_picture_gives_digests_forms_and_crops_under_one_id(tmp_path: Path) -> None:
    (one,) = built(tmp_path, b"picture")
    assert kinds(one.entries) == [*DIGESTS, ("pdq", ""), ("pdq", "c5"), ("pdq", "c10")]
    assert len({entry.entry for entry in one.entries}) == 1
    assert all(entry.quality is not None for entry in one.entries if entry.kind == "pdq")
    assert (one.remark, one.unread, one.digests_only) == ("", False, False)


def test_every_distinct_frame_is_listed_once_and_a_whole_one_before_a_crop(tmp_path: Path) -> None:
    (one,) = built(tmp_path, b"animation")
    assert kinds(one.entries) == [*DIGESTS, ("pdq", ""), ("pdq", "")]


def test_a_film_is_one_entry_of_its_distinct_frames(tmp_path: Path) -> None:
    (one,) = built(tmp_path, b"film")
    assert kinds(one.entries) == [*DIGESTS, ("vpdq", "")]
    assert len(one.entries[-1].value) == 64


@pytest.mark.parametrize(
    ("content", "remark", "unread"),
    [
        (b"flat", "too little detail for PDQ", False),
        (b"black film", "too little detail for PDQ", False),
        (b"broken", "broken or truncated", True),
        (b"a letter", "ordinary file", False),
    ],
)
def test_what_has_no_fingerprint_is_listed_by_its_digests(
    tmp_path: Path, content: bytes, remark: str, *, unread: bool
) -> None:
    (one,) = built(tmp_path, content)
    assert kinds(one.entries) == DIGESTS
    assert (one.remark, one.unread, one.digests_only) == (remark, unread, True)


def test_an_empty_file_is_not_listed(tmp_path: Path) -> None:
    (one,) = built(tmp_path, b"")
    assert one.entries == ()
    assert one.remark == "the file is empty"


def test_the_same_content_is_listed_once(tmp_path: Path) -> None:
    first, second, third = built(tmp_path, b"picture", b"picture", b"film")
    assert first.entries
    assert third.entries
    assert (second.entries, second.remark) == ((), "the same content was listed already")


def test_what_cannot_be_opened_is_one_remark_and_the_others_go_on(tmp_path: Path) -> None:
    paths = [tmp_path / "vanished", *originals(folder_of(tmp_path, [b"picture"]))]
    gone, one = build_files(pool(), paths, SALT)
    assert (gone.entries, gone.unread) == ((), True)
    assert "No such file" in gone.remark
    assert one.entries


def test_an_error_of_the_system_without_words_is_a_remark_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "open", refuse)
    (one,) = build_files(pool(), [tmp_path], SALT)
    assert one.remark == "could not be opened"


def test_folders_of_more_files_than_are_in_the_works_are_complete(tmp_path: Path) -> None:
    contents = [f"file {number}".encode() for number in range(2 * build._WINDOW + 5)]
    found = built(tmp_path, *contents)
    assert [one.path.name for one in found] == [f"{number:03}" for number in range(len(contents))]
    assert all(one.entries for one in found)


def test_ids_depend_on_content_and_salt_alone(tmp_path: Path) -> None:
    paths = list(originals(folder_of(tmp_path, [b"picture", b"film"])))
    first = list(build_entries(pool(), paths, SALT))
    assert list(build_entries(pool(), reversed(paths), SALT))[:4] == first[6:]
    assert {entry.entry for entry in build_entries(pool(), paths, bytes(32))}.isdisjoint(
        entry.entry for entry in first
    )


def test_originals_are_regular_files_in_order_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    (folder / "a").mkdir()
    for name in ("z", "b/1", "a/2"):
        (folder / name).touch()
    (folder / "link").symlink_to(tmp_path)
    (folder / "a" / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert [path.relative_to(folder).as_posix() for path in originals(folder)] == ["z", "a/2", "b/1"]
    assert list(originals(folder / "z")) == [folder / "z"]


def test_what_vanishes_while_the_folder_is_walked_is_left_to_opening(tmp_path: Path) -> None:
    assert build._is_regular(tmp_path / "vanished")


def test_the_sandbox_is_asked_for_exact_hashes_and_crops() -> None:
    asked = build_ask(Ask(pdq_mode="fast", film_mode="exact", limits=WEB))
    assert (asked.pdq_mode, asked.film_mode, asked.crops_percent) == ("exact", "exact", CROPS_PERCENT)
    assert build_ask().limits.archive_bytes_max is None


@pytest.mark.parametrize(
    ("name", "wanted"), [("f0/r0", ""), ("f0/r0/white", ""), ("f0/r0/white/c10", "c10"), ("f0/r0/cx", "")]
)
def test_crop_of_a_form(name: str, wanted: str) -> None:
    assert crop_of(name) == wanted


@pytest.mark.slow
def test_a_cropped_copy_is_found_through_the_derived_crops(tmp_path: Path) -> None:
    original = landscape(7, 640, 480)
    (tmp_path / "original.jpg").write_bytes(jpeg(original, quality=92))
    (tmp_path / "copy.jpg").write_bytes(crop(original, 10))
    with MediaPool() as media:
        listed = MemoryList(header(), build_entries(media, [tmp_path / "original.jpg"], SALT))
        with (tmp_path / "copy.jpg").open("rb") as file:
            prints = fingerprint_file(media, file.fileno(), Ask())
    decision = MatchEngine([listed]).decide(prints)
    assert decision.status == "candidate"
    assert decision.matches[0].derived == "c10"
