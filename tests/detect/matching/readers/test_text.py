from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.listings import SALT
from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.readers import text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.segment import Segment
from tutela.detect.matching.shapes import ListEntry

ONE, TWO, PDQ = "0a" * 16, "0B" * 16, "0c" * 32


def options(kind: str) -> ReadOptions:
    return ReadOptions(salt=SALT, kind=kind)


def written(tmp_path: Path, content: str, name: str = "list.txt") -> Path:
    file = tmp_path / name
    file.write_text(content, "utf-8", newline="")
    return file


def read(tmp_path: Path, content: str, kind: str) -> list[ListEntry]:
    return list(text.read([written(tmp_path, content)], options(kind), Tally()))


def test_one_hash_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, f"# ours\n{ONE}\r\n\n {TWO} \n", "md5")
    assert [entry.value.hex() for entry in found] == [ONE, TWO.lower()]


def test_what_md5sum_prints_is_understood(tmp_path: Path) -> None:
    found = read(tmp_path, f"{ONE}  a b.jpg\n{TWO} *c.jpg\n", "md5")
    assert len(found) == 2


def test_a_pdq_hash_may_bring_its_quality(tmp_path: Path) -> None:
    found = read(tmp_path, f"{PDQ}\n{PDQ},77\n{PDQ},40,a.jpg\n", "pdq")
    assert [entry.quality for entry in found] == [None, 77, 40]


def test_keywords_and_films_take_the_whole_line(tmp_path: Path) -> None:
    assert len(read(tmp_path, "blue-lantern-test\nyellow lantern, test\n", "text")) == 2
    assert len(read(tmp_path, f'["{PDQ},100,0.000"]\n', "vpdq")) == 1


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (f"{ONE}\nxyz\n", "md5", "line 2: a md5 value"),
        (f"{ONE},50\n", "md5", "line 1: only a PDQ"),
        (f"{PDQ},x\n", "pdq", "line 1: quality"),
        (ONE, "", "say --kind"),
        (ONE, "crc", "kind must be"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: str, kind: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(tmp_path, content, kind)


@pytest.mark.parametrize(("kind", "digits"), [("md5", 32), ("sha1", 40), ("sha256", 64), ("pdq", 64)])
def test_the_fast_way_gives_the_same_entries(tmp_path: Path, kind: str, digits: int) -> None:
    lines = [f"{1 + number * 7 % 50:0{digits}x}" for number in range(1, 60)]
    files = [written(tmp_path, "\n".join(lines)), written(tmp_path, f"\n {lines[0].upper()}\r\n\r\n", "more")]
    found = text.columns(files, options(kind))
    assert found is not None
    slowly = text.read(files, options(kind), Tally())
    assert set(Segment(arrange(found, quality_min=50)).entries()) == set(slowly)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (f"{ONE}\n{ONE}00\n", "md5"),
        (f"{ONE}\n{'x' * 32}\n", "md5"),
        (f"{ONE[:-3]} {ONE[:2]}\n", "md5"),
        (f"{ONE}  name.jpg\n", "md5"),
        ("d41d8cd98f00b204e9800998ecf8427e\n", "md5"),
        ("blue-lantern-test\n", "text"),
    ],
)
def test_the_fast_way_leaves_everything_else_to_the_slow_one(tmp_path: Path, content: str, kind: str) -> None:
    assert text.columns([written(tmp_path, content)], options(kind)) is None


def test_the_fast_way_reads_an_empty_list(tmp_path: Path) -> None:
    found = text.columns([written(tmp_path, "\n\n")], options("md5"))
    assert found is not None
    assert len(found.rows) == 0
