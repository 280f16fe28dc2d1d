from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.listings import OPTIONS
from tests.shared_folder import shared
from tutela.detect.matching.readers import FORMATS, guess_format, read_entries
from tutela.detect.matching.readers.options import Tally

NSRL = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'
ROW = f'"{"0B" * 20}","{"0A" * 16}","00000000","a,b.dll",1,2,"3",""\n'


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("kind,value\n", "csv"),
        ("MD5;PDQ\n", "csv"),
        ("", "csv"),
        ('{"kind": "md5"}\n', "jsonl"),
        ("0a" * 16 + "\n", "text"),
        ("\ufeff" + "0a" * 32 + ",50\n", "text"),
        ("0a" * 20 + "  file.jpg\n", "text"),
        ("0z" * 16, "csv"),
        (NSRL, "nsrl"),
        ("<?xml version='1.0'?>", "ncmec"),
    ],
)
def test_guess_format_by_the_beginning(tmp_path: Path, content: str, wanted: str) -> None:
    file = tmp_path / "list"
    file.write_text(content, "utf-8")
    assert guess_format(file) == wanted


def test_guess_format_of_the_samples() -> None:
    samples = {
        "ncmec-hash-entries.xml": "ncmec",
        "vics-2.0-case.json": "vics",
        "vics-2.0-hashset.json": "vics",
    }
    found = {name: guess_format(shared("standards", "samples", name)) for name in samples}
    assert found == samples


def test_the_reference_data_set_is_read_by_its_known_columns(tmp_path: Path) -> None:
    file = tmp_path / "NSRLFile.txt"
    file.write_text(NSRL + ROW, "utf-8")
    found = list(read_entries([file], "nsrl", OPTIONS, Tally()))
    assert [entry.kind for entry in found] == ["sha1", "md5"]
    assert len({entry.entry for entry in found}) == 1


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=", ".join(FORMATS)):
        read_entries([], "pst", OPTIONS, Tally())
