"""All fingerprints of one file: order, films, reasons, and nothing kept of the pixels."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pictures import jpeg, landscape
from tutela.detect.fingerprints.contract import sample_form
from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.fingerprints.files import Fingerprinter, fingerprint_all, fingerprint_file
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask, ShownForm, Trouble


def _made(tmp_path: Path, answer: FakeAnswer, *, dihedral: bool = True) -> FileFingerprints:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with path.open("rb") as file:
        return fingerprint_file(FakePool(lambda _: answer), file.fileno(), Ask(), dihedral=dihedral)


def test_digests_come_first_then_upright_forms_then_turned_ones(tmp_path: Path) -> None:
    forms = (replace(sample_form(), form="f0/r0/white"), replace(sample_form(), form="f0/r0/black"))
    names = [p.form for p in _made(tmp_path, FakeAnswer(forms=forms)).prints]
    assert names[:6] == ["file", "file", "file", "f0/r0/white", "f0/r0/black", "f0/r90/white"]
    assert len(names) == 3 + 16


def test_without_dihedral_only_upright_forms_are_made(tmp_path: Path) -> None:
    made = _made(tmp_path, FakeAnswer(forms=(sample_form(),)), dihedral=False)
    assert [p.form for p in made.prints if p.kind == "pdq"] == ["f0/r0"]


def test_a_plain_frame_of_a_picture_keeps_its_own_reason(tmp_path: Path) -> None:
    made = _made(tmp_path, FakeAnswer(forms=(sample_form(flat=True), replace(sample_form(), form="f1/r0"))))
    assert [(u.form, u.kind) for u in made.unhashable] == [("f0/r0", "pdq")]
    assert any(p.form == "f1/r0" for p in made.prints)
    assert not made.film


def test_a_film_of_plain_frames_gives_one_reason(tmp_path: Path) -> None:
    flat = [_frame(second, flat=True) for second in range(40)]
    made = _made(tmp_path, FakeAnswer(forms=(*flat, _frame(40))))
    assert made.film
    assert [u.reason for u in made.unhashable] == ["40 of 41 frames have too little detail for PDQ"]
    assert made.prints[3].form == "t40.000/r0"


def test_trouble_is_kept_and_digests_are_still_right(tmp_path: Path) -> None:
    made = _made(tmp_path, FakeAnswer(trouble=Trouble(kind="unreadable", reason="truncated")))
    assert made.trouble == Trouble(kind="unreadable", reason="truncated")
    assert made.digest("sha256") == hashlib.sha256(b"content").digest()


def test_the_member_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with path.open("rb") as file:
        made = Fingerprinter(FakePool(), Ask()).fingerprint(file.fileno(), member="a/b.jpg")
    assert made.member == "a/b.jpg"


@pytest.mark.needs("linux")
def test_a_file_and_its_members_are_fingerprinted_members_first(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/p.jpg", jpeg(landscape(3)))
        archive.writestr("in/note.txt", b"words")
    with MediaPool() as pool, path.open("rb") as file:
        found = list(fingerprint_all(pool, file.fileno(), Ask(), name="a.zip"))
        skipped = list(
            fingerprint_all(pool, file.fileno(), Ask(), name="a.zip", skip=lambda m: m.endswith("txt"))
        )
    assert [one.member for one in found] == ["in/p.jpg", "in/note.txt", None]
    assert any(one.kind == "pdq" for one in found[0].prints)
    assert [one.member for one in skipped] == ["in/p.jpg", None]


def _frame(second: int, *, flat: bool = False) -> ShownForm:
    return replace(sample_form(film=True, flat=flat), form=f"t{second}.000/r0")
