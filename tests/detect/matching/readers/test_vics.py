from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.listings import SALT
from tests.shared_folder import shared
from tutela.detect.matching.readers import vics
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry

V2 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata"
V1 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml"
SHA1, SHA256, PDQ = "0b" * 20, "0d" * 32, "0c" * 32


def media(number: int, category: object = 1, **members: Any) -> dict[str, Any]:
    return {"MediaID": number, "Category": category, "MD5": f"{number:032X}", **members}


def hash_set(*records: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.context": f"{V2}#Media", "value": list(records)}


def case(*records: dict[str, Any]) -> dict[str, Any]:
    return {
        "@odata.context": f"{V2}#Cases",
        "value": [{"CaseID": "c", "Media": list(records), "TotalMediaFiles": 9}],
    }


def read(tmp_path: Path, document: object, **options: Any) -> tuple[list[ListEntry], list[str]]:
    file = tmp_path / "set.json"
    if isinstance(document, bytes):
        file.write_bytes(document)
    else:
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    tally = Tally()
    return list(vics.read([file], ReadOptions(salt=SALT, **options), tally)), tally.sentences()


def codes(entries: list[ListEntry]) -> list[tuple[str, str]]:
    return [(entry.kind, entry.category) for entry in entries]


@pytest.mark.parametrize("envelope", [hash_set, case])
def test_hash_sets_and_case_files_give_the_same(tmp_path: Path, envelope: Any) -> None:
    found, _ = read(tmp_path, envelope(media(1, SHA1=SHA1.upper()), media(2, "2")))
    assert codes(found) == [("md5", "1"), ("sha1", "1"), ("md5", "2")]
    assert [entry.legal_class for entry in found] == ["csam", "csam", "exploitative"]
    assert (found[0].scheme, found[0].source) == ("vics-us", "vics/2.0/US")
    assert found[0].entry == found[1].entry != found[2].entry
    assert f"{1:032x}" not in found[0].entry


def test_version_1_3_names_no_profile_and_needs_one(tmp_path: Path) -> None:
    document = {"odata.metadata": f"{V1}#Media", "value": [media(1, AlternativeHashes=None)]}
    with pytest.raises(ValueError, match="names no profile"):
        read(tmp_path, document)
    found, _ = read(tmp_path, document, profile="US")
    assert found[0].source == "vics/1.3/US"


def test_the_samples_of_the_standard(tmp_path: Path) -> None:
    sample = shared("standards", "samples", "vics-2.0-hashset.json").read_bytes()
    with pytest.raises(ValueError, match="profile CUSTOM"):
        read(tmp_path, sample)
    found, remarks = read(tmp_path, sample, profile="US")
    assert found == []
    assert remarks == ["1 media records of category 5 (good) not taken over"]
    found, _ = read(tmp_path, b"\xef\xbb\xbf" + sample, profile="US", known_good=True)
    assert codes(found) == [("md5", "5"), ("sha1", "5"), ("pdq", "5")]
    sample = shared("standards", "samples", "vics-2.0-case.json").read_bytes()
    found, remarks = read(tmp_path, sample, profile="US")
    assert (found, remarks) == ([], ["1 media records of category 0 (left out) not taken over"])


def test_alternative_hashes_are_read_and_unknown_ones_kept_as_notes(tmp_path: Path) -> None:
    others = [
        {"HashName": "SHA-256", "HashValue": SHA256},
        {"HashName": "PDQ", "HashValue": PDQ},
        {"HashName": "SHA1", "HashValue": SHA1},
        {"HashName": "SHA1", "HashValue": SHA1},
        {"HashName": "Robust9", "HashValue": "abc"},
        {"HashName": "PhotoDNA", "HashValue": None},
    ]
    found, remarks = read(tmp_path, hash_set(media(1, AlternativeHashes=others, PhotoDNA="A" * 192)))
    assert [entry.kind for entry in found] == ["md5", "photodna", "sha256", "pdq", "sha1"]
    assert {entry.note for entry in found} == {"Robust9=abc"}
    assert remarks == ["1 hashes of unknown kinds kept as notes"]


def test_case_data_is_not_taken_over(tmp_path: Path) -> None:
    record = media(
        1, Comments="a name", Series="s", Tags="t", MediaFiles=[{"FileName": "f", "FilePath": "p"}]
    )
    (entry,) = read(tmp_path, hash_set(record))[0]
    assert entry.note == ""


def test_several_categories_of_one_file_keep_the_most_severe_and_are_disputed(tmp_path: Path) -> None:
    records = [media(1, 5), media(1, 1), media(1, 2), media(2, 2), media(2, 2)]
    found, remarks = read(tmp_path, hash_set(*records))
    assert codes(found) == [("md5", "1")] * 3 + [("md5", "2")] * 2
    assert [entry.disputed for entry in found] == [True] * 3 + [False] * 2
    assert remarks == ["1 files with several categories: the most severe was kept, marked disputed"]


@pytest.mark.parametrize("category", [None, "", 0, "0", 4])
def test_what_nobody_judged_is_not_listed(tmp_path: Path, category: object) -> None:
    assert read(tmp_path, hash_set(media(1, category)))[0] == []


def test_the_envelope_may_come_last_and_hold_navigation_links(tmp_path: Path) -> None:
    document = {"odata.id": "x", "value": [media(1)], "other": [1], "@odata.context": f"{V2}#Media"}
    assert codes(read(tmp_path, document)[0]) == [("md5", "1")]


def test_a_case_without_media_is_empty(tmp_path: Path) -> None:
    document = {"@odata.context": f"{V2}#Cases", "value": [{"CaseID": "c", "Media": None}]}
    assert read(tmp_path, document)[0] == []
    assert read(tmp_path, hash_set())[0] == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (hash_set(media(1), media(2) | {"MD5": "xyz"}), "media record 2: MD5"),
        (hash_set(media(1) | {"MD5": None}), "media record 1: MD5"),
        (hash_set(media(1, 7)), "category 7 is not in the table of the profile US"),
        (hash_set(media(1, 256)), "media record 1: Category"),
        (hash_set(media(1, True)), "media record 1: Category"),
        (hash_set(media(1, "one")), "media record 1: Category"),
        (hash_set(media(1, SHA1="xyz")), "media record 1: a sha1 value"),
        (hash_set(media(1, AlternativeHashes="x")), "media record 1: AlternativeHashes"),
        (hash_set(media(1, AlternativeHashes=[5])), "media record 1: an alternative hash"),
        (hash_set(media(1, AlternativeHashes=[{"HashName": "a\n", "HashValue": "x"}])), "media record 1"),
        ({"@odata.context": f"{V2}#Media", "value": [5]}, "line 1: a media record is not an object"),
        ({"@odata.context": f"{V2}#Cases", "value": [{"Name": 5}]}, "neither a case nor a media record"),
        ({"@odata.context": "http://site.example/#Media", "value": []}, "does not name a VICS data model"),
        ({"@odata.context": 5, "value": []}, "does not name a VICS data model"),
        ({"@odata.context": f"{V2}#Media"}, "no member value"),
        ("[]", "line 1: { is missing"),
        (json.dumps(hash_set(media(1)))[:-20], "not JSON, or cut off|is missing"),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, document: object, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        read(tmp_path, document)
    assert "set.json" in str(caught.value)
