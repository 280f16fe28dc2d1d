from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.listings import SALT
from tests.shared_folder import shared
from tutela.detect.matching.readers import ncmec
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry

HEAD = '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'


def image(
    number: str, prints: str, *, time: str = "2026-01-01T00:00:00Z", member: str = "1", grade: str = "A1"
) -> str:
    return (
        f'<image><member id="{member}">M</member><timestamp>{time}</timestamp><id>{number}</id>'
        f"<classification>{grade}</classification><fingerprints>{prints}</fingerprints></image>"
    )


def gone(number: str, *, time: str, member: str = "1") -> str:
    return (
        f'<deletedImage><member id="{member}">M</member><id>{number}</id><timestamp>{time}</timestamp>'
        "</deletedImage>"
    )


def md5(number: int) -> str:
    return f"<md5>{number:032x}</md5>"


def page(tmp_path: Path, *records: str, name: str = "page.xml") -> Path:
    file = tmp_path / name
    file.write_text(f"{HEAD}<images>{''.join(records)}</images></queryResult>", "utf-8")
    return file


def read(*files: Path, environment: str = "NGO") -> tuple[list[ListEntry], list[str]]:
    tally = Tally()
    options = ReadOptions(salt=SALT, environment=environment)
    return list(ncmec.read(files, options, tally)), tally.sentences()


def test_the_sample_of_the_standard() -> None:
    found, remarks = read(shared("standards", "samples", "ncmec-hash-entries.xml"))
    assert [(entry.entry, entry.kind) for entry in found] == [
        ("42-testimage1", "md5"),
        ("42-testimage1", "sha1"),
        ("42-testimage1", "pdq"),
        ("42-testvideo1", "md5"),
    ]
    first, film = found[0], found[3]
    assert (first.source, first.scheme, first.category, first.legal_class) == (
        "ncmec/NGO/42",
        "us-esp",
        "B2",
        "csam",
    )
    assert first.note == "feedback md5 +1 -0; feedback sha1 +0 -1"
    assert film.note == "tmk-pdqf=/v2/entries/testvideo1/fingerprints/TMK_PDQF"
    assert remarks == [
        "1 entries deleted by a tombstone",
        "1 further page named that was not given: the list is not complete",
        "1 fingerprints of unknown kinds kept as notes",
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_latest_record_of_an_entry_counts_in_any_order(tmp_path: Path, order: tuple[int, int]) -> None:
    records = [image("x", md5(1)), image("x", md5(2), time="2026-02-01T00:00:00Z", grade="B2")]
    found, remarks = read(page(tmp_path, *(records[place] for place in order)))
    assert [(entry.value[-1], entry.category) for entry in found] == [(2, "B2")]
    assert "1 older records of an entry replaced" in remarks


def test_a_tombstone_deletes_what_is_older_and_not_what_is_newer(tmp_path: Path) -> None:
    early, late = "2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z"
    found, _ = read(page(tmp_path, image("x", md5(1)), gone("x", time=early)))
    assert found == []
    found, _ = read(page(tmp_path, gone("x", time=early), image("x", md5(1), time=late)))
    assert len(found) == 1


def test_the_same_id_of_two_members_is_two_entries(tmp_path: Path) -> None:
    found, _ = read(page(tmp_path, image("x", md5(1)), image("x", md5(2), member="2")))
    assert [entry.entry for entry in found] == ["1-x", "2-x"]


def test_pages_are_read_as_one(tmp_path: Path) -> None:
    first = page(tmp_path, image("x", md5(1)), "<next>/more</next>")
    second = page(tmp_path, gone("x", time="2026-02-01T00:00:00Z"), image("y", md5(2)), name="second.xml")
    found, remarks = read(first, second)
    assert [entry.entry for entry in found] == ["1-y"]
    assert not any("not complete" in remark for remark in remarks)


def test_wrong_and_unknown_fingerprints_do_not_end_the_list(tmp_path: Path) -> None:
    prints = f"<md5>xyz</md5>{md5(3)}<netclean>secret</netclean><pdna>AAAA</pdna>"
    found, remarks = read(page(tmp_path, image("x", prints), image("y", "<netclean>only</netclean>")))
    assert [entry.kind for entry in found] == ["md5"]
    assert found[0].note == "netclean=secret"
    assert "2 fingerprints that cannot be right left out" in remarks
    assert "1 entries with nothing but fingerprints of unknown kinds left out" in remarks


def test_an_entry_without_fingerprints_is_nothing(tmp_path: Path) -> None:
    bare = '<image><member id="1">M</member><id>x</id></image>'
    assert read(page(tmp_path, bare))[0] == []


@pytest.mark.parametrize(
    ("environment", "legal_class"),
    [
        ("Exploitative", "exploitative"),
        ("NGO_Generative_AI", "generated_csam"),
        ("test_Industry", "csam"),
    ],
)
def test_the_environment_says_the_legal_class(tmp_path: Path, environment: str, legal_class: str) -> None:
    found, _ = read(page(tmp_path, image("x", md5(1))), environment=environment)
    assert found[0].legal_class == legal_class


def test_without_environment_no_class_is_claimed(tmp_path: Path) -> None:
    found, remarks = read(page(tmp_path, image("x", md5(1))), environment="")
    assert (found[0].legal_class, found[0].source) == ("", "ncmec/1")
    assert any("--environment" in remark for remark in remarks)


def test_an_unknown_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="environment is one of"):
        read(page(tmp_path), environment="Mars")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("<image><id>x</id></image>", "line 1: an entry needs a member"),
        ('<image><member id="1"/></image>', "line 1: an entry needs a member"),
        (image("x", md5(1), time="yesterday"), "line 1: the timestamp"),
        (image("x" * 300, md5(1)), "line 1: an entry id"),
        ("<image>", "not well-formed"),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, record: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(page(tmp_path, record))


def test_a_time_without_zone_is_taken_as_utc(tmp_path: Path) -> None:
    records = [
        image("x", md5(1), time="2026-01-01T00:00:00"),
        image("x", md5(2), time="2026-01-01T01:00:00Z"),
    ]
    found, _ = read(page(tmp_path, *records))
    assert found[0].value[-1] == 2
