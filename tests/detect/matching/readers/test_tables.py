from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.listings import SALT
from tutela.detect.matching.readers import tables
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry

MD5, SHA1, PDQ = "0a" * 16, "0b" * 20, "0c" * 32


def read(tmp_path: Path, content: str | bytes, **options: object) -> tuple[list[ListEntry], list[str]]:
    file, tally = tmp_path / "list.csv", Tally()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = list(tables.read([file], ReadOptions(salt=SALT, **options), tally))  # type: ignore[arg-type]
    return found, tally.sentences()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(tmp_path: Path, sign: str) -> None:
    found, _ = read(tmp_path, f"kind{sign}value{sign}category\nmd5{sign}{MD5}{sign}A\n")
    assert [(entry.kind, entry.value.hex(), entry.category) for entry in found] == [("md5", MD5, "A")]


def test_a_named_separator_is_taken(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"kind/value\nmd5/{MD5}\n", delimiter="/")
    assert len(found) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_first_column(tmp_path: Path, encoding: str) -> None:
    found, _ = read(tmp_path, f"kind,value,note\r\nmd5,{MD5},é\r\n".encode(encoding))
    assert found[0].note == "é"


def test_foreign_columns_are_mapped_and_share_an_entry(tmp_path: Path) -> None:
    text = f'MD5;"PDQ Hash";Assessed;IWF\n{MD5.upper()};{PDQ};2026-01-01;A\n{MD5};;;B\n'
    columns = {"md5": "md5", "pdq hash": "pdq", "IWF": "category", "assessed": "-"}
    found, remarks = read(tmp_path, text, columns=columns)
    assert [(entry.kind, entry.category) for entry in found] == [("md5", "A"), ("pdq", "A"), ("md5", "B")]
    assert found[0].entry == found[1].entry != found[2].entry
    assert remarks == []


def test_own_column_names_are_understood_beside_a_mapping(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path, f"Hash,Type,class\n{SHA1},SHA1,csam\n", columns={"Hash": "value", "Type": "kind"}
    )
    assert (found[0].kind, found[0].legal_class) == ("sha1", "csam")


def test_a_list_of_one_kind_needs_no_column_for_it(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"value\n{PDQ}\n", kind="pdq")
    assert found[0].kind == "pdq"


def test_columns_not_understood_are_named(tmp_path: Path) -> None:
    _, remarks = read(tmp_path, f"kind,value,catagory\nmd5,{MD5},A\n")
    assert remarks == ["1 columns not understood and left out: catagory"]


def test_values_with_separators_and_line_breaks_are_one_cell(tmp_path: Path) -> None:
    text = f'kind,value,note\nmd5,{MD5},"a,\nb"\nmd5,{"0d" * 16},c\n'
    found, _ = read(tmp_path, text)
    assert [entry.note for entry in found] == ["a,\nb", "c"]


def test_the_film_of_a_long_upload_fits_a_cell(tmp_path: Path) -> None:
    film = "".join(f"{number:064x}" for number in range(5_000))
    found, _ = read(tmp_path, f"kind,value\nvpdq,{film}\n")
    assert len(found[0].value) == 32 * 5_000


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    assert read(tmp_path, "kind,value\n") == ([], [])
    assert read(tmp_path, "kind,value\n\n\n") == ([], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"kind,value\nmd5,{MD5}\nmd5,xyz\n", "line 3: a md5 value"),
        (f'kind,value,note\nmd5,{MD5},"a\nb"\nmd5,xyz,c\n', "line 4: a md5 value"),
        (f"kind,value\n\nmd5,{MD5}\ncrc,{MD5}\n", "line 4: kind must be"),
        (f"kind,value\nmd5,{MD5},A\n", "line 2: 3 cells"),
        ("kind,value\nmd5,\n", "line 2: a md5 value"),
        ('kind,value\nmd5,"abc\n', "line 2"),
        ('kind,value\nmd5,"abc"d\n', "line 2"),
        ("", "line 1: the header needs kind and value"),
        ("a,b\n1,2\n", "found: a, b"),
        (f"value\n{MD5}\n", "say --kind"),
        (f"kind,value,note,note\nmd5,{MD5},a,b\n", "several columns are note"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        read(tmp_path, text)
    assert "list.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Other": "md5"}, "there is no column other"),
        ({"MD5": "hash"}, "can be mapped to"),
        ({"MD5": "note"}, "the header needs"),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path: Path, columns: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(tmp_path, f"MD5,x\n{MD5},1\n", columns=columns)


def test_a_row_without_any_value_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 2: no value"):
        read(tmp_path, "MD5,SHA1\n,\n", columns={"MD5": "md5", "SHA1": "sha1"})


@pytest.mark.parametrize("content", [b"kind,value\nmd5,\xff\xfe\n", b"\xff\xfd,value\n"])
def test_bytes_of_another_encoding_are_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"near line [12]: not text in utf-8"):
        read(tmp_path, content)


def test_bytes_of_another_encoding_are_named_far_into_a_list(tmp_path: Path) -> None:
    rows = f"md5,{MD5}\n".encode() * 10_000
    with pytest.raises(ValueError, match=r"near line \d+: not text in utf-8"):
        read(tmp_path, b"kind,value\n" + rows + b"md5,\xff\n")


def test_bytes_that_are_no_text_are_said_with_their_line(tmp_path: Path) -> None:
    rows = f"kind,value\nmd5,{MD5}\n".encode() * 1
    with pytest.raises(ValueError, match="near line"):
        read(tmp_path, rows + b"md5," + b"0a" * 20_000 + b"\n\xff\xfe\n", encoding="utf-8")
