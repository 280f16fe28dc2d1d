from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Refused
from tutela.kernel.signing import documents

ANNA, BEN = SigningKey.new("anna"), SigningKey.new("ben")
LINES = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=30)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")


@given(TEXTS)
def test_a_signed_text_is_read_as_it_was(text: str) -> None:
    note = documents.sign(documents.sign(Note(text=text, signatures=()), ANNA), BEN)
    assert documents.parse(str(note)) == note
    assert note.signed_by(ANNA.note_key) and note.signed_by(BEN.note_key)


def test_signing_again_takes_the_place_of_one_s_earlier_signature() -> None:
    note = documents.sign(documents.sign(documents.sign(documents.parse("text\n"), BEN), ANNA), BEN)
    assert [one.name for one in note.signatures] == ["anna", "ben"]


@pytest.mark.parametrize(
    "text", ["no end", "a tab\there\n", "ends of lines\r\n", "x" * 70_000 + "\n"], ids=len
)
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(Refused, match="cannot be signed"):
        documents.sign(Note(text=text, signatures=()), ANNA)


def test_a_text_is_kept_with_its_signatures_or_without(tmp_path: Path) -> None:
    plain, path = documents.parse("text\n\nmore\n"), tmp_path / "one.toml"
    for note in (plain, documents.sign(plain, ANNA)):
        documents.write(path, note)
        assert documents.read(path) == note
    with pytest.raises(LookupError):
        documents.read(tmp_path / "none.toml")


def test_a_line_that_is_no_signature_is_refused() -> None:
    with pytest.raises(ValueError, match="four bytes"):
        documents.parse("text\n\n\N{EM DASH} anna\n")


def test_signatures_stand_in_the_text_or_beside_it_and_not_in_both(tmp_path: Path) -> None:
    note = documents.sign(documents.parse("text\n"), ANNA)
    lines = "".join(one.line() for one in note.signatures)
    assert documents.parse("text\n", lines) == note
    with pytest.raises(ValueError, match="both in the text and beside it"):
        documents.parse(str(note), lines)
    (tmp_path / "one").write_text("text\n", encoding="utf-8")
    (tmp_path / "one.sig").write_text(lines, encoding="utf-8")
    assert documents.read(tmp_path / "one") == note


def test_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        documents.parse("x" * 70_000)
    (tmp_path / "one").write_text("x" * 70_000)
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        documents.read(tmp_path / "one")


def test_the_digest_is_sha256_of_the_text() -> None:
    assert documents.digest_of("abc").startswith("ba7816bf8f01cfea414140de5dae2223")  # FIPS 180-4
