from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody.checkpoints import WitnessKey, cosign
from tutela.kernel.custody.note_keys import SigningKey, read_signing_key, write_signing_key
from tutela.kernel.custody.notes import NoteKey, sign
from tutela.kernel.errors import Conflict, Refused, Unavailable

#: The example of Go's documentation (golang.org/x/mod/sumdb/note, "Signing").
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_it_is_gos_form() -> None:
    key = SigningKey.read(GO_PRIVATE)
    assert str(key.note_key) == GO_PUBLIC and key.text() == GO_PRIVATE
    assert NoteKey.read(GO_PUBLIC) == key.note_key


def test_a_new_key_signs_as_log_and_as_witness() -> None:
    key = SigningKey.new("log.test/one")
    assert sign("a\n", key.name, key.private).signed_by(key.note_key)
    note = sign("a\n", key.name, key.private)
    both = note.with_signatures([cosign("a\n", key.name, key.private, 7)])
    assert key.witness_key.seconds(both) == 7
    assert WitnessKey.read(str(key.witness_key)) == key.witness_key
    with pytest.raises(ValueError, match="kind"):
        NoteKey.read(str(key.witness_key))


def test_a_key_is_not_shown() -> None:
    assert repr(SigningKey.read(GO_PRIVATE)) == "SigningKey('PeterNeumann')"


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_has_no_spaces_or_plus_signs(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        SigningKey.new(name)


@given(place=st.integers(0, len(GO_PRIVATE) - 1), sign_=st.sampled_from("aB7+/="))
def test_a_wrong_sign_is_found(place: int, sign_: str) -> None:
    changed = GO_PRIVATE[:place] + sign_ + GO_PRIVATE[place + 1 :]
    if changed != GO_PRIVATE:
        with pytest.raises(ValueError) as caught:
            SigningKey.read(changed)
        assert "AYEKFALVF" not in str(caught.value)


def test_a_file_is_its_owners_and_never_replaced(tmp_path: Path) -> None:
    key, path = SigningKey.new("log.test"), tmp_path / "home" / "log.key"
    write_signing_key(path, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_signing_key(path).text() == key.text()
    with pytest.raises(Conflict, match=r"log\.key"):
        write_signing_key(path, SigningKey.new("log.test"))
    assert read_signing_key(path).text() == key.text()


def test_a_file_that_is_open_damaged_or_not_there_gives_no_key(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    with pytest.raises(Unavailable, match="no log"):
        read_signing_key(path)
    write_signing_key(path, SigningKey.new("log.test"))
    path.chmod(0o644)
    with pytest.raises(Refused, match="open to other"):
        read_signing_key(path)
    path.chmod(0o600)
    path.write_text("PRIVATE+KEY+log")
    with pytest.raises(Unavailable, match="damaged"):
        read_signing_key(path)
