"""What threatexchange's command line prints is read: its three forms, its votes, its types."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import OPTIONS
from tutela.detect.matching.readers import guess_format, read_entries, threatexchange
from tutela.detect.matching.readers.options import Tally
from tutela.detect.matching.shapes import ListEntry

PDQ, OTHER, MD5, SHA256 = "0c" * 32, "f0" * 32, "0a" * 16, "0b" * 32
HEADER = "signal_type,signal_str,collab,category,tags\r\n"


def read(tmp_path: Path, content: str) -> tuple[list[ListEntry], list[str]]:
    file = tmp_path / "dump"
    file.write_text(content, "utf-8", newline="")
    assert guess_format(file) == "threatexchange"
    tally = Tally()
    return list(read_entries([file], "threatexchange", OPTIONS, tally)), tally.sentences()


def test_values_with_their_types(tmp_path: Path) -> None:
    found, said = read(tmp_path, f"pdq {PDQ}\nvideo_md5 {MD5}\nvideo_sha256 {SHA256}\nraw_text a b c\n")
    assert [(entry.kind, entry.value.hex()) for entry in found] == [
        ("pdq", PDQ),
        ("md5", MD5),
        ("sha256", SHA256),
    ]
    assert said == ["1 values of types that tutela does not compare left out"]


def test_the_table_carries_source_class_votes_and_tags(tmp_path: Path) -> None:
    rows = [
        f"pdq,{PDQ},tutela,POSITIVE_CLASS,csam",
        f'pdq,{OTHER},"a, b",DISPUTED,withdrawn',
        f"video_md5,{MD5},ncmec,INVESTIGATION_SEED,",
        f"video_sha256,{SHA256},ncmec,NEGATIVE_CLASS,",
        '"raw_text","two\nlines",x,POSITIVE_CLASS,',
    ]
    found, said = read(tmp_path, HEADER + "\r\n".join(rows) + "\r\n")
    assert [(one.kind, one.source, one.legal_class, one.disputed, one.note) for one in found] == [
        ("pdq", "threatexchange/tutela", "csam", False, "csam"),
        ("pdq", "threatexchange/a, b", "", True, "DISPUTED withdrawn"),
        ("md5", "threatexchange/ncmec", "", False, "INVESTIGATION_SEED"),
    ]
    assert [sentence.split(" ", 1)[0] for sentence in said] == ["1", "1"]


def test_votes_on_both_sides_make_a_value_disputed(tmp_path: Path) -> None:
    rows = f"pdq {PDQ} 'one' POSITIVE_CLASS +1 +csam\npdq {OTHER} 'one' POSITIVE_CLASS 0 \n"
    found, _ = read(tmp_path, rows + f"pdq {PDQ.upper()} 'the other' NEGATIVE_CLASS -1 -x\n")
    assert [(entry.value.hex(), entry.disputed) for entry in found] == [(PDQ, True), (OTHER, False)]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f"pdq {PDQ}\npdq 0c0c\n", "line 2"),
        (f"pdq {PDQ}\n{PDQ}\n", "line 2"),
        (f"pdq {PDQ}\nvideo_md5\n", "line 2"),
        (HEADER + f"pdq,{MD5},a,POSITIVE_CLASS,\n", "line 2"),
        (HEADER + f'pdq,"{PDQ},a\n', "dump"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        read(tmp_path, content)


def test_a_cut_off_header_and_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    file = tmp_path / "dump"
    file.write_bytes(HEADER.encode() + b"pdq,\xff\xfe\n")
    with pytest.raises(ValueError, match="not text"):
        list(threatexchange.read([file], OPTIONS, Tally()))


VALUES = st.lists(
    st.tuples(
        st.binary(min_size=32, max_size=32),
        st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8),
        st.sampled_from(["POSITIVE_CLASS", "DISPUTED", "INVESTIGATION_SEED"]),
    ),
    max_size=8,
)


@given(VALUES)
def test_every_row_of_a_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[bytes, str, str]]
) -> None:
    file = tmp_path_factory.mktemp("tables") / "dump"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER.strip().split(","))
        writer.writerows(["pdq", value.hex(), name, said, ""] for value, name, said in values)
    found = list(threatexchange.read([file], OPTIONS, Tally()))
    assert [(one.value, one.disputed) for one in found] == [(v, said == "DISPUTED") for v, _, said in values]
